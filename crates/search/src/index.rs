//! What is stored beside the records so that most of them need not be looked at.
//!
//! # Haplotypes and clusters
//!
//! Records of a marker with the same bases are one *haplotype*. Haplotypes that differ in few positions and lie within the span of a
//! longer one, without gaps, make a *cluster*. Its *consensus* is the sequence in IUPAC codes that holds, at each position, every base
//! that a member has there:
//!
//! ```text
//! member      ACGTTGCAACGATCAG     starts at base 0 of the consensus
//! member        GTTACAACGATC       starts at base 2
//! member      ACGTTGCAACGTTCAG     starts at base 0
//! consensus   ACGTTRCAACGWTCAG     R = A or G, W = A or T
//! ```
//!
//! Every member is an *instance* of the part of the consensus that it covers: each of its base sets is a subset. The column table
//! asks only whether two sets intersect, so any alignment to a member is an alignment to the consensus that costs no more.
//!
//! # Pieces and words
//!
//! The consensus is cut into disjoint *pieces* of [`WORD`] bases, from its first base on. The words that the members have at a
//! piece are listed: word, then the pieces where it occurs (*postings*). A piece at which some member has an IUPAC code
//! stands for all the words that it can mean; if those are more than [`MOST_EXPANSIONS`](word::MOST_EXPANSIONS), it is *wild*: left
//! out and counted.
//!
//! # Layout of a section
//!
//! One section a marker, named `search-NNNNN` by the marker's place in the release. All numbers little-endian.
//!
//! ```text
//! header      u32 x 12: layout version, bases of a word, then how many entries each array has
//! haplotypes  sequence u32, start in the consensus u32, bases u32, first record u32      (one more, as the end)
//! records     record number u32, by haplotype
//! clusters    first haplotype, first row, bases, first byte of the consensus, wild pieces, latest start, earliest end
//!             of a member, all u32                                                       (one more, as the end)
//! owners      cluster u32 of each row from the first row of the clusters with several rows on
//! directory   first word u32 of each range of words                                      (one more, as the end)
//! words       word u32, first posting u32, in the order of words                         (one more, as the end)
//! postings    piece u32: 64 x row + piece within the row
//! typical     word u32: the most frequent words of the marker, sorted
//! wild        u16 a row: wild pieces of the cluster, in its first row
//! consensus   base sets, 4 bits each, lower half first, each cluster from a whole byte
//! ```
//!
//! A cluster takes one row for every 64 pieces. Clusters of one row come first, so that row and cluster have one number.

mod build;
mod cluster;
mod layout;
mod word;

use zerocopy::FromBytes;
use zerocopy::little_endian::{U16, U32};

use layout::{ClusterEntry, HaplotypeEntry, Header, WordEntry};

pub(crate) use build::{Haplotype, build};
pub(crate) use word::{expansions, words};

/// Bases of a word.
pub(crate) const WORD: usize = 12;
/// Bits of a word.
const WORD_BITS: u32 = 24;
/// Pieces of a row.
pub(crate) const ROW: usize = 64;
/// Raised whenever a section's bytes change their meaning.
const LAYOUT_VERSION: u32 = 1;

/// The index of one marker, read where it lies.
///
/// Nothing is trusted: every number is checked on use, and what points nowhere is like nothing. That the index is the one which
/// its release gives is for the check of the whole file.
#[derive(Clone, Copy, Default)]
pub(crate) struct Index<'data> {
    haplotypes: &'data [HaplotypeEntry],
    records: &'data [U32],
    clusters: &'data [ClusterEntry],
    owners: &'data [U32],
    directory: &'data [U32],
    words: &'data [WordEntry],
    postings: &'data [U32],
    typical: &'data [U32],
    wild: &'data [U16],
    consensus: &'data [u8],
}

/// One cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cluster {
    /// Numbers of its haplotypes, half open.
    pub(crate) first_haplotype: u32,
    pub(crate) end_haplotype: u32,
    pub(crate) first_row: usize,
    pub(crate) end_row: usize,
    /// Bases of the consensus.
    pub(crate) bases: usize,
    pub(crate) wild: usize,
    /// The greatest start of a member on the consensus.
    pub(crate) latest_start: usize,
    /// The least end of a member on the consensus.
    pub(crate) earliest_end: usize,
    first_byte: usize,
}

/// One member of a cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// Number of its sequence in the release.
    pub(crate) sequence: u32,
    /// Its first base on the consensus.
    pub(crate) start: usize,
    pub(crate) bases: usize,
}

impl<'data> Index<'data> {
    /// Finds the arrays of a section; `None` when it is of another layout or too short.
    pub(crate) fn open(section: &'data [u8]) -> Option<Self> {
        let (header, rest) = Header::read_from_prefix(section).ok()?;
        if header.layout_version.get() != LAYOUT_VERSION || header.word.get() as usize != WORD {
            return None;
        }
        let (haplotypes, rest) = take(rest, header.haplotypes)?;
        let (records, rest) = take(rest, header.records)?;
        let (clusters, rest) = take(rest, header.clusters)?;
        let (owners, rest) = take(rest, header.owners)?;
        let (directory, rest) = take(rest, header.directory)?;
        let (words, rest) = take(rest, header.words)?;
        let (postings, rest) = take(rest, header.postings)?;
        let (typical, rest) = take(rest, header.typical)?;
        let (wild, consensus) = take(rest, header.rows)?;
        Some(Self {
            haplotypes,
            records,
            clusters,
            owners,
            directory,
            words,
            postings,
            typical,
            wild,
            consensus,
        })
    }

