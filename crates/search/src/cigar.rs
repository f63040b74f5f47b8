//! Alignments in short: how many positions of which kind, in order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One kind of alignment position, with its letter in the SAM specification.
///
/// The letter `M` of SAM ("match or mismatch") is used for ambiguous pairs only, which are neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `=`: the same plain base.
    Match,
    /// `X`: bases that cannot agree.
    Mismatch,
    /// `M`: a pair that can agree, at least one of them an ambiguity code.
    Ambiguous,
    /// `I`: a base of the query against a gap in the reference.
    Insertion,
    /// `D`: a base of the reference against a gap in the query.
    Deletion,
}

impl Operation {
    /// Every operation.
    const ALL: [Self; 5] = [Self::Match, Self::Mismatch, Self::Ambiguous, Self::Insertion, Self::Deletion];

    /// The letter of the operation.
    pub const fn letter(self) -> char {
        match self {
            Self::Match => '=',
            Self::Mismatch => 'X',
            Self::Ambiguous => 'M',
            Self::Insertion => 'I',
            Self::Deletion => 'D',
        }
    }

    /// Whether the position holds a base of the query.
    pub const fn takes_query(self) -> bool {
        !matches!(self, Self::Deletion)
    }

    /// Whether the position holds a base of the reference.
    pub const fn takes_reference(self) -> bool {
        !matches!(self, Self::Insertion)
    }
}

/// The positions of an alignment as runs, in the order of the reference: `12=1X3M2I640=`.
///
/// Neighbouring runs differ in their operation, and no run is empty. In JSON it is its text.
///
/// # Examples
///
/// ```
/// use saola_search::{Cigar, Operation};
///
/// let cigar: Cigar = "12=1X3M".parse()?;
/// assert_eq!(cigar.runs(), [(12, Operation::Match), (1, Operation::Mismatch), (3, Operation::Ambiguous)]);
/// assert_eq!(cigar.to_string(), "12=1X3M");
/// # Ok::<(), saola_search::CigarError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Cigar {
    runs: Vec<(u32, Operation)>,
}

/// A text that is no CIGAR of this kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CIGAR `{text}`: byte {position} should be {expected}")]
pub struct CigarError {
    /// The whole text.
    pub text: String,
    /// The byte at which it goes wrong, from 1.
    pub position: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl Cigar {
    /// The runs, in the order of the reference: positions and what they are.
    pub fn runs(&self) -> &[(u32, Operation)] {
        &self.runs
    }

    /// Every position by itself.
    pub fn operations(&self) -> impl DoubleEndedIterator<Item = Operation> + '_ {
        self.runs.iter().flat_map(|&(length, operation)| {
            std::iter::repeat_n(operation, usize::try_from(length).unwrap_or(usize::MAX))
        })
    }

    /// The number of positions of one kind.
    pub fn count(&self, operation: Operation) -> u64 {
        self.runs.iter().filter(|run| run.1 == operation).map(|run| u64::from(run.0)).sum()
    }

    /// Adds one position at the end.
    pub(crate) fn push(&mut self, operation: Operation) {
        match self.runs.last_mut() {
            Some((length, last)) if *last == operation && *length < u32::MAX => *length += 1,
            _ => self.runs.push((1, operation)),
        }
    }

    /// The same positions from right to left.
    pub(crate) fn reversed(mut self) -> Self {
        self.runs.reverse();
        self
    }
}

impl fmt::Display for Cigar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.runs
            .iter()
            .try_for_each(|(length, operation)| write!(formatter, "{length}{}", operation.letter()))
    }
}

impl From<Cigar> for String {
    fn from(cigar: Cigar) -> Self {
        cigar.to_string()
    }
}

impl TryFrom<String> for Cigar {
    type Error = CigarError;

    fn try_from(text: String) -> Result<Self, CigarError> {
        text.parse()
    }
}

impl FromStr for Cigar {
    type Err = CigarError;

    fn from_str(text: &str) -> Result<Self, CigarError> {
        let mut cigar = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            rest = cigar.take_run(rest).map_err(|(offset, expected)| CigarError {
                text: text.to_owned(),
                position: at + offset + 1,
                expected,
            })?;
        }
        Ok(cigar)
    }
}

impl Cigar {
    /// Takes one run off the front of `text` and gives back the rest, or where and why not.
    fn take_run<'text>(&mut self, text: &'text str) -> Result<&'text str, (usize, &'static str)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at(digits);
        let length = number
            .parse()
            .ok()
            .filter(|&length| length > 0 && !number.starts_with('0'))
            .ok_or((0, "a length of at least 1, without leading zeros"))?;
        let mut letters = rest.chars();
        let operation = letters
            .next()
            .and_then(|letter| Operation::ALL.into_iter().find(|one| one.letter() == letter))
            .ok_or((digits, "one of = X M I D"))?;
        if self.runs.last().is_some_and(|last| last.1 == operation) {
            return Err((digits, "another operation than that of the run before"));
        }
        self.runs.push((length, operation));
        Ok(letters.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_text_is_refused_where_it_is_damaged() {
        for (text, position) in [
            ("12", 3),
            ("=", 1),
            ("0=", 1),
            ("03=", 1),
            ("3=2S", 4),
            ("3=2=", 4),
            ("99999999999=", 1),
            ("3=é", 3),
            ("3é", 2),
        ] {
            let error = text.parse::<Cigar>().unwrap_err();
            assert_eq!(error.position, position, "{error}");
        }
    }

    #[test]
    fn json_is_the_text() {
        let cigar: Cigar = "10=1D3M".parse().unwrap();
        assert_eq!(serde_json::to_string(&cigar).unwrap(), "\"10=1D3M\"");
        let again: Cigar = serde_json::from_str("\"10=1D3M\"").unwrap();
        assert_eq!(again, cigar);
    }
}
