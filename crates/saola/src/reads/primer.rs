//! Primers at the ends of a consensus.

use saola_report::PrimerFound;
use saola_seq::iupac;
use saola_seq::table::{self, TableError};
use serde::Deserialize;

/// A primer by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPrimer {
    /// Its name.
    pub name: String,
    /// IUPAC codes, 5' to 3'.
    pub bases: Vec<u8>,
    /// Whether it reads the reverse strand; `None` when the table does not say.
    pub is_reverse: Option<bool>,
    /// Its marker; may be empty.
    pub marker: String,
}

#[derive(Deserialize)]
struct PrimerRow {
    name: String,
    bases: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    marker: String,
}

/// Reads a tab-separated table of primers with the columns `name` and `bases` (IUPAC codes, 5' to 3'); `direction` (F or R) and `marker` make
/// pairs of them; others are passed over.
///
/// # Errors
///
/// [`TableError`] with the line of the first primer that has no name, or is not 10 to 100 IUPAC codes.
pub fn read_primers(file: &str, bytes: &[u8]) -> Result<Vec<NamedPrimer>, TableError> {
    let mut primers = Vec::new();
    for row in table::read::<PrimerRow>(file, bytes)? {
        let codes: Option<Vec<u8>> = row.value.bases.bytes().map(iupac::normalise).collect();
        match codes {
            Some(bases) if (10..=100).contains(&bases.len()) && !row.value.name.is_empty() => {
                let is_reverse = match row.value.direction.as_str() {
                    "F" => Some(false),
                    "R" => Some(true),
                    _ => None,
                };
                primers.push(NamedPrimer {
                    name: row.value.name,
                    bases,
                    is_reverse,
                    marker: row.value.marker,
                });
            }
            _ => {
                return Err(TableError::new(file, row.line, "a primer has a name and 10 to 100 IUPAC codes"));
            }
        }
    }
    Ok(primers)
}

/// Primers are looked for in so many bases at each end.
const END: usize = 80;
/// Of the bases of a primer, one in so many may be contradicted.
const BASES_A_MISMATCH: usize = 7;

/// Least bases of a primer that trimming has left.
const LEAST_LEFT: usize = 12;
/// A primer behind a primer is looked for so often: a sequencing tail, then the gene's primer.
const MOST_IN_A_ROW: usize = 3;

/// A primer's place at an end of a sequence.
#[derive(Clone, Debug)]
struct Place<'p> {
    primer: &'p NamedPrimer,
    mismatches: usize,
    /// Bases of it that are there.
    there: usize,
    /// Bases from the end of the sequence to the inner end of the primer.
    cut: usize,
}

/// Cuts primers off both ends of a sequence; either strand of each primer is looked for at either end, whole or what trimming has left of
/// it. Gives the part that is left and what was found.
pub(super) fn cut(bases: &[u8], primers: &[NamedPrimer]) -> (std::ops::Range<usize>, Vec<PrimerFound>) {
    let mut found = Vec::new();
    let from = cut_start(bases, primers, "start", &mut found);
    let mirrored = iupac::reverse_complement(&bases[from..]);
    let behind = cut_start(&mirrored, primers, "end", &mut found);
    (from..bases.len() - behind, found)
}

/// How many bases the primers at the start of a sequence take.
fn cut_start(bases: &[u8], primers: &[NamedPrimer], end: &str, found: &mut Vec<PrimerFound>) -> usize {
    let mut from = 0;
    for _ in 0..MOST_IN_A_ROW {
        let Some(place) = best(&bases[from..], primers).filter(|place| from + place.cut < bases.len()) else {
            break;
        };
        found.push(PrimerFound {
            name: place.primer.name.clone(),
            end: end.to_owned(),
            mismatches: place.mismatches as u64,
            removed: place.cut as u64,
        });
        from += place.cut;
    }
    from
}

