//! A permit against a report: what it declares, and what the DNA says.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use saola_cites::permit::{Permit, PermitLine};
use saola_cites::{Circumstances, Determination, Listings};
use saola_digest::Sha256Digest;
use saola_refdb::{Release, TaxonNumber};
use saola_report::{Item, ListingDownload, Report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::legal::{self, CitesAnswer};
use crate::report_file::on_one_line;

/// Whether what is declared and what the DNA says go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PermitVerdict {
    /// They contradict each other.
    Inconsistent,
    /// The conclusion does not go far enough to say, or DNA cannot show it.
    NotResolvable,
    /// They agree.
    Consistent,
}

impl PermitVerdict {
    /// As it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inconsistent => "INCONSISTENT",
            Self::NotResolvable => "NOT_RESOLVABLE",
            Self::Consistent => "CONSISTENT",
        }
    }
}

/// One declared field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldCheck {
    /// `scientific name`, `appendix`, `source`, `origin`, `term` or `whole line`.
    pub field: String,
    /// What the permit declares; empty when it declares nothing.
    pub declared: String,
    /// What the report, or the listing file, says.
    pub found: String,
    /// The verdict.
    pub verdict: PermitVerdict,
    /// Why, in one sentence.
    pub reason: String,
}

/// An item of the report against the line of the permit that fits it best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineCheck {
    /// Item of the report.
    pub item: String,
    /// Line of the permit.
    pub line: String,
    /// The fields, the whole line last.
    pub fields: Vec<FieldCheck>,
}

/// A permit against a report. It says nothing of whether the permit is genuine or valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermitCheck {
    /// What the permit declares.
    pub permit: Permit,
    /// SHA-256 of the permit's file.
    pub permit_sha256: String,
    /// SHA-256 of the report's result.
    pub result_sha256: String,
    /// Digest of the listing file.
    pub listings_root: String,
    /// Downloaded listings that were asked beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listing_downloads: Vec<ListingDownload>,
    /// A row for each item of the report.
    pub lines: Vec<LineCheck>,
}

impl PermitCheck {
    /// A row for each field, tab-separated, with a header. What others wrote holds no tab, line end or control character any more.
    pub fn tsv(&self) -> String {
        let mut table = "permit\titem\tline\tfield\tdeclared\tfound\tverdict\treason\n".to_owned();
        for line in &self.lines {
            for field in &line.fields {
                let cells = [
                    &self.permit.id,
                    &line.item,
                    &line.line,
                    &field.field,
                    &field.declared,
                    &field.found,
                    field.verdict.as_str(),
                    &field.reason,
                ];
                // Writing to a string cannot fail.
                let _ = writeln!(table, "{}", cells.map(cell).join("\t"));
            }
        }
        table
    }
}

/// What a check is made with.
pub struct PermitQuestion<'a> {
    /// Its taxonomy resolves names.
    pub release: &'a Release,
    /// Says what the Appendices were on the day of issue.
    pub listings: &'a Listings,
    /// What the permit declares.
    pub permit: &'a Permit,
    /// Letter of the only line to compare; all, and the best of them, unless given.
    pub line: Option<&'a str>,
}

