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

/// What is done to a query that a conclusion must not fall for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Defect {
    /// Nothing.
    None,
    /// One base in 110 is masked with N, evenly: what a cautious reader makes of a poor read.
    Masked,
    /// A codon in the middle is made a stop, as in a nuclear copy; only where the marker codes for a protein.
    Stop,
    /// The second half is that of a species of another genus.
    Chimera,
    /// The second half is that of another species of the genus.
    Congener,
}

impl Defect {
    /// The name in tables and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Masked => "masked",
            Self::Stop => "stop",
            Self::Chimera => "chimera",
            Self::Congener => "congener",
        }
    }

    /// Whether no species may be named.
    pub const fn forbids_species(self) -> bool {
        matches!(self, Self::Stop | Self::Chimera | Self::Congener)
    }
}

/// How a query is made of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variant {
    pub(super) fragment: Fragment,
    /// For each thousand bases.
    pub(super) errors: u32,
    pub(super) defect: Defect,
}

/// The bases of a query; none when the record is not longer than the fragment, or the defect cannot be made. `other` is the record
/// that a chimera is made with.
pub(super) fn bases(sequence: &[u8], variant: Variant, id: &str, other: Option<&[u8]>) -> Option<Vec<u8>> {
    let fragment = variant.fragment;
    let mut bases = match fragment {
        Fragment::Full => sequence.to_vec(),
        Fragment::Middle(length) => {
            let length = usize::try_from(length).ok().filter(|length| *length < sequence.len())?;
            let start = (sequence.len() - length) / 2;
            sequence.get(start..start + length)?.to_vec()
        }
    };
    let middle = bases.len() / 2;
    match variant.defect {
        Defect::None => {}
        Defect::Masked => bases.iter_mut().skip(55).step_by(110).for_each(|base| *base = b'N'),
        // In every frame a stop: TAA and its shifts.
        Defect::Stop => bases.get_mut(middle..middle + 11)?.copy_from_slice(b"TAATTAATTAA"),
        Defect::Chimera | Defect::Congener => {
            let other = other.filter(|other| other.len() == sequence.len() && fragment == Fragment::Full)?;
            bases.get_mut(middle..)?.copy_from_slice(other.get(middle..)?);
        }
    }
    substitute(&mut bases, variant.errors, &format!("{id} {fragment}"));
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

    fn made(sequence: &[u8], fragment: Fragment, errors: u32, id: &str) -> Option<Vec<u8>> {
        bases(sequence, Variant { fragment, errors, defect: Defect::None }, id, None)
    }

    #[test]
    fn defects_are_where_they_should_be() {
        let sequence = b"G".repeat(300);
        let with = |defect, other: Option<&[u8]>| {
            bases(&sequence, Variant { fragment: Fragment::Full, errors: 0, defect }, "r", other)
        };
        let masked = with(Defect::Masked, None).unwrap();
        let places: Vec<usize> = (0..masked.len()).filter(|place| masked[*place] == b'N').collect();
        assert_eq!(places, [55, 165, 275]);
        for frame in 0..3 {
            let stopped = with(Defect::Stop, None).unwrap();
            assert!(stopped[frame..].chunks(3).any(|codon| codon == b"TAA"), "{frame}");
        }
        assert_eq!(with(Defect::Chimera, None), None);
        let chimera = with(Defect::Chimera, Some(&b"C".repeat(300))).unwrap();
        assert_eq!(chimera, [b"G".repeat(150), b"C".repeat(150)].concat());
        assert_eq!(with(Defect::Congener, Some(b"CCC")), None);
    }

    #[test]
    fn fragments_are_taken_from_the_middle() {
        let sequence: Vec<u8> = b"AC".iter().cycle().take(100).copied().collect();
        assert_eq!(made(&sequence, Fragment::Full, 0, "r").unwrap(), sequence);
        let middle =
            made(&[b"T".repeat(20), b"G".repeat(60), b"T".repeat(20)].concat(), Fragment::Middle(60), 0, "r");
        assert_eq!(middle.unwrap(), b"G".repeat(60));
        assert_eq!(made(&sequence, Fragment::Middle(100), 0, "r"), None);
    }

    #[test]
    fn errors_are_counted_and_always_the_same() {
        let sequence = b"A".repeat(1000);
        let changed = made(&sequence, Fragment::Full, 10, "r").unwrap();
        let count = changed.iter().filter(|base| **base != b'A').count();
        // Ten places, of which some may be drawn twice.
        assert!((8..=10).contains(&count), "{count}");
        assert_eq!(made(&sequence, Fragment::Full, 10, "r").unwrap(), changed);
        assert_ne!(made(&sequence, Fragment::Full, 10, "s").unwrap(), changed);
    }
}
