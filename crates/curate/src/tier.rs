use saola_refdb::Tier;
use saola_seq::CodingCheck;

use crate::{Decision, DecisionKind};

/// A tier and why the record does not have a better one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierDecision {
    /// The tier.
    pub tier: Tier,
    /// Reasons, in a fixed order; for a forensic record the curator's.
    pub reasons: Vec<String>,
}

/// Words in an identification method that show that the barcode itself named the specimen.
///
/// Both published curation rules use such lists: `BOLD|ID|Tree|BIN` (`BOLDigger3`) and the `ID_METHOD` criterion of
/// the Biodiversity Genomics Europe library curation.
const CIRCULAR: [&str; 10] =
    ["bold", "bin", "blast", "tree", "barcode", "dna", "sequence", "genbank", "engine", "coi"];

/// The tier of a record: a predicate over its columns, its coding check and a curator's decision.
///
/// Forensic needs all of: a voucher in a named collection, a country, an identifier, a method of identification
/// that is not the barcode itself, an intact reading frame where the marker codes, and a curator's acceptance.
/// A coding marker with stop codons is not clean and is quarantined.
pub fn decide_tier<'a>(
    field: impl Fn(&str) -> &'a str,
    coding: Option<&CodingCheck>,
    decision: Option<&Decision>,
) -> TierDecision {
    if let Some(check) = coding.filter(|check| !check.stops.is_empty()) {
        let reason = format!("{} stop codons in the best reading frame", check.stops.len());
        return TierDecision { tier: Tier::Quarantine, reasons: vec![reason] };
    }
    let mut reasons = missing_for_forensic(field);
    match decision.map(|decision| (decision.decision, decision)) {
        Some((DecisionKind::Quarantine, decision)) => {
            TierDecision { tier: Tier::Quarantine, reasons: vec![decision.words()] }
        }
        Some((DecisionKind::Retier, decision)) => {
            let tier = decision.tier.unwrap_or(Tier::Quarantine).max(Tier::Screening);
            reasons.insert(0, decision.words());
            TierDecision { tier, reasons }
        }
        Some((DecisionKind::Accept, decision)) if reasons.is_empty() => {
            TierDecision { tier: Tier::Forensic, reasons: vec![decision.words()] }
        }
        Some((DecisionKind::Accept, decision)) => {
            reasons.insert(0, decision.words());
            TierDecision { tier: Tier::Screening, reasons }
        }
        None => {
            reasons.push("no curator's decision".to_owned());
            TierDecision { tier: Tier::Screening, reasons }
        }
    }
}

fn missing_for_forensic<'a>(field: impl Fn(&str) -> &'a str) -> Vec<String> {
    let mut reasons = Vec::new();
    let needed = [
        ("museumid", "no voucher number"),
        ("inst", "no collection that holds the voucher"),
        ("country/ocean", "no country"),
        ("identified_by", "no identifier"),
        ("identification_method", "no method of identification"),
    ];
    for (column, reason) in needed {
        if field(column).is_empty() {
            reasons.push(reason.to_owned());
        }
    }
    let method = field("identification_method");
    if is_circular(method) {
        reasons.push(format!("identified by sequence itself ({method})"));
    }
    reasons
}

/// Whether a method of identification is the sequence itself.
pub(crate) fn is_circular(method: &str) -> bool {
    let mut words = method.split(|character: char| !character.is_alphanumeric()).map(str::to_lowercase);
    words.any(|word| CIRCULAR.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(column: &str) -> &'static str {
        match column {
            "museumid" => "ZMA.1",
            "inst" => "Museum",
            "country/ocean" => "Netherlands",
            "identified_by" => "A. Expert",
            "identification_method" => "Morphology",
            _ => "",
        }
    }

    fn decision(kind: DecisionKind, tier: Option<Tier>) -> Decision {
        let [record, reason, who, date] = ["r", "examined", "B. Curator", "2026-01-01"].map(str::to_owned);
        Decision { record, decision: kind, tier, reason, who, date }
    }

    #[test]
    fn forensic_needs_every_column_and_a_curator() {
        let accept = decision(DecisionKind::Accept, None);
        assert_eq!(decide_tier(complete, None, Some(&accept)).tier, Tier::Forensic);
        assert_eq!(decide_tier(complete, None, None).reasons, ["no curator's decision"]);
        for column in ["museumid", "inst", "country/ocean", "identified_by", "identification_method"] {
            let without = |name: &str| if name == column { "" } else { complete(name) };
            let tier = decide_tier(without, None, Some(&accept));
            assert_eq!((tier.tier, tier.reasons.len()), (Tier::Screening, 2), "{column}");
            assert_eq!(tier.reasons[0], "examined (B. Curator, 2026-01-01)");
        }
    }

    #[test]
    fn a_barcode_cannot_vouch_for_itself() {
        let accept = decision(DecisionKind::Accept, None);
        for method in ["BIN Taxonomy Match", "BOLD ID Engine", "Tree-based", "COI barcode"] {
            let circular = |name: &str| if name == "identification_method" { method } else { complete(name) };
            assert_eq!(decide_tier(circular, None, Some(&accept)).tier, Tier::Screening, "{method}");
        }
    }

    #[test]
    fn stops_and_decisions_lower_and_never_raise() {
        let stops = CodingCheck { frame: 1, stops: vec![4] };
        let accept = decision(DecisionKind::Accept, None);
        assert_eq!(decide_tier(complete, Some(&stops), Some(&accept)).tier, Tier::Quarantine);
        let raise = decision(DecisionKind::Retier, Some(Tier::Forensic));
        assert_eq!(decide_tier(complete, None, Some(&raise)).tier, Tier::Screening);
        let quarantine = decision(DecisionKind::Quarantine, None);
        assert_eq!(decide_tier(complete, None, Some(&quarantine)).tier, Tier::Quarantine);
    }
}
