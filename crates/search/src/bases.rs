//! The column table: what two IUPAC codes say about each other.
//!
//! Every code is the set of bases that it can stand for, kept as four bits (`A` = 1, `C` = 2, `G` = 4, `T` = 8):
//!
//! ```text
//! A 0001   R (A or G) 0101   B (not A) 1110
//! C 0010   Y (C or T) 1010   D (not C) 1101
//! G 0100   S (C or G) 0110   H (not G) 1011
//! T 1000   W (A or T) 1001   V (not T) 0111
//!          K (G or T) 1100   N (any)   1111
//!          M (A or C) 0011
//! ```
//!
//! Two codes *can agree* when their sets share a base: one `and` of two masks. Then
//!
//! ```text
//!            A           C            R            N            -
//! A          match       difference   ambiguous    ambiguous    difference
//! C          difference  match        difference   ambiguous    difference
//! R          ambiguous   difference   ambiguous    ambiguous    difference
//! ```
//!
//! A byte outside the fifteen upper-case codes has the empty set: it agrees with nothing, not even with itself, so that a
//! damaged sequence can only look further away than it is, never nearer.
//!
//! Reference: Nomenclature Committee of the International Union of Biochemistry (NC-IUB), "Nomenclature for incompletely
//! specified bases in nucleic acid sequences", 1984.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fifteen IUPAC codes, each at the index of its mask; index 0 is no code.
pub(crate) const CODES: [u8; 16] = *b"\0ACMGRSVTWYHKDBN";

/// Base sets by byte.
const MASKS: [u8; 256] = masks();

const fn masks() -> [u8; 256] {
    let mut table = [0; 256];
    let mut mask: u8 = 1;
    while mask < 16 {
        table[CODES[mask as usize] as usize] = mask;
        mask += 1;
    }
    table
}

/// What one pair of aligned bases says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same plain base: a column.
    Match,
    /// Bases that cannot agree, or a base against a gap: a column.
    Difference,
    /// Codes that can agree, at least one of them not a plain base: not a column, counted beside.
    Ambiguous,
}

/// The bases that an IUPAC code can stand for, in four bits (`A` = 1, `C` = 2, `G` = 4, `T` = 8); 0 for any other byte.
///
/// ```
/// use saola_search::bases::mask;
/// assert_eq!(mask(b'R'), mask(b'A') | mask(b'G'));
/// assert_eq!(mask(b'-'), 0);
/// ```
pub const fn mask(code: u8) -> u8 {
    MASKS[code as usize]
}

/// Whether two IUPAC codes share a base; always false for a byte that is no upper-case IUPAC code.
///
/// ```
/// use saola_search::bases::can_agree;
/// assert!(can_agree(b'R', b'A') && can_agree(b'R', b'K'));
/// assert!(!can_agree(b'R', b'C') && !can_agree(b'?', b'?'));
/// ```
pub const fn can_agree(one: u8, other: u8) -> bool {
    mask(one) & mask(other) != 0
}

/// The verdict of the column table on two aligned codes.
///
/// ```
/// use saola_search::bases::{Verdict, classify};
/// assert_eq!(classify(b'A', b'A'), Verdict::Match);
/// assert_eq!(classify(b'A', b'R'), Verdict::Ambiguous);
/// assert_eq!(classify(b'R', b'R'), Verdict::Ambiguous);
/// assert_eq!(classify(b'R', b'C'), Verdict::Difference);
/// ```
pub const fn classify(one: u8, other: u8) -> Verdict {
    classify_masks(mask(one), mask(other))
}

/// [`classify`] on masks.
pub(crate) const fn classify_masks(one: u8, other: u8) -> Verdict {
    if one & other == 0 {
        Verdict::Difference
    } else if (one | other).is_power_of_two() {
        Verdict::Match
    } else {
        Verdict::Ambiguous
    }
}

/// How many bases of a sequence are plain `A`, `C`, `G` or `T`: no alignment of it has more matches.
pub(crate) fn plain_bases(sequence: &[u8]) -> usize {
    sequence.iter().filter(|&&code| mask(code).is_power_of_two()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of NC-IUB 1984, written out.
    const SETS: [(u8, &str); 15] = [
        (b'A', "A"),
        (b'C', "C"),
        (b'G', "G"),
        (b'T', "T"),
        (b'R', "AG"),
        (b'Y', "CT"),
        (b'S', "CG"),
        (b'W', "AT"),
        (b'K', "GT"),
        (b'M', "AC"),
        (b'B', "CGT"),
        (b'D', "AGT"),
        (b'H', "ACT"),
        (b'V', "ACG"),
        (b'N', "ACGT"),
    ];

    #[test]
    fn every_pair_of_codes_follows_the_published_sets() {
        for (one, one_set) in SETS {
            for (other, other_set) in SETS {
                let share = one_set.chars().any(|base| other_set.contains(base));
                let plain = one_set.len() == 1 && other_set.len() == 1;
                let expected = match (share, plain) {
                    (false, _) => Verdict::Difference,
                    (true, true) => Verdict::Match,
                    (true, false) => Verdict::Ambiguous,
                };
                assert_eq!(classify(one, other), expected, "{} {}", one as char, other as char);
                assert_eq!(can_agree(one, other), share);
            }
        }
    }

    #[test]
    fn any_other_byte_agrees_with_nothing() {
        for byte in u8::MIN..=u8::MAX {
            if SETS.iter().all(|(code, _)| *code != byte) {
                assert_eq!(mask(byte), 0);
                assert_eq!(classify(byte, byte), Verdict::Difference);
                assert_eq!(classify(byte, b'N'), Verdict::Difference);
            }
        }
    }
}
