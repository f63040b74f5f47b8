//! Exact search of a reference release: how far is a query from each record, by a definition that can be followed by hand.
//!
//! # Columns
//!
//! An alignment writes query and reference below each other, base against base or base against gap. Two IUPAC codes *can agree*
//! when the sets of bases that they stand for intersect. One table decides every position:
//!
//! | | same base | other base | IUPAC that can agree | IUPAC that cannot (R against C) | gap |
//! |---|---|---|---|---|---|
//! | base | match | difference | ambiguous | difference | difference |
//! | IUPAC | | | ambiguous (also R against R) | difference | difference |
//!
//! An ambiguous position costs nothing and is not a column: it is counted beside. A byte that is no upper-case IUPAC code agrees
//! with nothing, not even with itself. Then
//!
//! ```text
//! columns  = matches + differences
//! identity = matches / columns                  two integers, compared by cross multiplication
//! ```
//!
//! ```text
//! query        1 ACGTTGC-AACGATCAG 16           | match      15
//!                |||||||*|||:|||||              * difference  1   (one gap event)
//! reference    1 ACGTTGCTAACRATCAG 17           : ambiguous   1
//!
//!                                               columns 16, identity 15/16
//! ```
//!
//! # Ends
//!
//! Overhang is free and not a column, but at each end at most one of the two sequences may overhang: an alignment starts at the
//! first base of the query or of the reference, and ends at the last base of one of them. For a query of m and a reference of n bases:
//!
//! * **Spanning**: the query overhangs at each end by at most [`allowed_overhang`]`(m)` = max(10, m / 50 rounded down) bases.
//! * **Partial**, with least overlap L ([`MIN_OVERLAP`] = 100): at least L bases of both sequences lie right of the start and left
//!   of the end, and the canonical alignment has at least L columns.
//!
//! ```text
//!            query  ======================                  ======================
//! spanning       -----------------------------         ------------------------        record reaches the query's ends,
//!                                                                                      or fails to by allowed_overhang
//! partial                 ---------------------------         ----------               any other overlap of L or more
//! ```
//!
//! The *differences* of a kind are the least over all its alignments ([`Pattern::differences`]).
//!
//! # The canonical alignment
//!
//! Several alignments can have the least differences; the rule [`CANONICAL_RULE`] (`saola-canonical-1`) names one. It is the first by
//!
//! 1. fewest differences,
//! 2. longest overlap (positions, ambiguous ones and gaps included),
//! 3. fewest gap events (runs of gaps in one sequence),
//! 4. fewest ambiguous positions, and so the most columns,
//! 5. smallest reference end, then smallest query end,
//! 6. gaps leftmost: read from the right, at the first position where two alignments differ, a pair comes before a gap in the
//!    query, and that before a gap in the reference.
//!
//! ```text
//! query      A-CCCT     chosen: the gap stands as far left as the same counts allow
//!            |*||||
//! reference  ACCCCT
//! ```
//!
//! Matches, columns and ambiguous positions are those of the canonical alignment. If more of its positions are ambiguous than are
//! columns, or if it has no column, it says too little to be compared by, and the pair has none of that kind: a run of `N` as
//! long as the query agrees with any query, and would stand at 1/1 before 657/658.
//!
//! ```text
//! query      ACGTACGTTGC     10 ambiguous, 1 column: no comparison
//!            ::::::::|::
//! reference  NNNNNNNNTNN
//! ```
//!
//! By rules 1 to 4 these counts, and so the identity, are the same when both sequences are replaced by their reverse complements; only the place of
//! the alignment is not, and with it the number of gap columns among the differences.
//!
//! # The kind of a record, and its strand
//!
//! Both kinds are computed. A record is partial only if it has no spanning alignment, or if its partial identity is strictly greater;
//! otherwise it is spanning. Over two strands, the higher identity stands for the record; then spanning before partial, fewer
//! differences, the plus strand. Query positions are those of the query as supplied, on either [`Strand`]; the text of an alignment
//! on the minus strand shows the query's reverse complement, its positions falling.
//!
//! # Ranking
//!
//! Spanning before partial; then identity from high to low, as exact ratios; then fewer differences; then record id in byte
//! order ([`ranking`]). Records that differ in the id alone are *tied*. Limits are applied after complete scoring, and keep all ties.
//!
//! ```text
//! 655/658 before 654/657:   655 x 657 = 430335 > 654 x 658 = 430332
//! ```
//!
//! # The rooms
//!
//! * [`bases`]: the column table.
//! * [`Pattern`]: a query made ready; its least differences, bit-parallel.
//! * [`align`]: the canonical alignment, [`render`] shows it.
//! * [`compare`](compare()): the integers of one pair.
//! * [`search`]: the plain search over all records.
//! * `lanes`: least differences of many records side by side, by vector instructions where the machine has them;
//!   [`spanning_differences`] is their public use.
//! * `index`: haplotypes, clusters and words, stored beside the records; [`index_sections`] writes them.
//! * `engine`: the search by the index, stage by stage, with the proof of every bound; [`ReleaseSearch`] is its public use, and a
//!   [`Certificate`] its account.
//!
//! # What an answer promises
//!
//! * Every record of at least [`Options::min_identity`] is a hit, spanning or partial, on either strand; with
//!   [`Options::max_hits`] = n the first n of them and all that are tied with the last.
//! * The best, with all ties, if it reaches the least identity. Below, the best is proven down to [`Options::prove_down_to`]; else
//!   the nearest record that was come upon is given, and [`Certificate::best_proven`] is false.
//! * The same answer as [`search`] gives by comparing all records, on any number of threads and with any vector instructions.
//!
//! # Examples
//!
//! ```
//! use saola_search::{Kind, MIN_OVERLAP, Strand, align, compare, render};
//!
//! let query = b"ACGTTGCAACGATCAG";
//! let reference = b"ACGTTGCTAACRATCAG";
//! let found = compare(query, reference, 0..query.len()).ok_or("no alignment")?;
//! assert_eq!((found.kind, found.matches, found.columns), (Kind::Spanning, 15, 16));
//!
//! let shown = align(query, reference, Kind::Spanning, Strand::Plus, MIN_OVERLAP)?.ok_or("no alignment")?;
//! assert_eq!(
//!     render(&shown, query, reference, 60)?,
//!     "query        1 ACGTTGC-AACGATCAG 16\n\
//!     \x20              |||||||*|||:|||||\n\
//!      reference    1 ACGTTGCTAACRATCAG 17\n",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bases;

mod alignment;
mod canonical;
mod certificate;
mod cigar;
mod compare;
mod ends;
mod engine;
mod exhaustive;
mod index;
mod lanes;
mod marker_words;
mod myers;
mod pieces;
mod rank;
mod release_search;
mod render;
mod strand;
mod sweep;

pub use alignment::{Alignment, AlignmentError, CELL_LIMIT, align};
pub use canonical::CANONICAL_RULE;
pub use certificate::Certificate;
pub use cigar::{Cigar, CigarError, Operation};
pub use compare::{Comparison, compare};
pub use ends::{Kind, MIN_OVERLAP, allowed_overhang};
pub use exhaustive::{Hit, Options, Outcome, Reference, search, with_ties};
pub use myers::Pattern;
pub use rank::{Ratio, ZeroDenominator, merit, ranking};
pub use release_search::{DamagedRecord, MarkerRecords, ReleaseSearch, index_sections};
pub use render::{Position, render};
pub use strand::{Strand, reverse_complement};
pub use sweep::spanning_differences;
