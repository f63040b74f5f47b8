//! The canonical alignment of a pair with its positions.

use crate::bases::{Verdict, classify_masks, mask};
use crate::canonical::{LeastCells, Path, Problem, Step};
use crate::cigar::{Cigar, Operation};
use crate::compare::Comparison;
use crate::ends::Kind;
use crate::myers::Pattern;
use crate::strand::Strand;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most cells (at most a byte and a half each) that [`align`] keeps: 2^29, so that any two sequences of 20,000 bases fit.
pub const CELL_LIMIT: usize = 1 << 29;

/// A canonical alignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alignment {
    /// The strand of the query that was aligned.
    pub strand: Strand,
    /// Counts and place; query positions are those of the query as supplied, on either strand.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// The positions in the order of the reference.
    pub cigar: Cigar,
}

/// Why a pair was not aligned, or an alignment not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlignmentError {
    /// The path would take more memory than is allowed.
    #[error(
        "aligning {query_bases} with {reference_bases} bases at {differences} differences takes {cells} cells, {CELL_LIMIT} are allowed; \
         the counts of the pair can be had without its positions"
    )]
    TooLarge {
        /// Bases of the query.
        query_bases: usize,
        /// Bases of the reference.
        reference_bases: usize,
        /// The least differences of the pair.
        differences: usize,
        /// The cells that it would take.
        cells: usize,
    },
    /// The bit-parallel pass and the dynamic programme count different least differences: a fault of the program.
    #[error(
        "two independent counts of the least differences disagree: {bit_parallel} by bit-parallel steps, {dynamic_programme} by the \
         alignment; this is a fault of the program, please report it"
    )]
    Disagreement {
        /// By the bit-parallel pass.
        bit_parallel: usize,
        /// By the alignment.
        dynamic_programme: usize,
    },
    /// The alignment was made of other sequences.
    #[error(
        "the alignment does not fit the sequences: position {position} of the alignment says {operation}, they say otherwise"
    )]
    OtherSequences {
        /// The position of the alignment, from 1.
        position: usize,
        /// The CIGAR letter of that position.
        operation: char,
    },
}

/// The canonical alignment of one kind of a query, read on `strand`, with a reference; both upper-case IUPAC DNA.
///
/// `None` when there is no alignment of that kind, or when it has fewer columns than the kind needs (spanning 1, partial
/// `min_overlap`) or than ambiguous positions.
///
/// # Complexity
///
/// About O(m d / 64) time and memory for d differences, and O(1) for each cell on a path with so few; O(m n) at worst.
///
/// # Errors
///
/// [`AlignmentError::TooLarge`] beyond [`CELL_LIMIT`], before anything is allocated; [`AlignmentError::Disagreement`] never,
/// unless the program is faulty.
///
/// # Examples
///
/// ```
/// use saola_search::{Kind, MIN_OVERLAP, Strand, align};
///
/// let found = align(b"ACGTTGCAACCAG", b"TTACGTTGCRACCCAGTT", Kind::Spanning, Strand::Plus, MIN_OVERLAP)?;
/// let found = found.ok_or("no alignment")?;
/// assert_eq!(found.cigar.to_string(), "7=1M1=1D4=");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn align(
    query: &[u8],
    reference: &[u8],
    kind: Kind,
    strand: Strand,
    min_overlap: usize,
) -> Result<Option<Alignment>, AlignmentError> {
    let pattern = Pattern::with_min_overlap(&strand.read(query), min_overlap);
    let alignment = pattern.align(reference, kind)?;
    Ok(alignment.map(|alignment| match strand {
        Strand::Plus => alignment,
        Strand::Minus => {
            Alignment { strand, comparison: alignment.comparison.on_other_strand(query.len()), ..alignment }
        }
    }))
}

