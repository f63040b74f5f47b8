//! Exact search of a reference release.
pub mod bases;

mod alignment;
mod canonical;
mod cigar;
mod compare;
mod ends;
mod exhaustive;
mod marker_words;
mod myers;
mod rank;
mod release_search;
mod render;
mod strand;

pub use alignment::{Alignment, AlignmentError, CELL_LIMIT, align};
pub use canonical::CANONICAL_RULE;
pub use cigar::{Cigar, CigarError, Operation};
pub use compare::{Comparison, compare};
pub use ends::{Kind, MIN_OVERLAP, allowed_overhang};
pub use exhaustive::{Counts, Hit, Options, Outcome, Reference, search};
pub use myers::Pattern;
pub use rank::{Ratio, ZeroDenominator, merit, ranking};
pub use release_search::{DamagedRecord, MarkerRecords, ReleaseSearch};
pub use render::{Position, render};
pub use strand::{Strand, reverse_complement};
