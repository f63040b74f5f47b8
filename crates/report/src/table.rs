//! The table for people: a block for each sample, at most as wide as a terminal, most important line first.

use std::{collections::BTreeMap, fmt::Write as _};

use saola_cites::Determination;

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
        let strand = sample.strand.as_ref().map_or_else(String::new, |strand| format!(" {strand}"));
        let _ = writeln!(text, "{name}  {marker}{strand}  {} bases", sample.length);
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
    let signature = &report.run.release_signature;
    let warning = if signature.is_warning() { "WARNING: " } else { "" };
    write_line(&mut text, "signature  ", &format!("{warning}{}", signature.statement), width);
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
    if let Some(resolution) = &sample.listing_status.resolution {
        lines.push(("species", resolution.statement.clone()));
    }
    for question in &sample.questions {
        lines.push(("question", question.statement.clone()));
    }
    if let Some(gate) = sample.first_stop() {
        lines.push(("stopped by", format!("{} {} (limit: {})", gate.id, gate.value, gate.limit)));
        lines.push(("reason", gate.note.clone()));
    }
    lines
}

fn counted(neighbour: &Neighbour) -> String {
    format!("{}/{}  {}", neighbour.differences, neighbour.columns, few(&neighbour.taxa))
}

/// The answer on listings: where it is not determined, why not and what the file last knew; else Appendices and taxa.
fn cites(sample: &Sample) -> String {
    let answer = appendices(sample);
    let status = &sample.listing_status;
    let listed = by_appendix(sample);
    if status.determination == Determination::NotDetermined || sample.listings.is_empty() {
        let reason = status.reasons.last().map_or_else(String::new, |reason| format!(": {reason}"));
        let known = if listed.is_empty() { String::new() } else { format!(" (last known: {listed})") };
        return format!("{answer}{reason}{known}");
    }
    match sample.listings.as_slice() {
        [only] => format!("Appendix {answer} as {} since {}", only.taxon_listed, only.effective_from),
        _ => format!("Appendix {answer}: {listed}"),
    }
}

/// `I as Falco peregrinus; II as Falconiformes`.
fn by_appendix(sample: &Sample) -> String {
    let mut taxa: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for listing in &sample.listings {
        taxa.entry(&listing.appendix).or_default().push(listing.taxon_listed.clone());
    }
    let part = |(appendix, mut taxa): (&str, Vec<String>)| {
        taxa.dedup();
        format!("{appendix} as {}", few(&taxa))
    };
    taxa.into_iter().map(part).collect::<Vec<_>>().join("; ")
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
    write_line(text, &format!("  {label:<11}"), words, width);
}

fn write_line(text: &mut String, label: &str, words: &str, width: usize) {
    let start = label.chars().count();
    let mut line = label.to_owned();
    let mut used = start;
    for word in words.split(' ') {
        let length = word.chars().count();
        if used > start && used + 1 + length > width {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(start);
            used = start;
        }
        if used > start {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
