//! Trials: how often conclusions on records of known species are right.
//!
//! A record is identified against a library without its own specimen, its species or its genus. What can be right then
//! is its species, its genus or its family; a conclusion above that is *too high*, and one that does not hold is *wrong*:
//! a species named for a record whose species is not there is wrong, however near it is.

use saola_refdb::Taxonomy;
use serde::{Deserialize, Serialize};

use crate::{Blocks, Gate, GateStatus, Identification, Level};

/// What is left out of the library together with the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scheme {
    /// Its specimen.
    #[serde(rename = "loso")]
    Specimen,
    /// Its species.
    #[serde(rename = "lspo")]
    Species,
    /// Its genus.
    #[serde(rename = "lgo")]
    Genus,
}

/// What a record is, by its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth<'a> {
    /// Accepted name of the species.
    pub species: &'a str,
    /// Name of the genus.
    pub genus: &'a str,
    /// Name of the family; empty where it is not known.
    pub family: &'a str,
}

/// How a conclusion did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The lowest taxon that the library still allows.
    Right,
    /// It holds, but a lower one would have been right.
    TooHigh,
    /// It does not hold, or names a species that is not in the library.
    Wrong,
    /// No taxon was named.
    Abstained,
}

/// Judges a conclusion. `taxonomy` is that of the release it was made with.
pub fn judge(taxonomy: &Taxonomy, found: &Identification, truth: &Truth<'_>, scheme: Scheme) -> Verdict {
    let named = found.taxon.map(|taxon| taxonomy.name(taxon));
    let holds = |name: &str, present: bool, best: Scheme| match named == Some(name) && present {
        false => Verdict::Wrong,
        true if scheme == best => Verdict::Right,
        true => Verdict::TooHigh,
    };
    match found.level {
        Level::Species | Level::SpeciesUniparental => {
            holds(truth.species, scheme == Scheme::Specimen, Scheme::Specimen)
        }
        Level::SpeciesGroup => {
            let is_in = found.candidates.iter().any(|taxon| taxonomy.name(*taxon) == truth.species);
            if is_in && scheme == Scheme::Specimen { Verdict::TooHigh } else { Verdict::Wrong }
        }
        Level::Genus => holds(truth.genus, scheme != Scheme::Genus, Scheme::Species),
        Level::HigherTaxon => holds(truth.family, true, Scheme::Genus),
        Level::NotSupportedByReference
        | Level::InconclusiveData
        | Level::Mixture
        | Level::ContaminationSuspected
        | Level::NoResult => Verdict::Abstained,
    }
}

/// The first gate that kept a conclusion from a species, if one did.
pub fn stopped_by(found: &Identification) -> Option<&Gate> {
    found.gates.iter().find(|gate| gate.stops(Blocks::Species))
}

/// Whether a species could have been named at all: the gates that do not look at the query's distances, S4 (specimens)
/// and S5 (recognised species), did not forbid it. A trial that could not have failed shows nothing.
pub fn could_name_a_species(found: &Identification) -> bool {
    let passed = |id: &str| found.gates.iter().any(|gate| gate.id == id && gate.status == GateStatus::Pass);
    passed("S4") && passed("S5")
}

/// The Clopper-Pearson interval of a share: `failures` in `trials`, at 95 %, two-sided; 0 to 1 without trials.
///
/// C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26, 1934.
pub fn clopper_pearson(failures: u64, trials: u64) -> (f64, f64) {
    let tail = 0.025;
    let solve = |is_below: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if is_below(middle) { low = middle } else { high = middle }
        }
        low
    };
    let lower = match failures {
        0 => 0.0,
        some => solve(&|share| 1.0 - at_most(some - 1, trials, share) < tail),
    };
    let upper = if failures < trials { solve(&|share| at_most(failures, trials, share) > tail) } else { 1.0 };
    (lower, upper)
}

/// P(X <= k) of a binomial variable with a share between 0 and 1: the sum of the first terms over the sum of all, each term
/// from the one before. Only the four operations are used, which give the same on every machine.
#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
fn at_most(k: u64, trials: u64, share: f64) -> f64 {
    const LARGE: f64 = 1e200;
    let odds = share / (1.0 - share);
    let (mut term, mut first, mut all) = (1.0, 0.0, 0.0);
    for hits in 0..=trials {
        all += term;
        if hits <= k {
            first += term;
        }
        term *= (trials - hits) as f64 / (hits + 1) as f64 * odds;
        if all > LARGE {
            (term, first, all) = (term / LARGE, first / LARGE, all / LARGE);
        }
    }
    first / all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked apart with whole binomial coefficients.
    #[test]
    fn intervals_solve_the_sums_of_binomial_coefficients() {
        for (failures, trials, lower, upper) in [
            (0, 100, 0.0, 0.036_216_7),
            (1, 100, 0.000_253_1, 0.054_459_4),
            (5, 100, 0.016_431_9, 0.112_834_9),
            (10, 20, 0.271_957_9, 0.728_042_1),
            (20, 20, 0.831_566_5, 1.0),
            (0, 0, 0.0, 1.0),
            (50, 10_000, 0.003_713_3, 0.006_586_6),
        ] {
            let (low, high) = clopper_pearson(failures, trials);
            assert!(
                (low - lower).abs() < 1e-6 && (high - upper).abs() < 1e-6,
                "{failures}/{trials} {low} {high}"
            );
        }
    }
}
