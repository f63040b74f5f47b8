//! Which strand of the query was aligned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The strand of the query that was aligned with a reference.
///
/// Positions on the query are always those of the query as supplied, counted from its first base; only the text of an
/// alignment on the minus strand shows the reverse complement, and its query positions then run backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Strand {
    /// The query as supplied.
    #[serde(rename = "+")]
    Plus,
    /// The reverse complement of the query.
    #[serde(rename = "-")]
    Minus,
}

impl Strand {
    /// The query as it is read on this strand.
    pub fn read(self, query: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Plus => Cow::Borrowed(query),
            Self::Minus => Cow::Owned(reverse_complement(query)),
        }
    }
}

impl fmt::Display for Strand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Plus => "+",
            Self::Minus => "-",
        })
    }
}

/// The reverse complement of upper-case IUPAC DNA; other bytes stay as they are, in reverse order.
///
/// ```
/// assert_eq!(saola_search::reverse_complement(b"ACGTRN"), b"NYACGT");
/// ```
pub fn reverse_complement(sequence: &[u8]) -> Vec<u8> {
    bio::alphabets::dna::revcomp(sequence)
}
