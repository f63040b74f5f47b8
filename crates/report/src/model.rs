//! The report model. Numbers are integers, ratios are two integers, dates are YYYY-MM-DD, positions are 1-based and
//! closed, and what is not known is null or an empty list.

use saola_cites::{Determination, Listing};
use saola_identify::{Answer, Gate, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Reads;

use crate::ReleaseSignature;

/// A report on one or more items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of this format.
    pub schema_version: String,
    /// Version of the decision rules.
    pub rules_version: String,
    /// What follows from the inputs alone; the same bytes on every machine.
    pub result: ReportResult,
    /// How the result was made.
    pub run: Run,
}

/// The part that follows from samples, release, listings and profile alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportResult {
    /// The program.
    pub software: Software,
    /// The reference release.
    pub reference: Reference,
    /// SHA-256 of the reliability data beside the release; `none` when there are none.
    #[serde(default = "none")]
    pub reliability_digest: String,
    /// Digest of the listing file.
    pub listings_root: String,
    /// Downloaded listings that were asked beside it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listing_downloads: Vec<ListingDownload>,
    /// The rule profile.
    pub profile: Profile,
    /// What the listings depend on.
    pub circumstances: Circumstances,
    /// The items, in the order of the input.
    pub items: Vec<Item>,
}

/// Listings that the laboratory downloaded for itself. Only what identifies them is recorded, not their content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListingDownload {
    /// What it is.
    pub kind: String,
    /// Day of the download, YYYY-MM-DD, as the user states it.
    pub day: String,
    /// The files.
    pub files: Vec<ListingDownloadFile>,
    /// Taxa for which it can say that nothing else is listed.
    pub complete_for: Vec<String>,
}

/// A file of downloaded listings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListingDownloadFile {
    /// Name without folders.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The program that made the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Software {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// The reference release that was searched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// Name and version.
    pub release: String,
    /// Identity of everything in it that decides a result.
    pub root: String,
    /// Digest of its index sections; `none` when it has none.
    pub index_digest: String,
    /// Number of records.
    pub records: u64,
    /// Words that every output repeats.
    pub notice: String,
}

/// The rule profile that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// SHA-256 of its canonical JSON.
    pub digest: String,
    /// Whether conclusions are meant for casework: the profile says so, and the release has no notice against it.
    pub casework: bool,
}

/// What the listings depend on, as stated by the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Circumstances {
    /// Day of the offence.
    pub offence_date: Option<String>,
    /// Country of the specimen's population, ISO 3166-1 alpha-2.
    pub origin: Option<String>,
    /// State whose reservations are shown, ISO 3166-1 alpha-2.
    pub party: Option<String>,
}

/// An item (exhibit) with the samples that were taken from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Identifier.
    pub id: String,
    /// What its samples say together.
    pub conclusion: Conclusion,
    /// Its samples, in the order of the input.
    pub samples: Vec<Sample>,
}

/// A conclusion in one of the fixed levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// How far it goes.
    pub level: Level,
    /// The taxon named, for levels that name one.
    pub taxon: Option<String>,
    /// Species that it leaves open, by name.
    pub candidates: Vec<String>,
    /// The fixed sentence for the level.
    pub statement: String,
}

/// One sequence and everything found about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// Identifier.
    pub id: String,
    /// Where the sequence was read.
    pub source: Source,
    /// Marker, when one was recognised.
    pub marker: Option<String>,
    /// Strand of the sequence that was aligned, `+` or `-`.
    pub strand: Option<String>,
    /// Bases.
    pub length: u64,
    /// The sequence as it was compared, in upper-case IUPAC codes.
    pub sequence: String,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Questions asked, with their answers.
    pub questions: Vec<Question>,
    /// Every gate that was asked, in order.
    pub gates: Vec<Gate>,
    /// The nearest taxa.
    pub nearest: Option<Neighbour>,
    /// The nearest species beyond them.
    pub nearest_other: Option<Neighbour>,
    /// Records that resemble the sequence, ranked.
    pub hits: Vec<Hit>,
    /// What the search promises.
    pub certificate: Certificate,
    /// Recognised species of the genus that the release does not hold for this marker.
    pub missing_congeners: Vec<String>,
    /// How such conclusions did in trials on the release, where there are any that apply.
    #[serde(default)]
    pub reliability: Option<Reliability>,
    /// Limitations that apply.
    pub limitations: Vec<Limitation>,
    /// CITES listings at the day of the offence.
    pub listings: Vec<Listing>,
    /// Whether those listings are the answer, and why.
    pub listing_status: ListingStatus,
    /// Components of a mixture.
    pub components: Vec<Conclusion>,
    /// The reads that the sequence was made of, where it was made of traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<Reads>,
}

/// Where a sequence was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Name of the file, without its folder.
    pub file: String,
    /// SHA-256 of the file's bytes as they came.
    pub sha256: String,
    /// Name of the record in it.
    pub record: String,
}

/// "Is it of this taxon?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The taxon asked about.
    pub taxon: String,
    /// The answer.
    pub answer: Answer,
    /// The answer in a sentence.
    pub statement: String,
}

/// Taxa at one counted distance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Neighbour {
    /// Names, sorted.
    pub taxa: Vec<String>,
    /// Differences.
    pub differences: u64,
    /// Columns compared.
    pub columns: u64,
}

