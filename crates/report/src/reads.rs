//! What a sequence was made of: reads, their trimming, the consensus and every hand that touched it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The reads of a sample and how they became its sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reads {
    /// The reads, in the order in which they were put together.
    pub reads: Vec<Read>,
    /// Bases of the consensus.
    pub positions: u64,
    /// Of these, bases that reads of both directions say alike.
    pub both_directions: u64,
    /// Positions at which reads disagree, before the call.
    pub disagreements: Disagreements,
    /// Positions of the consensus at which reads disagree, or that nobody can call; at most 200.
    pub disputed: Vec<ConsensusSite>,
    /// Primers that were found at the ends and removed.
    pub primers: Vec<PrimerFound>,
    /// Changes by hand, applied after the calls.
    pub edits: Vec<Edit>,
    /// Where the sequence was made of many reads of one amplicon: what became of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amplicon: Option<AmpliconReads>,
}

/// What became of the reads of an amplicon.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmpliconReads {
    /// Name of the file, without folder.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Reads in the file.
    pub reads: u64,
    /// Too short or too long.
    pub wrong_length: u64,
    /// With too high a mean error by their scores.
    pub poor: u64,
    /// Without a primer at both ends, where primers were found on the others.
    pub without_primers: u64,
    /// With primers in the middle: two amplicons in one read.
    pub chimeric: u64,
    /// Good, but not among the best, which were enough.
    pub not_needed: u64,
    /// Used.
    pub used: u64,
    /// Used, and in none of the groups.
    pub apart: u64,
    /// Primers by which the reads were cut; empty where none were found.
    pub primers: Vec<String>,
    /// Groups of reads that say different things, the largest first: the sequence is that of the first.
    pub groups: Vec<AmpliconGroup>,
    /// Positions of the sequence in homopolymers whose length a quarter of the reads contradict.
    pub uncertain_lengths: Vec<u64>,
}

/// Reads of an amplicon that say the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmpliconGroup {
    /// Reads of it.
    pub reads: u64,
    /// Of these, reads of the forward strand.
    pub forward: u64,
    /// Fewest reads at a base.
    pub least_depth: u64,
    /// Its consensus.
    pub sequence: String,
}

/// A read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Read {
    /// Name of its file, without folder.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// `ABIF`, `SCF 2`, `SCF 3`.
    pub format: String,
    /// `forward`, `reverse`, or how it was found to lie: `forward (by overlap)`, `reverse (by overlap)`.
    pub direction: String,
    /// Called bases in the file.
    pub bases: u64,
    /// First base that was kept, counted from 1; 0 when none was.
    pub kept_from: u64,
    /// Last base that was kept.
    pub kept_to: u64,
    /// Mean Phred score of the kept bases, rounded down; absent where the trace has no qualities.
    pub mean_phred: Option<u64>,
    /// Kept bases with a second peak of at least a third of the first one's height; absent where the trace has no signal.
    pub double_peaks: Option<u64>,
    /// Whether the file also holds letters that someone edited, which were not used.
    pub has_edited_calls: bool,
    /// Sample name in the file.
    pub sample_name: String,
    /// Instrument, as the file names it.
    pub instrument: String,
    /// Start of the run by the instrument's clock.
    pub run_start: String,
    /// Mobility file.
    pub mobility: String,
    /// Base caller.
    pub basecaller: String,
}

/// Positions at which reads disagree, by the Phred scores of the letters: good is 20 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disagreements {
    /// At least two letters are good: called as N.
    pub both_good: u64,
    /// One letter is good.
    pub one_good: u64,
    /// None is.
    pub none_good: u64,
}

/// A position of the consensus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsensusSite {
    /// Position in the sequence before edits, counted from 1; where the call is a gap, that of the base before it. What was cut off with a
    /// primer has positions below 1, or beyond the last.
    pub position: i64,
    /// The letter that was called; `-` where the reads have none.
    pub base: char,
    /// Its Phred score.
    pub phred: u8,
    /// `both`, `single`, `resolved`, `conflict` or `unclear`.
    pub agreement: String,
    /// What each read says; of an amplicon, votes stand in its place.
    pub support: Vec<SiteSupport>,
    /// Votes of the reads of an amplicon for A, C, G, T and for no base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<[u64; 5]>,
}

/// What a read says at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteSupport {
    /// Number of the read in the list of reads, from 1.
    pub read: u64,
    /// Position in the read's file, counted from 1; of a gap, that of the base before it.
    pub position: u64,
    /// Its letter on the strand of the consensus, `-` for a gap.
    pub base: char,
    /// Its Phred score.
    pub phred: u8,
}

/// A primer at an end of the consensus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrimerFound {
    /// Its name.
    pub name: String,
    /// `start` or `end` of the sequence.
    pub end: String,
    /// Bases of it that the sequence contradicts.
    pub mismatches: u64,
    /// Bases that were removed with it.
    pub removed: u64,
}

/// A change by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// Position in the sequence before any change, counted from 1.
    pub position: u64,
    /// The letter before; `-` where one was put in behind the position.
    pub from: String,
    /// The letter after; `-` where it was taken out.
    pub to: String,
    /// Who made it.
    pub who: String,
    /// Why.
    pub why: String,
}