impl Alignment {
    /// The canonical alignment of which the counts and the place are known from a search: the same as [`align`] gives, sooner.
    ///
    /// `query` is the query as supplied; `strand` and `comparison` are those of a hit.
    ///
    /// # Errors
    ///
    /// [`AlignmentError::TooLarge`] beyond [`CELL_LIMIT`]; [`AlignmentError::Disagreement`] when the comparison is that of other
    /// sequences.
    pub fn of_hit(
        query: &[u8],
        reference: &[u8],
        strand: Strand,
        comparison: &Comparison,
    ) -> Result<Self, AlignmentError> {
        let oriented = strand.read(query);
        let place = match strand {
            Strand::Plus => *comparison,
            Strand::Minus => comparison.on_other_strand(query.len()),
        };
        let differences = usize::try_from(comparison.differences).unwrap_or(usize::MAX);
        let disagreement = |found: usize| AlignmentError::Disagreement {
            bit_parallel: differences,
            dynamic_programme: found,
        };
        let query = Pattern::new(part(&oriented, place.query_start, place.query_end));
        let reference = part(reference, place.reference_start, place.reference_end);
        if comparison.gap_columns == 0 && query.len() == reference.len() {
            // Without gaps there is only one way.
            let mut cigar = Cigar::default();
            query.masks().iter().zip(reference).for_each(|(&base, &code)| cigar.push(pair(base, mask(code))));
            let mismatches = usize::try_from(cigar.count(Operation::Mismatch)).unwrap_or(usize::MAX);
            let found = Self { strand, comparison: *comparison, cigar };
            return if mismatches == differences { Ok(found) } else { Err(disagreement(mismatches)) };
        }
        let problem = Problem::between(&query, reference, differences).ok_or_else(|| disagreement(0))?;
        let (path, cigar) = trace(&problem, &query)?.ok_or_else(|| disagreement(0))?;
        if path.differences != differences {
            return Err(disagreement(path.differences));
        }
        Ok(Self { strand, comparison: *comparison, cigar })
    }
}

/// Bases `start..=end`, 1-based; empty when they are not there.
fn part(sequence: &[u8], start: u32, end: u32) -> &[u8] {
    let start = usize::try_from(start).ok().and_then(|start| start.checked_sub(1));
    start.and_then(|start| sequence.get(start..usize::try_from(end).ok()?)).unwrap_or_default()
}

impl Pattern {
    /// [`align`] for a query made ready, on its plus strand.
    ///
    /// # Errors
    ///
    /// As [`align`].
    pub fn align(&self, reference: &[u8], kind: Kind) -> Result<Option<Alignment>, AlignmentError> {
        let Some(problem) = Problem::new(self, reference, kind, None) else {
            return Ok(None);
        };
        let Some((path, cigar)) = trace(&problem, self)? else {
            return Ok(None);
        };
        let comparison = Comparison::of_path(&path, kind, self.min_overlap());
        Ok(comparison.map(|comparison| Alignment { strand: Strand::Plus, comparison, cigar }))
    }
}

/// The canonical path with its positions.
fn trace(problem: &Problem<'_>, query: &Pattern) -> Result<Option<(Path, Cigar)>, AlignmentError> {
    let (cells, differences) = (problem.area(), problem.nearest.differences);
    if cells > CELL_LIMIT {
        let (query_bases, reference_bases) = (query.len(), problem.reference.len());
        return Err(AlignmentError::TooLarge { query_bases, reference_bases, differences, cells });
    }
    let least = problem.cells();
    let mut origins = Vec::new();
    let Some(path) = problem.solve(&least, |origin| origins.push(origin)) else {
        return Ok(None);
    };
    if path.differences != differences {
        let dynamic_programme = path.differences;
        return Err(AlignmentError::Disagreement { bit_parallel: differences, dynamic_programme });
    }
    let origin = |row, column| origin_at(&least, &origins, row, column);
    let cigar = walk(&path, origin, query.masks(), problem.reference);
    Ok(Some((problem.in_whole_reference(path), cigar)))
}

/// The origins of one cell.
fn origin_at(least: &LeastCells, origins: &[u8], row: usize, column: usize) -> u8 {
    least.place(row, column).and_then(|place| origins.get(place).copied()).unwrap_or_default()
}

/// Follows the path from its end to its start.
fn walk(path: &Path, origins: impl Fn(usize, usize) -> u8, query: &[u8], reference: &[u8]) -> Cigar {
    let mut cigar = Cigar::default();
    let (mut row, mut column, mut step) = (path.query_end, path.reference_end, path.last);
    for _ in 0..path.positions {
        let before = step.before(origins(row, column));
        let (above, left) = (row.saturating_sub(1), column.saturating_sub(1));
        match step {
            Step::Pair => {
                cigar.push(pair(query[above], mask(reference[left])));
                (row, column) = (above, left);
            }
            Step::Insertion => {
                cigar.push(Operation::Insertion);
                row = above;
            }
            Step::Deletion => {
                cigar.push(Operation::Deletion);
                column = left;
            }
        }
        step = before;
    }
    cigar.reversed()
}

/// The operation of an aligned pair of base sets.
fn pair(query: u8, reference: u8) -> Operation {
    match classify_masks(query, reference) {
        Verdict::Match => Operation::Match,
        Verdict::Difference => Operation::Mismatch,
        Verdict::Ambiguous => Operation::Ambiguous,
    }
}
