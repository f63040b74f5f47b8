use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Profile;

/// How a gate was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateStatus {
    /// Within its limit.
    Pass,
    /// Beyond its limit.
    Fail,
    /// The input does not allow an answer.
    NotEvaluated,
}

/// What a gate that does not pass stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Blocks {
    /// Nothing: it is reported only.
    Nothing,
    /// A conclusion on a species or group of species.
    Species,
    /// A conclusion on a genus.
    Genus,
    /// A conclusion on a family.
    Family,
    /// Every conclusion.
    Everything,
}

/// One question of the decision rule with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Short name: G0 to G8 for the query, S1 to S5 for a species or group, GEN1 to GEN4, FAM1 to FAM4.
    pub id: String,
    /// The answer.
    pub status: GateStatus,
    /// What it stops, as it was answered.
    pub blocks: Blocks,
    /// What was found.
    pub value: String,
    /// What was asked for.
    pub limit: String,
    /// A sentence; for a gate that does not pass, what would be needed.
    pub note: String,
}

impl Gate {
    /// A gate that would stop `blocks` if it does not pass; under `profile` a gate that was not evaluated stops only
    /// when the profile names it.
    pub(crate) fn new(id: &str, status: GateStatus, blocks: Blocks, profile: &Profile) -> Self {
        let stops = match status {
            GateStatus::Pass => false,
            GateStatus::Fail => true,
            GateStatus::NotEvaluated => profile.not_evaluated_blocks.iter().any(|name| name == id),
        };
        Self {
            id: id.to_owned(),
            status,
            blocks: if stops { blocks } else { Blocks::Nothing },
            value: String::new(),
            limit: String::new(),
            note: String::new(),
        }
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub(crate) fn limit(mut self, limit: impl Into<String>) -> Self {
        self.limit = limit.into();
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    pub(crate) fn stops(&self, what: Blocks) -> bool {
        self.blocks == what || self.blocks == Blocks::Everything
    }
}

/// Pass or fail.
pub(crate) fn status(passes: bool) -> GateStatus {
    if passes { GateStatus::Pass } else { GateStatus::Fail }
}
