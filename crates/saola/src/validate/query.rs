//! The query that is made of a record.

use std::{fmt, str::FromStr};

use saola_digest::Sha256Digest;
use serde::{Deserialize, Serialize};

/// Which part of a record is the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Fragment {
    /// All of it.
    Full,
    /// So many bases in its middle, of longer records.
    Middle(u32),
}

/// A fragment is `full` or a number of bases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: a fragment is `full` or a number of bases, at least 50")]
pub struct FragmentError(String);

impl FromStr for Fragment {
    type Err = FragmentError;

    fn from_str(text: &str) -> Result<Self, FragmentError> {
        match text {
            "full" => Some(Self::Full),
            number => number.parse().ok().filter(|bases| *bases >= 50).map(Self::Middle),
        }
        .ok_or_else(|| FragmentError(text.to_owned()))
    }
}

impl fmt::Display for Fragment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => formatter.write_str("full"),
            Self::Middle(bases) => write!(formatter, "{bases}"),
        }
    }
}

impl TryFrom<String> for Fragment {
    type Error = FragmentError;

    fn try_from(text: String) -> Result<Self, FragmentError> {
        text.parse()
    }
}

impl From<Fragment> for String {
    fn from(fragment: Fragment) -> Self {
        fragment.to_string()
    }
}

/// The bases of a query; none when the record is not longer than the fragment.
pub(super) fn bases(sequence: &[u8], fragment: Fragment, errors: u32, id: &str) -> Option<Vec<u8>> {
    let mut bases = match fragment {
        Fragment::Full => sequence.to_vec(),
        Fragment::Middle(length) => {
            let length = usize::try_from(length).ok().filter(|length| *length < sequence.len())?;
            let start = (sequence.len() - length) / 2;
            sequence.get(start..start + length)?.to_vec()
        }
    };
    substitute(&mut bases, errors, &format!("{id} {fragment}"));
    Some(bases)
}

/// Substitutes so many of a thousand bases, rounded up. Places and bases follow from the seed.
fn substitute(bases: &mut [u8], errors: u32, seed: &str) {
    let count = (bases.len() as u64 * u64::from(errors)).div_ceil(1000);
    for number in 0..count {
        let digest = Sha256Digest::of(format!("{seed} {number}").as_bytes());
        let [a, b, c, d, turn, ..] = *digest.as_bytes();
        let place = u32::from_be_bytes([a, b, c, d]) as usize % bases.len();
        let others: Vec<u8> = b"ACGT".iter().copied().filter(|base| *base != bases[place]).collect();
        bases[place] = others[usize::from(turn) % others.len()];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_taken_from_the_middle() {
        let sequence: Vec<u8> = b"AC".iter().cycle().take(100).copied().collect();
        assert_eq!(bases(&sequence, Fragment::Full, 0, "r").unwrap(), sequence);
        let middle = bases(
            &[b"T".repeat(20), b"G".repeat(60), b"T".repeat(20)].concat(),
            Fragment::Middle(60),
            0,
            "r",
        );
        assert_eq!(middle.unwrap(), b"G".repeat(60));
        assert_eq!(bases(&sequence, Fragment::Middle(100), 0, "r"), None);
    }

    #[test]
    fn errors_are_counted_and_always_the_same() {
        let sequence = b"A".repeat(1000);
        let changed = bases(&sequence, Fragment::Full, 10, "r").unwrap();
        let count = changed.iter().filter(|base| **base != b'A').count();
        // Ten places, of which some may be drawn twice.
        assert!((8..=10).contains(&count), "{count}");
        assert_eq!(bases(&sequence, Fragment::Full, 10, "r").unwrap(), changed);
        assert_ne!(bases(&sequence, Fragment::Full, 10, "s").unwrap(), changed);
    }
}