/// The primer that fits best near the start: fewest mismatches for its length, then most bases, then nearest to the start, then the first
/// by name.
fn best<'p>(bases: &[u8], primers: &'p [NamedPrimer]) -> Option<Place<'p>> {
    let mut places = Vec::new();
    for primer in primers {
        for strand in [primer.bases.clone(), iupac::reverse_complement(&primer.bases)] {
            let most = strand.len().saturating_sub(LEAST_LEFT);
            let left = (0..=most).map(|missing| (missing, 0));
            let whole = (1..END).map(|offset| (0, offset));
            for (missing, offset) in left.chain(whole) {
                let part = &strand[missing.min(strand.len())..];
                let Some(window) = bases.get(offset..offset + part.len()) else { continue };
                let mismatches = mismatches(window, part);
                // What is left of a primer is short: it must be exact, or it may be the sequence itself.
                if mismatches * BASES_A_MISMATCH <= part.len() && (missing == 0 || mismatches == 0) {
                    let cut = offset + part.len();
                    places.push(Place { primer, mismatches, there: part.len(), cut });
                }
            }
        }
    }
    places.into_iter().min_by(|one, other| {
        let share = |place: &Place<'_>| place.mismatches * 1000 / place.there.max(1);
        let key = |place: &Place<'_>| (share(place), std::cmp::Reverse(place.there), place.cut);
        key(one).cmp(&key(other)).then_with(|| one.primer.name.cmp(&other.primer.name))
    })
}

/// Positions at which a base is none of those that the primer's code stands for; what is no base agrees with anything.
fn mismatches(bases: &[u8], primer: &[u8]) -> usize {
    let contradicts = |(base, code): (&u8, &u8)| iupac::is_base(*base) && !iupac::stands_for(*code, *base);
    bases.iter().zip(primer).filter(|pair| contradicts(*pair)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folmer() -> Vec<NamedPrimer> {
        [("LCO1490", "GGTCAACAAATCATAAAGATATTGG"), ("HCO2198", "TAAACTTCAGGGTGACCAAAAAATCA")]
            .map(|(name, bases)| NamedPrimer {
                name: name.to_owned(),
                bases: bases.as_bytes().to_vec(),
                is_reverse: None,
                marker: String::new(),
            })
            .to_vec()
    }

    #[test]
    fn primers_go_with_what_stands_before_them_and_mismatches_are_told() {
        let middle = "ACTTTATATTTTATTTTTGGAGCTTGAGCAGGAATAGTAGGAACATCTTTAAGATTATTAATTCGAGCAGAA".repeat(3);
        let text = format!("ACGGGTCAACAAATCATAAAGATATTCG{middle}TGATTTTTTGGTCACCCTGAAGTTTAGG");
        let (left, found) = cut(text.as_bytes(), &folmer());
        assert_eq!(&text[left], middle);
        let told: Vec<(&str, &str, u64, u64)> = found
            .iter()
            .map(|found| (found.name.as_str(), found.end.as_str(), found.mismatches, found.removed))
            .collect();
        assert_eq!(told, [("LCO1490", "start", 1, 28), ("HCO2198", "end", 0, 28)]);
    }

    #[test]
    fn what_trimming_left_of_a_primer_goes_too() {
        let middle = "ACTTTATATTTTATTTTTGGAGCTTGAGCAGGAATAGTAGGAACATCTTTAAGATTATTAATTCGAGCAGAA".repeat(3);
        let text = format!("CATAAAGATATTGG{middle}TGATTTTTTGGTCACCC");
        let (left, found) = cut(text.as_bytes(), &folmer());
        assert_eq!(&text[left], middle);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_has_no_primer_stays_whole() {
        let text = "ACTTTATATTTTATTTTTGGAGCTTGAGCAGGAATAGTAGGAACATC";
        assert_eq!(cut(text.as_bytes(), &folmer()), (0..text.len(), Vec::new()));
        assert_eq!(cut(b"", &folmer()), (0..0, Vec::new()));
    }
}