impl PermitQuestion<'_> {
    /// The comparison, with what identifies that which was compared.
    pub fn check(&self, report: &Report, permit_sha256: Sha256Digest) -> PermitCheck {
        PermitCheck {
            permit: self.permit.clone(),
            permit_sha256: permit_sha256.to_string(),
            result_sha256: report.run.result_sha256.clone(),
            listings_root: self.listings.root().to_string(),
            listing_downloads: legal::downloads(self.listings),
            lines: self.lines(report),
        }
    }

    /// Compares each item of the report with the line that fits its name best.
    fn lines(&self, report: &Report) -> Vec<LineCheck> {
        let wanted = |line: &&PermitLine| self.line.is_none_or(|wanted| wanted == line.line);
        let best = |item: &Item| {
            let lines = self.permit.lines.iter().filter(wanted).enumerate();
            let fitting =
                lines.max_by_key(|(place, line)| (self.name(item, line).verdict, std::cmp::Reverse(*place)));
            fitting.map(|(_, line)| self.line(item, line))
        };
        report.result.items.iter().filter_map(best).collect()
    }

    fn line(&self, item: &Item, line: &PermitLine) -> LineCheck {
        let mut fields = vec![
            self.name(item, line),
            self.appendix(item, line),
            self.source(item, line),
            undecided("origin", &line.origin, "this marker does not show where a specimen comes from"),
            undecided("term", &line.term, "DNA does not show what kind of goods it was taken from"),
        ];
        let of = |verdict| fields.iter().any(|field: &FieldCheck| field.verdict == verdict);
        let named = fields.iter().take(2).all(|field| field.verdict == PermitVerdict::Consistent);
        let (verdict, reason) = if of(PermitVerdict::Inconsistent) {
            (
                PermitVerdict::Inconsistent,
                "a declared field contradicts the conclusion or the Appendices of that day",
            )
        } else if named {
            (PermitVerdict::Consistent, "name and Appendix agree; what DNA cannot show is not judged")
        } else {
            (
                PermitVerdict::NotResolvable,
                "nothing contradicts the declaration, and not all of it is confirmed",
            )
        };
        fields.push(FieldCheck {
            field: "whole line".to_owned(),
            declared: String::new(),
            found: String::new(),
            verdict,
            reason: reason.to_owned(),
        });
        LineCheck { item: item.id.clone(), line: line.line.clone(), fields }
    }

    /// The taxa that the conclusion names, by the release's taxonomy.
    fn concluded(&self, item: &Item) -> Vec<TaxonNumber> {
        let conclusion = &item.conclusion;
        if !conclusion.level.names_taxon() {
            return Vec::new();
        }
        let names = conclusion.taxon.iter().chain(if conclusion.taxon.is_none() {
            conclusion.candidates.iter()
        } else {
            [].iter()
        });
        names.filter_map(|name| self.release.taxonomy().resolve(name).first().copied()).collect()
    }

    fn name(&self, item: &Item, line: &PermitLine) -> FieldCheck {
        let taxonomy = self.release.taxonomy();
        let found = item.conclusion.taxon.clone().unwrap_or_else(|| item.conclusion.candidates.join(", "));
        let declared = line.scientific_name.trim_end_matches(" spp.").trim_end_matches(" spp");
        let reply = |verdict, reason: &str| FieldCheck {
            field: "scientific name".to_owned(),
            declared: line.scientific_name.clone(),
            found: found.clone(),
            verdict,
            reason: reason.to_owned(),
        };
        let concluded = self.concluded(item);
        let is_hybrid = declared.contains(" x ") || declared.contains('×') || declared.contains("hybrid");
        if declared.is_empty() || concluded.is_empty() {
            let what = if declared.is_empty() {
                "the permit declares no name"
            } else {
                "there is no conclusion on a taxon"
            };
            return reply(PermitVerdict::NotResolvable, what);
        }
        if is_hybrid {
            return reply(PermitVerdict::NotResolvable, "the marker shows the lineage of one parent only");
        }
        let within = |inner: TaxonNumber, outer| taxonomy.lineage(inner).any(|taxon| taxon == outer);
        let meant = self.meant(declared);
        if meant.is_empty() {
            let reason = "the release's taxonomy does not know the declared name; it may be an older one";
            return reply(PermitVerdict::NotResolvable, reason);
        }
        let agrees = |meant: &TaxonNumber| concluded.iter().all(|taxon| within(*taxon, *meant));
        let is_open = |meant: &TaxonNumber| {
            concluded.iter().any(|taxon| within(*meant, *taxon) || within(*taxon, *meant))
        };
        if meant.iter().any(agrees) {
            reply(PermitVerdict::Consistent, "the conclusion is the declared taxon or lies within it")
        } else if meant.iter().any(is_open) {
            reply(PermitVerdict::NotResolvable, "the conclusion leaves the declared taxon open among others")
        } else {
            reply(PermitVerdict::Inconsistent, "the conclusion and the declared taxon have nothing in common")
        }
    }

    /// The taxa of a declared name: as it is written, or without what follows the subspecies or species (the author, as a rule).
    fn meant(&self, declared: &str) -> &[TaxonNumber] {
        let mut letters = declared.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let name = first + &letters.as_str().to_lowercase();
        let words: Vec<&str> = name.split_whitespace().collect();
        let shorter = [words.len(), 3, 2].into_iter().filter_map(|count| Some(words.get(..count)?.join(" ")));
        let found = shorter.map(|name| self.release.taxonomy().resolve(&name)).find(|taxa| !taxa.is_empty());
        found.unwrap_or_default()
    }

    /// The Appendices of what was concluded, on the day the permit was issued.
    fn appendix(&self, item: &Item, line: &PermitLine) -> FieldCheck {
        let reply = |found: String, verdict, reason: String| FieldCheck {
            field: "appendix".to_owned(),
            declared: line.appendix.clone(),
            found,
            verdict,
            reason,
        };
        let unresolved = |reason: &str| reply(String::new(), PermitVerdict::NotResolvable, reason.to_owned());
        if !["I", "II", "III"].contains(&line.appendix.as_str()) {
            return unresolved("the permit declares no Appendix");
        }
        let Ok(date) = self.permit.issued.parse() else {
            return unresolved("the permit has no day of issue");
        };
        let origin = line.origin.parse().ok();
        let circumstances = Circumstances { date: Some(date), origin, party: None };
        let answers: Vec<CitesAnswer> = self
            .concluded(item)
            .iter()
            .filter_map(|taxon| {
                let name = self.release.taxonomy().name(*taxon);
                legal::cites(self.release, self.listings, &circumstances, name).ok()
            })
            .flatten()
            .collect();
        if answers.is_empty() {
            return unresolved("there is no conclusion on a taxon");
        }
        let (possible, is_sure) = possible(&answers);
        let found = possible.iter().copied().collect::<Vec<_>>().join(", ");
        let day = &self.permit.issued;
        if possible.contains("not determined") {
            let reason =
                format!("the listing file does not determine the Appendix on {day}, the day of issue");
            reply(found, PermitVerdict::NotResolvable, reason)
        } else if !possible.contains(line.appendix.as_str()) {
            let reason = format!(
                "on {day}, the day of issue, nothing that the conclusion leaves open was in Appendix {}",
                line.appendix
            );
            reply(found, PermitVerdict::Inconsistent, reason)
        } else if possible.len() == 1 && is_sure {
            let reason = format!(
                "on {day}, the day of issue, all that the conclusion leaves open was in that Appendix"
            );
            reply(found, PermitVerdict::Consistent, reason)
        } else {
            let reason = format!(
                "on {day}, the day of issue, the Appendix depended on the species, population or form"
            );
            reply(found, PermitVerdict::NotResolvable, reason)
        }
    }

    /// Source codes that only animals, or only plants, have (as the forms of a management authority list them).
    fn source(&self, item: &Item, line: &PermitLine) -> FieldCheck {
        let taxonomy = self.release.taxonomy();
        let kingdoms: BTreeSet<&str> = self
            .concluded(item)
            .iter()
            .filter_map(|taxon| taxonomy.at_rank(*taxon, "kingdom"))
            .map(|kingdom| taxonomy.name(kingdom))
            .collect();
        let is_animal = kingdoms.iter().any(|name| ["Metazoa", "Animalia"].contains(name));
        let is_plant = kingdoms.iter().any(|name| ["Viridiplantae", "Plantae"].contains(name));
        let of_plants = ["A", "Y"].contains(&line.source.as_str());
        let of_animals = ["R", "C", "F"].contains(&line.source.as_str());
        let is_known =
            of_plants || of_animals || ["W", "D", "U", "I", "O", "X"].contains(&line.source.as_str());
        let check = |reason| undecided("source", &line.source, reason);
        if (is_animal && of_plants) || (is_plant && of_animals) {
            let found = if is_animal { "an animal" } else { "a plant" };
            let reason = "the declared source code is not one of that kingdom";
            FieldCheck { found: found.to_owned(), verdict: PermitVerdict::Inconsistent, ..check(reason) }
        } else if !line.source.is_empty() && !is_known {
            check("the declared source code is not one of the Convention's")
        } else {
            check("DNA does not show whether a specimen was wild, bred or propagated")
        }
    }
}

