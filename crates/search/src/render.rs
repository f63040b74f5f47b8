//! Alignments for people: position by position, and as rows of text.

use crate::alignment::{Alignment, AlignmentError};
use crate::bases::{Verdict, classify};
use crate::cigar::Operation;
use crate::strand::Strand;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// One position of an alignment. Bases are those of the aligned strand, with `-` for a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The base of the query as supplied that stands here, from 1; none at a gap.
    pub query_position: Option<u32>,
    /// That base, on the aligned strand.
    pub query_base: char,
    /// The base of the reference that stands here, from 1; none at a gap.
    pub reference_position: Option<u32>,
    /// That base.
    pub reference_base: char,
    /// What the two say.
    pub verdict: Verdict,
}

impl Position {
    /// The sign between the two rows: `|` match, `*` difference, `:` ambiguous.
    fn sign(&self) -> char {
        match self.verdict {
            Verdict::Match => '|',
            Verdict::Difference => '*',
            Verdict::Ambiguous => ':',
        }
    }
}

impl Alignment {
    /// Every position, in the order of the reference. `query` is the query as supplied, whatever the strand.
    ///
    /// # Errors
    ///
    /// [`AlignmentError::OtherSequences`] when the sequences are not those that were aligned.
    ///
    /// # Examples
    ///
    /// ```
    /// use saola_search::{Kind, MIN_OVERLAP, Strand, align};
    ///
    /// let (query, reference) = (b"ACGTTGCAACCAG", b"TTACGTTGCATCCAGTT");
    /// let found = align(query, reference, Kind::Spanning, Strand::Plus, MIN_OVERLAP)?.ok_or("none")?;
    /// let differing = found.differing(query, reference)?;
    /// assert_eq!(differing.len(), 1);
    /// assert_eq!((differing[0].query_position, differing[0].query_base), (Some(9), 'A'));
    /// assert_eq!((differing[0].reference_position, differing[0].reference_base), (Some(11), 'T'));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn positions(&self, query: &[u8], reference: &[u8]) -> Result<Vec<Position>, AlignmentError> {
        let oriented = self.strand.read(query);
        let mut walk = Walk::new(self, &oriented, reference);
        let positions = self
            .cigar
            .operations()
            .enumerate()
            .map(|(before, operation)| {
                walk.next(operation).ok_or(AlignmentError::OtherSequences {
                    position: before + 1,
                    operation: operation.letter(),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(positions)
    }

    /// The differing columns alone; see [`Alignment::positions`].
    ///
    /// # Errors
    ///
    /// As [`Alignment::positions`].
    pub fn differing(&self, query: &[u8], reference: &[u8]) -> Result<Vec<Position>, AlignmentError> {
        let mut positions = self.positions(query, reference)?;
        positions.retain(|position| position.verdict == Verdict::Difference);
        Ok(positions)
    }
}

/// Where the next position of an alignment takes its bases.
struct Walk<'data> {
    query: &'data [u8],
    reference: &'data [u8],
    query_next: usize,
    reference_next: usize,
    strand: Strand,
}

impl<'data> Walk<'data> {
    fn new(alignment: &Alignment, query: &'data [u8], reference: &'data [u8]) -> Self {
        let place = &alignment.comparison;
        let query_start = match alignment.strand {
            Strand::Plus => place.query_start,
            Strand::Minus => place.on_other_strand(query.len()).query_start,
        };
        Self {
            query,
            reference,
            query_next: index(query_start),
            reference_next: index(place.reference_start),
            strand: alignment.strand,
        }
    }

    /// The next position; `None` when the bases do not say what the operation says.
    fn next(&mut self, operation: Operation) -> Option<Position> {
        let mut position = Position {
            query_position: None,
            query_base: '-',
            reference_position: None,
            reference_base: '-',
            verdict: Verdict::Difference,
        };
        let (query, reference) = (self.query_next, self.reference_next);
        if operation.takes_query() {
            let forward = match self.strand {
                Strand::Plus => query + 1,
                Strand::Minus => self.query.len().checked_sub(query)?,
            };
            position.query_base = char::from(*self.query.get(query)?);
            position.query_position = u32::try_from(forward).ok();
            self.query_next += 1;
        }
        if operation.takes_reference() {
            position.reference_base = char::from(*self.reference.get(reference)?);
            position.reference_position = u32::try_from(reference + 1).ok();
            self.reference_next += 1;
        }
        if operation.takes_query() && operation.takes_reference() {
            position.verdict = classify(self.query[query], self.reference[reference]);
        }
        let expected = match operation {
            Operation::Match => Verdict::Match,
            Operation::Ambiguous => Verdict::Ambiguous,
            _ => Verdict::Difference,
        };
        (position.verdict == expected).then_some(position)
    }
}

/// A 1-based position as an index.
fn index(position: u32) -> usize {
    usize::try_from(position.saturating_sub(1)).unwrap_or(usize::MAX)
}

/// An alignment as blocks of three rows, `width` positions each (at least 1): the query (its aligned strand, with positions of
/// the query as supplied, so that they fall on the minus strand), the signs, the reference.
///
/// Signs: `|` match, `*` difference (so that the stars count the differences), `:` ambiguous, not a column.
///
/// ```text
/// query        3 ACGTTGC-AACGATCAG 18
///                |||||||*|||:|||||
/// reference    1 ACGTTGCTAACRATCAG 17
/// ```
///
/// # Errors
///
/// [`AlignmentError::OtherSequences`] when the sequences are not those that were aligned.
///
/// # Examples
///
/// ```
/// use saola_search::{Kind, MIN_OVERLAP, Strand, align, render};
///
/// let (query, reference) = (b"TTACGTTGCAACGATCAG", b"ACGTTGCTAACRATCAG");
/// let found = align(query, reference, Kind::Spanning, Strand::Plus, MIN_OVERLAP)?.ok_or("none")?;
/// assert_eq!(
///     render(&found, query, reference, 60)?,
///     "query        3 ACGTTGC-AACGATCAG 18\n\
///     \x20              |||||||*|||:|||||\n\
///      reference    1 ACGTTGCTAACRATCAG 17\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(
    alignment: &Alignment,
    query: &[u8],
    reference: &[u8],
    width: usize,
) -> Result<String, AlignmentError> {
    let positions = alignment.positions(query, reference)?;
    let mut text = String::new();
    for block in positions.chunks(width.max(1)) {
        if !text.is_empty() {
            text.push('\n');
        }
        let signs: String = block.iter().map(Position::sign).collect();
        let query = row("query", block, |one| (one.query_position, one.query_base));
        let reference = row("reference", block, |one| (one.reference_position, one.reference_base));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{query}\n{:15}{signs}\n{reference}", "");
    }
    Ok(text)
}

/// One row of a block: its name, the first position, the bases, the last position.
fn row(name: &str, block: &[Position], side: impl Fn(&Position) -> (Option<u32>, char)) -> String {
    let bases: String = block.iter().map(|one| side(one).1).collect();
    let places: Vec<u32> = block.iter().filter_map(|one| side(one).0).collect();
    match (places.first(), places.last()) {
        (Some(first), Some(last)) => format!("{name:9} {first:>4} {bases} {last}"),
        _ => format!("{name:9} {:>4} {bases}", "-"),
    }
}
