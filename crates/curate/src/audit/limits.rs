//! The limits of the audit, each with where it comes from.
//!
//! Shares are kept as *one in so many*: `differences * FAR > columns` is "more than one difference in `FAR` columns".

/// Neighbours are records of at least this identity: [`NEAR`], beyond which nothing has a vote.
pub(crate) const NEIGHBOUR_IDENTITY: (u64, u64) = (98, 100);

/// So many of the nearest records are listed for each sequence, itself included, with all that are tied with the last. A choice:
/// votes are taken among these.
pub(crate) const MOST_NEIGHBOURS: usize = 10;

/// Alignments over less than one half of the shorter sequence do not count. A choice.
pub(crate) const LEAST_OVERLAP: u32 = 2;

/// *Near*, for families and genera, in mitochondrial genes for proteins: at most one difference in 50 (2 %). Mean distances in COI of fish are 9.93 % within a genus
/// and 15.46 % within a family (Ward et al. 2005).
pub(crate) const NEAR: u64 = 50;

/// *Near* in other markers: at most one difference in 200 (0.5 %). Ribosomal genes and plastids change several times more
/// slowly, so that different genera are often within 2 %. A choice.
pub(crate) const NEAR_SLOW: u64 = 200;

/// *Close*, for species: at most one difference in 100 (1 %), the default of best close match (Meier et al. 2006, as in
/// spider's `bestCloseMatch`).
pub(crate) const CLOSE: u64 = 100;

/// *Apart*, for species: more than one difference in 50 (2 %).
pub(crate) const APART: u64 = 50;

/// *Clearly nearer*: by one difference in 50 (2 %) or more. A choice.
pub(crate) const KIN_MARGIN: u64 = 50;

/// *Far*: more than one difference in 20 (5 %) from every other specimen of its species.
pub(crate) const FAR: u64 = 20;

/// A sequence with fewer than two matches in three columns against every relative of its family is unlike them: unrelated
/// sequences of equal composition align at some 50 to 60 %. A choice.
pub(crate) const ALIGNABLE: (u64, u64) = (2, 3);

/// Relatives at least so like show a frame shift: nine matches in ten columns. A choice.
pub(crate) const FRAME_IDENTITY: (u64, u64) = (90, 100);

/// So many relatives (of the genus, then of the family) stand in for neighbours where there is none. A choice.
pub(crate) const MOST_RELATIVES: usize = 20;

/// So many of these, the nearest, are aligned. A choice.
pub(crate) const NEAREST_RELATIVES: usize = 3;

/// So many of the nearest specimens are asked about a frame shift. A choice.
pub(crate) const FRAME_WITNESSES: usize = 5;

/// Gaps nearer to an end of the sequence than this are no frame shift: ends are where reads are worst. A choice.
pub(crate) const FRAME_ENDS: usize = 30;

/// More than one ambiguous base in 50 (2 %) are too many: the limit of dbDNA.
pub(crate) const AMBIGUOUS: usize = 50;

/// With more than one ambiguous base in 20 a sequence is not readable: it is compared with nothing, and quarantined. Runs of
/// `N` agree with everything, so that such a record lies in the way of every search and supports none. A choice.
pub(crate) const READABLE: usize = 20;

/// Clusters of a species are linked by at most 22 differences in 1000 columns: the first threshold of BIN
/// (Ratnasingham and Hebert 2013, <https://doi.org/10.1371/journal.pone.0066213>).
pub(crate) const CLUSTER: (u64, u64) = (22, 1000);

/// Specimens that a grade A needs; BAGS asks for more than 10 in one implementation, for 10 in the other.
pub(crate) const MANY_SPECIMENS: usize = 10;

/// Specimens that a grade A, B or C needs, as in BAGS.
pub(crate) const FEW_SPECIMENS: usize = 3;

/// Evidence lists so many records at most, the nearest first.
pub(crate) const MOST_EVIDENCE: usize = 5;
