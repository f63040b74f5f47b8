use std::fmt;

use saola_refdb::Tier;
use serde::{Serialize, Serializer};

/// What is wrong, or worth knowing. Each variant says when exactly; words in *italics* and limits are defined at
/// [`audit`](crate::audit()).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// *Near* neighbours are people or domestic animals of another family than the label's, and as many as near ones of its own
    /// family. Quarantine.
    Contamination,
    /// As many *near* specimens belong to some other family as to the label's, the record's own included: a mix-up or
    /// a contamination, which the sequence alone does not tell apart. Quarantine.
    FamilyConflict,
    /// As many *near* specimens belong to some other genus as to the label's, while the label's species, or else its genus, is
    /// known to lie further away: quarantine. Screening for a record that stands alone and of which this is not known.
    GenusConflict,
    /// As many *close* specimens belong to some other species as to the label's, while as many of the label's species lie
    /// *apart* as are close. Quarantine.
    SpeciesConflict,
    /// *Far* from every other specimen of its species. Quarantine when others of the species are not far from each other;
    /// otherwise which one is wrong cannot be told, and it is screening.
    Outlier,
    /// Stop codons in the best reading frame of a coding marker. Quarantine.
    StopCodons,
    /// In a coding marker: bases inserted less bases deleted are no multiple of three, against most of the 5 nearest specimens of at
    /// least 90 % identity, the first and last 30 bases left out. Quarantine.
    FrameShift,
    /// More of the nearest specimens align with its reverse complement than with itself, unless its own reading frame is
    /// open and that of its reverse complement is not. Quarantine.
    Reversed,
    /// No neighbour, and less than two thirds of the columns match the nearest 3 of up to 20 relatives of its genus and family.
    /// Quarantine for coding markers; screening for others, and where only one relative is there.
    Unalignable,
    /// Named by its own sequence (BOLD, BIN, BLAST, a tree). Screening.
    CircularIdentification,
    /// More than 2 % of its bases are ambiguous: screening. More than 10 %: quarantine, and compared with nothing.
    Ambiguous,
    /// Shorter than the least length of its marker. Screening.
    Short,
    /// The label names no species: open nomenclature, a hybrid, a working name. Screening.
    NoSpecies,
    /// No difference over the common columns to a specimen of another species that is not itself in quarantine. Keep: many
    /// good species share barcodes.
    SharedBarcode,
    /// The only specimen of its species for its marker. Keep.
    SingleSpecimen,
    /// The list of recognised species of the genus does not have the accepted name. Keep.
    UnrecognisedName,
}

impl FindingKind {
    /// All kinds, in the order of tables.
    pub const ALL: [Self; 16] = [
        Self::Contamination,
        Self::FamilyConflict,
        Self::GenusConflict,
        Self::SpeciesConflict,
        Self::Outlier,
        Self::StopCodons,
        Self::FrameShift,
        Self::Reversed,
        Self::Unalignable,
        Self::CircularIdentification,
        Self::Ambiguous,
        Self::Short,
        Self::NoSpecies,
        Self::SharedBarcode,
        Self::SingleSpecimen,
        Self::UnrecognisedName,
    ];

    /// Whether the finding says that the label is not that of the sequence.
    pub const fn disputes_label(self) -> bool {
        matches!(
            self,
            Self::Contamination
                | Self::FamilyConflict
                | Self::GenusConflict
                | Self::SpeciesConflict
                | Self::Outlier
        )
    }

    /// The kind's name as written in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contamination => "contamination",
            Self::FamilyConflict => "family conflict",
            Self::GenusConflict => "genus conflict",
            Self::SpeciesConflict => "species conflict",
            Self::Outlier => "outlier in its species",
            Self::StopCodons => "stop codons",
            Self::FrameShift => "frame shift",
            Self::Reversed => "reverse complement",
            Self::Unalignable => "unlike its relatives",
            Self::CircularIdentification => "circular identification",
            Self::Ambiguous => "ambiguous bases",
            Self::Short => "short",
            Self::NoSpecies => "no species named",
            Self::SharedBarcode => "shared barcode",
            Self::SingleSpecimen => "single specimen",
            Self::UnrecognisedName => "name not recognised",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What a finding would do to a record's tier: never raise it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProposedTier {
    /// Nothing.
    Keep,
    /// Screening at most.
    Screening,
    /// Kept and never used, until a curator decides otherwise.
    Quarantine,
}

impl ProposedTier {
    /// The tier that a record of this tier gets.
    pub fn apply(self, tier: Tier) -> Tier {
        match self {
            Self::Keep => tier,
            Self::Screening => tier.max(Tier::Screening),
            Self::Quarantine => Tier::Quarantine,
        }
    }

    /// The proposal's name as written in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Screening => "screening",
            Self::Quarantine => "quarantine",
        }
    }
}

impl fmt::Display for ProposedTier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Counted differences, over the columns that two records have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Distance {
    /// Columns that differ.
    pub differences: u32,
    /// Columns compared; at least 1.
    pub columns: u32,
}

impl Distance {
    /// At most one difference in `columns`.
    pub(crate) fn within_one_in(self, columns: u64) -> bool {
        u64::from(self.differences) * columns <= u64::from(self.columns)
    }

    /// Below the other by at least one difference in `columns`.
    pub(crate) fn is_clearly_below(self, other: Self, columns: u64) -> bool {
        let [own, of_own] = [self.differences, self.columns].map(u128::from);
        let [theirs, of_theirs] = [other.differences, other.columns].map(u128::from);
        let columns = u128::from(columns);
        own * of_theirs * columns + of_own * of_theirs <= theirs * of_own * columns
    }

    /// At most `share.0` differences in `share.1` columns.
    pub(crate) fn within(self, share: (u64, u64)) -> bool {
        u64::from(self.differences) * share.1 <= u64::from(self.columns) * share.0
    }
}

impl Ord for Distance {
    /// By the share of differences, exactly; then fewer differences.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let product = |one: &Self, other: &Self| u64::from(one.differences) * u64::from(other.columns);
        product(self, other)
            .cmp(&product(other, self))
            .then(self.differences.cmp(&other.differences))
            .then(self.columns.cmp(&other.columns))
    }
}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.differences, self.columns)
    }
}

impl Serialize for Distance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A record that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its id.
    pub record: String,
    /// The taxon of its label.
    pub taxon: String,
    /// How far it is from the record found.
    pub distance: Distance,
}

/// One thing found on one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the record.
    pub record: String,
    /// The taxon of its label.
    pub taxon: String,
    /// Its marker.
    pub marker: String,
    /// What is found.
    pub kind: FindingKind,
    /// What it would do.
    pub tier: ProposedTier,
    /// Why, in a sentence.
    pub reason: String,
    /// The records it rests on, nearest first; may be empty.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// The evidence in one cell: `ID Taxon 3/648; ...`.
    pub fn evidence_text(&self) -> String {
        let one = |one: &Evidence| format!("{} {} {}", one.record, one.taxon, one.distance);
        self.evidence.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}
