//! Primers in reads with errors, on either strand.

use super::{AmpliconRead, Insert};
use crate::{iupac, trim::error_of};

/// A primer may lie so far from the end of a read: adapters and barcodes stand before it.
const END: usize = 160;
/// Of the bases of a primer, one in so many may be wrong, missing or too many.
const BASES_AN_ERROR: usize = 5;
/// The same in the middle of a read, where a primer is looked for over many more places.
const BASES_AN_ERROR_INSIDE: usize = 8;

/// Two primers of an amplicon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimerPair {
    /// Names of the forward and the reverse primer.
    pub names: [String; 2],
    /// Forward primer, IUPAC codes, 5' to 3'.
    pub forward: Vec<u8>,
    /// Reverse primer, IUPAC codes, 5' to 3'.
    pub reverse: Vec<u8>,
}

/// Why a read has no insert.
pub(super) enum NoInsert {
    WithoutPrimers,
    Chimeric,
}

/// A place in a read, half open.
type Place = std::ops::Range<usize>;

/// The pair that most of the reads have at their ends, if a quarter of them do; the first of several.
pub(super) fn choose(reads: &[&AmpliconRead<'_>], pairs: &[PrimerPair]) -> Option<PrimerPair> {
    let sample = &reads[..reads.len().min(60)];
    let has = |pair: &PrimerPair| sample.iter().filter(|read| ends(read.bases, pair).is_some()).count();
    let mut best: Option<(usize, &PrimerPair)> = None;
    for pair in pairs {
        let count = has(pair);
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, pair));
        }
    }
    best.filter(|(count, _)| *count > 0 && count * 4 >= sample.len()).map(|(_, pair)| pair.clone())
}

/// The part of a read from primer to primer, both included, on the strand of the forward one. The primers stay until the consensus is called:
/// in a single read their edges are as uncertain as everything else.
pub(super) fn insert(read: &AmpliconRead<'_>, pair: Option<&PrimerPair>) -> Result<Insert, NoInsert> {
    let Some(pair) = pair else {
        return Ok(made(read.bases.to_vec(), read.qualities, true));
    };
    let (whole, inside, is_forward) = ends(read.bases, pair).ok_or(NoInsert::WithoutPrimers)?;
    let (mut bases, qualities) = (read.bases[whole.clone()].to_vec(), &read.qualities[whole]);
    let inner = &read.bases[inside];
    let is_primer =
        |primer: &[u8]| find(inner, primer, primer.len() / BASES_AN_ERROR_INSIDE, false).is_some();
    let both = [&pair.forward, &pair.reverse];
    if both.into_iter().any(|primer| is_primer(primer) || is_primer(&iupac::reverse_complement(primer))) {
        return Err(NoInsert::Chimeric);
    }
    if !is_forward {
        bases = iupac::reverse_complement(&bases);
    }
    Ok(made(bases, qualities, is_forward))
}

fn made(bases: Vec<u8>, qualities: &[u8], is_forward: bool) -> Insert {
    let error = qualities.iter().map(|quality| u64::from(error_of(*quality))).sum();
    Insert { bases, is_forward, error }
}

/// Cuts the primers off a consensus: the part between them.
pub(super) fn between(bases: &[u8], pair: &PrimerPair) -> Place {
    ends(bases, pair).filter(|(_, _, is_forward)| *is_forward).map_or(0..bases.len(), |(_, inside, _)| inside)
}

/// From primer to primer, what lies between them, and whether the read is of the forward strand.
fn ends(bases: &[u8], pair: &PrimerPair) -> Option<(Place, Place, bool)> {
    let between = |left: &[u8], right: &[u8]| {
        let start = find(&bases[..bases.len().min(END)], left, left.len() / BASES_AN_ERROR, false)?;
        let tail = bases.len().saturating_sub(END);
        let right = iupac::reverse_complement(right);
        let end = find(&bases[tail..], &right, right.len() / BASES_AN_ERROR, true)?;
        let (from, to) = (start.end, tail + end.start);
        (from < to).then_some((start.start..tail + end.end, from..to))
    };
    let forward = between(&pair.forward, &pair.reverse).map(|(whole, inside)| (whole, inside, true));
    forward.or_else(|| between(&pair.reverse, &pair.forward).map(|(whole, inside)| (whole, inside, false)))
}

/// The place of a primer with the fewest errors (Sellers 1980, J. Algorithms 1:359-373); of several the first, or the last.
fn find(bases: &[u8], primer: &[u8], most: usize, last: bool) -> Option<Place> {
    // Of each row the errors, and where the match began.
    let mut column: Vec<(usize, usize)> = (0..=primer.len()).map(|row| (row, 0)).collect();
    let mut best: Option<(usize, Place)> = None;
    for (index, base) in bases.iter().enumerate() {
        let mut diagonal = column[0];
        column[0] = (0, index + 1);
        for row in 1..=primer.len() {
            let wrong = !(iupac::stands_for(primer[row - 1], *base) || *base == b'N');
            let pair = (diagonal.0 + usize::from(wrong), diagonal.1);
            let over = (column[row].0 + 1, column[row].1);
            let under = (column[row - 1].0 + 1, column[row - 1].1);
            diagonal = column[row];
            column[row] = [pair, over, under].into_iter().min_by_key(|cell| cell.0).unwrap_or(pair);
        }
        let (errors, start) = column[primer.len()];
        let is_better = best.as_ref().is_none_or(|(least, _)| errors < *least || (last && errors == *least));
        if errors <= most && is_better {
            best = Some((errors, start..index + 1));
        }
    }
    best.map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORWARD: &[u8] = b"GGTCAACAAATCATAAAGATATTGG";

    #[test]
    fn a_primer_is_found_with_errors_and_not_without_it() {
        let place = |bases: &[u8]| find(bases, FORWARD, 5, false);
        assert_eq!(place(&[b"ACGTAC", FORWARD, b"TTGCA"].concat()), Some(6..31));
        // One base too many, one missing, one wrong.
        assert_eq!(place(b"ACGTACGGTTCAACAATCATAAAGTTATTGGTTGCA").map(|place| place.end), Some(31));
        assert_eq!(place(b"ACTTTATATTTTATTTTTGGAGCTTGAGCAGGAATAGTAGGAACATC"), None);
    }

    #[test]
    fn reads_of_both_strands_give_one_insert() {
        let pair = PrimerPair {
            names: ["f".to_owned(), "r".to_owned()],
            forward: FORWARD.to_vec(),
            reverse: b"TAAACTTCAGGGTGACCAAAAAATCA".to_vec(),
        };
        let insert_of = |bases: &[u8]| {
            let qualities = vec![20; bases.len()];
            insert(&AmpliconRead { bases, qualities: &qualities }, Some(&pair))
        };
        let middle = b"ACTTTATATTTTATTTTTGGAGCTTGAGCAGGAATAGTAGGAACATCTTTAAGATTATT".repeat(3);
        let whole = [FORWARD, &middle, b"TGATTTTTTGGTCACCCTGAAGTTTA"].concat();
        assert_eq!(insert_of(&whole).ok().unwrap().bases, whole);
        assert_eq!(insert_of(&iupac::reverse_complement(&whole)).ok().unwrap().bases, whole);
        assert_eq!(&whole[between(&whole, &pair)], middle);
        let headed = [&whole[..], &iupac::reverse_complement(&whole)].concat();
        assert!(matches!(insert_of(&headed), Err(NoInsert::WithoutPrimers | NoInsert::Chimeric)));
        let twice = [&whole[..], &whole].concat();
        assert!(matches!(insert_of(&twice), Err(NoInsert::Chimeric)));
    }
}