/// A record that resembles the sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// Record id in the release.
    pub record: String,
    /// Accepted name of its taxon.
    pub taxon: String,
    /// Tier of the record.
    pub tier: String,
    /// Whether the record spans the sequence.
    pub kind: String,
    /// Columns with the same base.
    pub matches: u64,
    /// Columns that differ.
    pub differences: u64,
    /// Matches and differences.
    pub columns: u64,
    /// Differences that are gaps.
    pub gap_columns: u64,
    /// Runs of gaps.
    pub gap_events: u64,
    /// Aligned pairs that an ambiguity code leaves open; not counted as columns.
    pub ambiguous: u64,
    /// Strand of the sequence.
    pub strand: String,
    /// First aligned base of the sequence as supplied.
    pub query_start: u64,
    /// Last aligned base of the sequence as supplied.
    pub query_end: u64,
    /// First aligned base of the record.
    pub ref_start: u64,
    /// Last aligned base of the record.
    pub ref_end: u64,
    /// The alignment: `=` match, `X` difference, `M` ambiguous, `I` base of the sequence alone, `D` of the record alone.
    pub cigar: String,
}

/// What the search promises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// Records of the marker in the release.
    pub records: u64,
    /// Records whose differences to the sequence were counted in full.
    pub compared: u64,
    /// Records that were left out, by rule.
    pub excluded: Vec<Excluded>,
    /// No record of at least this identity is missing from the hits (but for a stated limit on their number); the
    /// nearest record is proven whatever its identity.
    pub proven_identity: ProvenIdentity,
}

/// Records that a rule left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excluded {
    /// The rule.
    pub rule: String,
    /// How many records.
    pub count: u64,
}

/// An identity as two integers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvenIdentity {
    /// Matches.
    pub numerator: u64,
    /// Columns.
    pub denominator: u64,
}

/// How conclusions on a genus and a marker did in trials on the release's own records, under the same profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reliability {
    /// Marker.
    pub marker: String,
    /// Genus.
    pub genus: String,
    /// Trials on records of the genus.
    pub of_genus: TrialCounts,
    /// Trials on all records of the marker.
    pub of_marker: TrialCounts,
    /// The counts in a sentence, with upper bounds.
    pub statement: String,
}

/// Counts of trials in which a species could have been named. In each, a record was identified with the release without the record's specimen (its species was present) or
/// without its species (it was absent, and no list knew of it).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrialCounts {
    /// Trials with the species present.
    pub present: u64,
    /// Of these, the species was named.
    pub present_right: u64,
    /// Of these, another species was named.
    pub present_wrong: u64,
    /// Of the latter, an audit disputes the label of the record or of what it was compared with.
    pub present_wrong_disputed: u64,
    /// Trials with the species absent.
    pub absent: u64,
    /// Of these, a species was named.
    pub absent_wrong: u64,
    /// Of the latter, an audit disputes a label.
    pub absent_wrong_disputed: u64,
}

impl TrialCounts {
    /// Adds the counts of other trials.
    pub const fn add(&mut self, other: &Self) {
        self.present += other.present;
        self.present_right += other.present_right;
        self.present_wrong += other.present_wrong;
        self.present_wrong_disputed += other.present_wrong_disputed;
        self.absent += other.absent;
        self.absent_wrong += other.absent_wrong;
        self.absent_wrong_disputed += other.absent_wrong_disputed;
    }
}

fn none() -> String {
    "none".to_owned()
}

/// A limitation that applies to the conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limitation {
    /// Short name.
    pub id: String,
    /// The fixed text.
    pub text: String,
}

/// Whether the listings of a sample are the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListingStatus {
    /// Determined, conditional, or not determined.
    pub determination: Determination,
    /// Day up to which the listing file is complete for this taxon; empty when it is not known.
    pub complete_through: String,
    /// The trail of reasons.
    pub reasons: Vec<String>,
    /// Where the species is not determined: the listings of every species that it may be.
    #[serde(default)]
    pub resolution: Option<LegalResolution>,
}

/// The listings of every species that a conclusion above species leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalResolution {
    /// The whole in one sentence: the Appendix that all share, or which species differ.
    pub statement: String,
    /// What is the same for all; empty when they differ, or when it is not determined for each.
    pub shared: String,
    /// In the order of names. The last one, without a name, is a species that nobody has recognised.
    pub species: Vec<SpeciesListing>,
}

/// What the Appendices said of one species.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpeciesListing {
    /// Scientific name; empty for a species that nobody has recognised.
    pub species: String,
    /// `I`, `II`, `III`, several parted by `/` where they depend on conditions, `not listed`, or `not determined`.
    pub appendix: String,
    /// Determined, conditional, or not determined.
    pub determination: Determination,
}

/// How the result was made; nothing here decides anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// SHA-256 of the canonical JSON of the result.
    pub result_sha256: String,
    /// When the run started, RFC 3339 in UTC.
    pub started: Option<String>,
    /// Operating system and processor architecture of the program.
    pub platform: String,
    /// Threads.
    pub threads: u64,
    /// The command line, with the paths as they were given.
    pub command: Vec<String>,
    /// Whether somebody who is trusted has signed the reference release.
    #[serde(default)]
    pub release_signature: ReleaseSignature,
}

impl Sample {
    /// The first gate that stops a species conclusion: failed, or not evaluated where the profile asks for it.
    pub fn first_stop(&self) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.blocks != saola_identify::Blocks::Nothing)
    }
}

impl Report {
    /// All samples with the items they belong to.
    pub fn samples(&self) -> impl Iterator<Item = (&Item, &Sample)> {
        self.result.items.iter().flat_map(|item| item.samples.iter().map(move |sample| (item, sample)))
    }
}
