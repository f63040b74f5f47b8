use std::collections::BTreeMap;

use saola_refdb::Tier;
use saola_seq::table::{self, TableError};
use serde::Deserialize;

/// What a curator decided on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecisionKind {
    /// The record was examined and stands; it may be forensic when all else is recorded.
    Accept,
    /// The record gets the tier named, which can only be lower than what its columns give.
    Retier,
    /// The record is kept and never used.
    Quarantine,
}

/// A row of `decisions.tsv`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Decision {
    /// Record id.
    pub record: String,
    /// What was decided.
    pub decision: DecisionKind,
    /// The tier, for `retier`.
    pub tier: Option<Tier>,
    /// Why.
    pub reason: String,
    /// The curator.
    pub who: String,
    /// The day, YYYY-MM-DD.
    pub date: String,
}

/// Reads `decisions.tsv`: at most one decision for a record, each with reason, name and date.
pub(crate) fn read_decisions(file: &str, text: &[u8]) -> Result<BTreeMap<String, Decision>, TableError> {
    let mut decisions = BTreeMap::new();
    for row in table::read::<Decision>(file, text)? {
        let error = |message: &str| TableError::new(file, row.line, message);
        let decision = row.value;
        if [&decision.reason, &decision.who, &decision.date].iter().any(|cell| cell.is_empty()) {
            return Err(error("a decision needs a reason, a name and a date"));
        }
        if (decision.decision == DecisionKind::Retier) != decision.tier.is_some() {
            return Err(error("a tier is given for `retier`, and only there"));
        }
        if decision.date.parse::<jiff::civil::Date>().is_err() || decision.date.len() != 10 {
            return Err(error("a date is written YYYY-MM-DD"));
        }
        if decision.tier == Some(Tier::Forensic) {
            return Err(error(
                "a decision cannot raise a record to forensic; `accept` it, and record what it lacks",
            ));
        }
        if decisions.insert(decision.record.clone(), decision).is_some() {
            return Err(error("a second decision on one record"));
        }
    }
    Ok(decisions)
}

impl Decision {
    /// Reason, name and date, for the reasons of a tier.
    pub(crate) fn words(&self) -> String {
        format!("{} ({}, {})", self.reason, self.who, self.date)
    }
}
