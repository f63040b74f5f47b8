//! What can be wrong with a listing file.

use std::fmt;

/// The two tables of a listing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingTable {
    /// `listings.tsv`.
    Listings,
    /// `groups.tsv`.
    Groups,
}

impl fmt::Display for ListingTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Listings => "listings.tsv",
            Self::Groups => "groups.tsv",
        })
    }
}

/// A listing file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{table}:{line}: {problem}; hint: {hint}")]
pub struct ListingError {
    /// The table that is wrong.
    pub table: ListingTable,
    /// The line, counted from 1 (the header).
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub hint: String,
}
