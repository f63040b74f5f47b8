//! The table for people: a block for each sample, at most as wide as a terminal, most important line first.

use std::fmt::Write as _;

use crate::{Neighbour, Report, Sample, tsv::appendices, words};

/// Most names in a list before the rest is counted.
const MOST_NAMES: usize = 8;

/// Renders the report for a terminal or a text file; `width` is the number of characters in a line.
pub fn render_table(report: &Report, width: usize) -> String {
    let width = width.clamp(60, 160);
    let mut text = String::new();
    for (item, sample) in report.samples() {
        let name = if item.id == sample.id {
            sample.id.clone()
        } else {
            format!("{} (item {})", sample.id, item.id)
        };
        let marker = sample.marker.as_deref().unwrap_or("no marker recognised");
        let strand = sample.strand.as_deref().unwrap_or("");
        let _ = writeln!(text, "{name}  {marker} {strand}  {} bases", sample.length);
        for (label, words) in lines(sample) {
            write_wrapped(&mut text, label, &words, width);
        }
        text.push('\n');
    }
    for item in report.result.items.iter().filter(|item| item.samples.len() > 1) {
        write_wrapped(&mut text, "item", &format!("{}: {}", item.id, item.conclusion.statement), width);
    }
    let result = &report.result;
    let _ = writeln!(text, "reference  {}  root {}", result.reference.release, short(&result.reference.root));
    let casework = if result.profile.casework { "" } else { "  NOT FOR CASEWORK" };
    let _ = writeln!(text, "profile    {}{casework}", result.profile.name);
    text
}

fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}

fn lines(sample: &Sample) -> Vec<(&'static str, String)> {
    let conclusion = &sample.conclusion;
    let words = match (conclusion.level.names_taxon(), &conclusion.taxon) {
        (false, _) => conclusion.statement.clone(),
        (true, Some(taxon)) => format!("{}  {taxon}", words::level(conclusion.level)),
        (true, None) => format!("{}  {}", words::level(conclusion.level), few(&conclusion.candidates)),
    };
    let mut lines = vec![("conclusion", words)];
    let neighbours = [("nearest", &sample.nearest), ("next", &sample.nearest_other)];
    for (label, neighbour) in neighbours {
        if let Some(neighbour) = neighbour {
            lines.push((label, counted(neighbour)));
        }
    }
    if !sample.missing_congeners.is_empty() {
        let count = sample.missing_congeners.len();
        lines.push(("missing", format!("{count} congeners: {}", few(&sample.missing_congeners))));
    }
    lines.push(("CITES", cites(sample)));
    for question in &sample.questions {
        lines.push(("question", question.statement.clone()));
    }
    if let Some(gate) = sample.first_stop() {
        lines.push(("stopped by", format!("{} {} (limit: {})", gate.id, gate.value, gate.limit)));
        lines.push(("needed", gate.note.clone()));
    }
    lines
}

fn counted(neighbour: &Neighbour) -> String {
    format!("{}/{}  {}", neighbour.differences, neighbour.columns, few(&neighbour.taxa))
}

fn cites(sample: &Sample) -> String {
    let answer = appendices(sample);
    let listed: Vec<&str> = sample.listings.iter().map(|listing| listing.taxon_listed.as_str()).collect();
    match (sample.listings.first(), sample.listing_status.reasons.last()) {
        (Some(listing), _) if answer != "not determined" => {
            format!("Appendix {answer} as {} since {}", few_text(&listed), listing.effective_from)
        }
        (_, Some(reason)) => format!("{answer}: {reason}"),
        (_, None) => answer,
    }
}

fn few_text(names: &[&str]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.dedup();
    few(&names)
}

fn few(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST_NAMES) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// Breaks at spaces; continuation lines are indented under the first word.
fn write_wrapped(text: &mut String, label: &str, words: &str, width: usize) {
    const LABEL: usize = 13;
    let mut line = format!("  {label:<width$}", width = LABEL - 2);
    let mut used = LABEL;
    for word in words.split(' ') {
        let length = word.chars().count();
        if used > LABEL && used + 1 + length > width {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(LABEL);
            used = LABEL;
        }
        if used > LABEL {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