/// What the listings allow, and whether each of the answers is without a condition.
fn possible(answers: &[CitesAnswer]) -> (BTreeSet<&str>, bool) {
    let mut possible = BTreeSet::new();
    let mut is_sure = true;
    for answer in answers {
        if let Some(resolution) = &answer.resolution {
            possible.extend(resolution.species.iter().flat_map(|one| one.appendix.split('/')));
            is_sure &= !resolution.shared.is_empty();
            continue;
        }
        is_sure &= answer.determination == Determination::Determined;
        match (answer.determination, answer.listings.is_empty()) {
            (Determination::NotDetermined, _) => possible.insert("not determined"),
            (_, true) => possible.insert("not listed"),
            (_, false) => {
                possible.extend(answer.listings.iter().map(|listing| listing.appendix.as_str()));
                true
            }
        };
    }
    (possible, is_sure)
}

/// Without control characters, and not run by a spreadsheet.
fn cell(text: &str) -> String {
    let text = on_one_line(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

fn undecided(field: &str, declared: &str, reason: &str) -> FieldCheck {
    FieldCheck {
        field: field.to_owned(),
        declared: declared.to_owned(),
        found: String::new(),
        verdict: PermitVerdict::NotResolvable,
        reason: reason.to_owned(),
    }
}

/// The JSON Schema of a check.
pub fn permit_check_schema() -> schemars::Schema {
    schemars::schema_for!(PermitCheck)
}
