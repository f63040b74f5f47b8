//! What is tried, and in which parts.

use saola_identify::trial::Scheme;
use serde::{Deserialize, Serialize};

use super::query::{Defect, Fragment, Variant};

/// What gate S5 takes for the recognised species.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recognition {
    /// Those of the library without the fold: what is left out, nobody knows of.
    Unknown,
    /// Those of the whole library: what is left out is known to be missing.
    Known,
}

/// What is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Only records of this marker are queries; of all unless one is named.
    pub marker: Option<String>,
    /// What is left out.
    pub schemes: Vec<Scheme>,
    /// Which species S5 knows of.
    pub recognitions: Vec<Recognition>,
    /// Which part of each record is the query.
    pub fragments: Vec<Fragment>,
    /// Substitutions put into the query, for each thousand bases.
    pub errors: Vec<u32>,
    /// What is done to the query.
    pub defects: Vec<Defect>,
    /// Wrong labels put into the library, for each thousand records.
    pub mislabels: Vec<u32>,
    /// Number of folds.
    pub folds: u32,
}

impl Plan {
    pub(super) fn variants(&self) -> Vec<Variant> {
        let mut variants = Vec::new();
        for &fragment in &self.fragments {
            for &errors in &self.errors {
                variants.extend(self.defects.iter().map(|&defect| Variant { fragment, errors, defect }));
            }
        }
        variants
    }
}

/// One library of a plan: it is made once, and the records of its fold are tried on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// What is left out.
    pub scheme: Scheme,
    /// Which species S5 knows of.
    pub recognition: Recognition,
    /// Wrong labels put in, for each thousand records.
    pub mislabels: u32,
    /// Number of the fold, from 0.
    pub fold: u32,
}
