//! What the rows of the query that are still to come must cost.
//!
//! # Bound
//!
//! The query is cut, from the first row at which an alignment may end upwards, into disjoint pieces of [`PIECE`] bases. A piece whose
//! bases agree with no stretch of the reference, base by base, cannot be aligned without a difference: a mismatch or
//! an insertion in one of its rows, or a deletion between two of them. These places are different ones for different pieces. So a path
//! at `(i, j)` has at least as many differences before it as there are such pieces wholly below row i, and a cell of
//! which the best path costs more than d less that number is of no use to a path of d differences.
//!
//! ```text
//! query      ACGTTGCA|ACGATCAG|GATTACAG      the piece in the middle occurs nowhere in the reference:
//! reference  ACGTTGCA ACGTTCAG GATTACAG      from row 0 to row 8, one difference is still to come
//! ```

use crate::bases::mask;
use crate::ends::Ends;
use crate::index::words;
use crate::pieces::{PIECE, Present, all_words};

/// For each row from 0 to the last, how many differences are still to come at least.
pub(super) fn remaining(query: &[u8], reference: &[u8], ends: &Ends) -> Vec<u32> {
    let mut counts = vec![0; query.len() + 1];
    let Some(present) = words_of(reference) else {
        return counts;
    };
    let mut missing = 0;
    let mut below = ends.first_query_end.min(query.len());
    while let Some(first) = below.checked_sub(PIECE) {
        for count in &mut counts[first + 1..=below] {
            *count = missing;
        }
        // A piece with ambiguity codes has no word, and is taken to occur.
        missing += u32::from(!present.holds(words(&query[first..below], PIECE).next().map(|(_, word)| word)));
        below = first;
    }
    counts[..=below].fill(missing);
    counts
}

/// The words of a reference; `None` when it stands for too many.
fn words_of(reference: &[u8]) -> Option<Present> {
    let masks: Vec<u8> = reference.iter().map(|&code| mask(code)).collect();
    Some(Present::of(all_words(&masks)?.into_iter().map(|(word, _)| word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_occur_nowhere_are_still_to_come() {
        let query: Vec<u8> = b"ACGTTGCAACGATCAGGATTACAG".iter().map(|&code| mask(code)).collect();
        let reference = b"ACGTTGCAACGTTCAGGATTACAG";
        let ends = Ends {
            query: 24,
            reference: 24,
            last_query_start: 0,
            last_reference_start: 0,
            first_query_end: 24,
            first_reference_end: 24,
        };
        let found = remaining(&query, reference, &ends);
        assert!(found[..=8].iter().all(|&count| count == 1));
        assert!(found[9..].iter().all(|&count| count == 0));
        let lenient = remaining(&query, b"ACGTTGCAACGWTCAGGATTACAG", &ends);
        assert!(lenient.iter().all(|&count| count == 0));
    }
}
