//! The sections that hold content; every other section is an index, derived from these.

/// A content section. The discriminant is its place in [`Part::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Release,
    Markers,
    Taxonomy,
    TaxonNames,
    Columns,
    Strings,
    Cells,
    Entries,
    Sequences,
    Bases,
    Ambiguities,
}

impl Part {
    /// All of them, in the order of the file.
    pub(crate) const ALL: [Self; 11] = [
        Self::Release,
        Self::Markers,
        Self::Taxonomy,
        Self::TaxonNames,
        Self::Columns,
        Self::Strings,
        Self::Cells,
        Self::Entries,
        Self::Sequences,
        Self::Bases,
        Self::Ambiguities,
    ];

    /// The section's name in the file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Markers => "markers",
            Self::Taxonomy => "taxonomy",
            Self::TaxonNames => "taxon-names",
            Self::Columns => "columns",
            Self::Strings => "strings",
            Self::Cells => "cells",
            Self::Entries => "entries",
            Self::Sequences => "sequences",
            Self::Bases => "bases",
            Self::Ambiguities => "ambiguities",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// Releases written before this section existed are read without it.
    pub(crate) const fn is_optional(self) -> bool {
        matches!(self, Self::TaxonNames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_discriminants() {
        assert!(Part::ALL.iter().enumerate().all(|(place, part)| *part as usize == place));
    }
}
