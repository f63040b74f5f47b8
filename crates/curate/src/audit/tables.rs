//! The audit as tab-separated tables, and its counts for people.

use std::fmt::Write as _;

use super::{Audit, FindingKind, GenusCoverage, Letter, ProposedTier};

/// Cells of a row, free of tabs and line ends.
fn row(cells: &[&str]) -> String {
    let clean = |cell: &&str| cell.replace(['\t', '\n', '\r'], " ");
    cells.iter().map(clean).collect::<Vec<_>>().join("\t") + "\n"
}

/// `findings.tsv`: one row a finding.
pub fn findings_tsv(audit: &Audit) -> String {
    let mut text = row(&["record", "taxon", "marker", "finding", "proposed_tier", "reason", "evidence"]);
    for one in &audit.findings {
        let (kind, tier, evidence) = (one.kind.as_str(), one.tier.as_str(), one.evidence_text());
        text += &row(&[&one.record, &one.taxon, &one.marker, kind, tier, &one.reason, &evidence]);
    }
    text
}

/// `grades.tsv`: one row for each species and marker.
pub fn grades_tsv(audit: &Audit) -> String {
    let mut text = row(&[
        "species",
        "marker",
        "grade",
        "specimens",
        "haplotypes",
        "clusters",
        "quarantined",
        "spread",
        "nearest_other_species",
        "nearest_other_record",
        "nearest_other_distance",
    ]);
    for one in &audit.grades {
        let counts =
            [one.specimens, one.haplotypes, one.clusters, one.quarantined].map(|count| count.to_string());
        let spread = one.spread.map_or_else(String::new, |spread| spread.to_string());
        let other = one.nearest_other.as_ref();
        let other =
            other.map(|other| [other.taxon.clone(), other.record.clone(), other.distance.to_string()]);
        let [taxon, record, distance] = other.unwrap_or_default();
        let [specimens, haplotypes, clusters, quarantined] = &counts;
        text += &row(&[
            &one.species,
            &one.marker,
            one.grade.as_str(),
            specimens,
            haplotypes,
            clusters,
            quarantined,
            &spread,
            &taxon,
            &record,
            &distance,
        ]);
    }
    text
}

/// `coverage.tsv`: one row for each genus. Where there is no list of recognised species, the cells say so.
pub fn coverage_tsv(genera: &[GenusCoverage]) -> String {
    let header = ["family", "genus", "list", "recognised", "represented", "markers", "missing", "unlisted"];
    let mut text = row(&header);
    for one in genera {
        let recognised = one.recognised.map_or_else(|| "no list".to_owned(), |count| count.to_string());
        let markers: Vec<String> = one
            .markers
            .iter()
            .map(|marker| format!("{} {} ({} forensic)", marker.marker, marker.usable, marker.forensic))
            .collect();
        text += &row(&[
            &one.family,
            &one.genus,
            one.source.as_deref().unwrap_or("no list"),
            &recognised,
            &one.represented.to_string(),
            &markers.join("; "),
            &one.missing.join("; "),
            &one.unlisted.join("; "),
        ]);
    }
    text
}

/// Counts by kind and by grade, for people.
pub fn summary(audit: &Audit) -> String {
    let mut text = format!("{} records of {} specimens\n\n", audit.records, audit.specimens);
    let _ = writeln!(text, "{:<26}{:>11}{:>11}{:>8}", "finding", "quarantine", "screening", "keep");
    for (kind, counts) in audit.counts() {
        let [quarantine, screening, keep] = counts.map(|count| count.to_string());
        let _ = writeln!(text, "{:<26}{quarantine:>11}{screening:>11}{keep:>8}", kind.as_str());
    }
    let tiers = [ProposedTier::Quarantine, ProposedTier::Screening].map(|tier| audit.records_proposed(tier));
    let _ = writeln!(text, "{:<26}{:>11}{:>11}", "records", tiers[0], tiers[1]);
    let letters = [Letter::A, Letter::B, Letter::C, Letter::D, Letter::E, Letter::F];
    let count = |letter| audit.grades.iter().filter(|grade| grade.grade == letter).count();
    let grades: Vec<String> =
        letters.iter().map(|letter| format!("{} {}", letter.as_str(), count(*letter))).collect();
    let _ = writeln!(text, "\ngrades of species and markers: {}", grades.join(", "));
    text
}

impl Audit {
    /// How many findings of each kind propose quarantine, screening, nothing.
    pub fn counts(&self) -> impl Iterator<Item = (FindingKind, [usize; 3])> + '_ {
        FindingKind::ALL.into_iter().map(|kind| {
            let of = |tier| self.findings.iter().filter(|one| one.kind == kind && one.tier == tier).count();
            (kind, [ProposedTier::Quarantine, ProposedTier::Screening, ProposedTier::Keep].map(of))
        })
    }

    /// Records for which this is the lowest tier proposed.
    pub fn records_proposed(&self, tier: ProposedTier) -> usize {
        let records = self.findings.chunk_by(|one, next| one.record == next.record);
        records.filter(|findings| findings.iter().map(|one| one.tier).max() == Some(tier)).count()
    }
}

/// Coverage for people: genus by genus, then in all.
pub fn coverage_table(taxon: &str, genera: &[GenusCoverage]) -> String {
    let mut text = String::new();
    for one in genera {
        let _ = match one.recognised.zip(one.source.as_deref()) {
            Some((recognised, source)) => writeln!(
                text,
                "{}: {} of {recognised} recognised species represented (list: {source})",
                one.genus, one.represented
            ),
            None => writeln!(
                text,
                "{}: {} species represented; no list of recognised species, so what is missing is unknown",
                one.genus, one.represented
            ),
        };
        for marker in &one.markers {
            let (name, usable, forensic) = (&marker.marker, marker.usable, marker.forensic);
            let _ = writeln!(text, "  {name}: {usable} forensic or screening, {forensic} of them forensic");
        }
        for (words, names) in [("missing", &one.missing), ("not in the list", &one.unlisted)] {
            if !names.is_empty() {
                let _ = writeln!(text, "  {words}: {}", names.join(", "));
            }
        }
    }
    text + &totals(taxon, genera)
}

fn totals(taxon: &str, genera: &[GenusCoverage]) -> String {
    let listed: Vec<&GenusCoverage> = genera.iter().filter(|one| one.recognised.is_some()).collect();
    let recognised: usize = listed.iter().filter_map(|one| one.recognised).sum();
    let represented: usize = listed.iter().map(|one| one.represented).sum();
    let without = match genera.len() - listed.len() {
        0 => String::new(),
        count => format!("; {count} genera have no list"),
    };
    if listed.is_empty() {
        return format!("{taxon}: no list of recognised species: coverage is unknown\n");
    }
    format!("{taxon}: {represented} of {recognised} recognised species in {} genera{without}\n", listed.len())
}