    /// Number of records, each once.
    pub(crate) fn record_count(&self) -> usize {
        self.records.len()
    }

    /// Number of haplotypes, and so of the members of all clusters together: only a doctored index has more.
    pub(crate) fn haplotype_count(&self) -> usize {
        self.haplotypes.len().saturating_sub(1)
    }

    pub(crate) fn cluster_count(&self) -> usize {
        self.clusters.len().saturating_sub(1)
    }

    /// Wild pieces by row.
    pub(crate) fn wild(&self) -> impl ExactSizeIterator<Item = u16> + '_ {
        self.wild.iter().map(|count| count.get())
    }

    /// Clusters of a single row: those numbers are rows, too.
    pub(crate) fn single_rows(&self) -> usize {
        self.wild.len().saturating_sub(self.owners.len())
    }

    /// The cluster that a row belongs to.
    pub(crate) fn owner(&self, row: usize) -> usize {
        let behind = row.checked_sub(self.single_rows());
        behind.map_or(row, |place| self.owners.get(place).map_or(usize::MAX, |owner| owner.get() as usize))
    }

    pub(crate) fn cluster(&self, number: usize) -> Option<Cluster> {
        let [entry, next] = self.clusters.get(number..number.checked_add(2)?)? else {
            return None;
        };
        // A doctored cluster has no more members and rows than there are.
        let haplotypes = u32::try_from(self.haplotypes.len()).unwrap_or(u32::MAX);
        Some(Cluster {
            first_haplotype: entry.first_haplotype.get(),
            end_haplotype: next.first_haplotype.get().min(haplotypes),
            first_row: entry.first_row.get() as usize,
            end_row: (next.first_row.get() as usize).min(self.wild.len()),
            bases: entry.bases.get() as usize,
            wild: entry.wild.get() as usize,
            latest_start: entry.latest_start.get() as usize,
            earliest_end: entry.earliest_end.get() as usize,
            first_byte: entry.first_byte.get() as usize,
        })
    }

    pub(crate) fn member(&self, haplotype: u32) -> Option<Member> {
        let entry = self.haplotypes.get(haplotype as usize)?;
        Some(Member {
            sequence: entry.sequence.get(),
            start: entry.start.get() as usize,
            bases: entry.bases.get() as usize,
        })
    }

    /// Numbers of the records of haplotypes `first..end`.
    pub(crate) fn records(&self, first: u32, end: u32) -> &'data [U32] {
        let start = |haplotype: u32| {
            self.haplotypes.get(haplotype as usize).map(|entry| entry.first_record.get() as usize)
        };
        let range = start(first).zip(start(end));
        range.and_then(|(from, to)| self.records.get(from..to)).unwrap_or_default()
    }

    /// Appends the base sets of a cluster's consensus.
    pub(crate) fn consensus(&self, cluster: &Cluster, masks: &mut Vec<u8>) {
        let end = cluster.first_byte.saturating_add(cluster.bases.div_ceil(2));
        let Some(packed) = self.consensus.get(cluster.first_byte..end) else {
            return;
        };
        let length = masks.len() + cluster.bases;
        masks.reserve(cluster.bases + 1);
        masks.extend(packed.iter().flat_map(|two| [two & 15, two >> 4]));
        masks.truncate(length);
    }

    /// The place of a word's postings; empty when it occurs nowhere.
    pub(crate) fn places(&self, word: u32) -> std::ops::Range<u32> {
        self.find(word).unwrap_or_default()
    }

    fn find(&self, word: u32) -> Option<std::ops::Range<u32>> {
        let ranges = self.directory.len().checked_sub(1)?;
        let bits = ranges.checked_ilog2()?;
        let slot = (word >> WORD_BITS.checked_sub(bits)?) as usize;
        let from = self.directory.get(slot)?.get() as usize;
        let to = self.directory.get(slot + 1)?.get() as usize;
        let place = from + self.words.get(from..to)?.iter().position(|entry| entry.word.get() == word)?;
        Some(self.words[place].first_posting.get()..self.words.get(place + 1)?.first_posting.get())
    }

    /// The pieces of a range of postings.
    pub(crate) fn postings(&self, range: &std::ops::Range<u32>) -> &'data [U32] {
        self.postings.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Number of the marker's most frequent words that are kept.
    pub(crate) fn typical_words(&self) -> usize {
        self.typical.len()
    }

    /// Whether a word is one of the marker's most frequent.
    pub(crate) fn is_typical(&self, word: u32) -> bool {
        self.typical.binary_search_by_key(&word, |entry| entry.get()).is_ok()
    }
}

/// The first `count` entries of an array that lies at the front of `bytes`.
fn take<T: FromBytes + zerocopy::Immutable + zerocopy::KnownLayout + zerocopy::Unaligned>(
    bytes: &[u8],
    count: U32,
) -> Option<(&[T], &[u8])> {
    <[T]>::ref_from_prefix_with_elems(bytes, count.get() as usize).ok()
}
