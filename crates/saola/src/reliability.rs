//! The result of trials on a release, as it stands beside the release and in its reports.
//!
//! A file `NAME.reliability.json` beside a release `NAME.saola` holds, for each marker and genus, how conclusions under one
//! profile did on the release's own records. A report prints the line that applies to it, or that there is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use saola_digest::Sha256Digest;
use saola_identify::trial::{Scheme, Verdict, clopper_pearson};
use saola_identify::{Identification, RULES_VERSION};
use saola_refdb::Release;
use saola_report::{Reliability, TrialCounts, words};
use serde::{Deserialize, Serialize};

use crate::validate::{Defect, Fragment, Recognition, Trial, is_wrong_species};

/// Bytes of the largest file that is read.
const MOST_BYTES: u64 = 64 << 20;

/// What trials found, by marker and genus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityData {
    /// Root of the release that the records belong to.
    pub release_root: String,
    /// Digest of the profile.
    pub profile_digest: String,
    /// Version of the decision rules.
    pub rules_version: String,
    /// Number of folds.
    pub folds: u32,
    /// A row for each marker and genus, in their order.
    pub rows: Vec<ReliabilityRow>,
}

/// The trials of one genus on one marker: whole records, without added errors, with a list of species that does not know what is
/// left out, and only those in which a species could have been named ([`Trial::could_fail`]): the others show nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityRow {
    /// Marker.
    pub marker: String,
    /// Genus.
    pub genus: String,
    /// How the trials did.
    #[serde(flatten)]
    pub counts: TrialCounts,
}

/// Why reliability data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReliabilityError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is too large.
    #[error("{0}: larger than 64 MiB")]
    Large(PathBuf),
    /// It is not reliability data.
    #[error("{file}: is no reliability data: {cause}")]
    Json {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// It is of another release.
    #[error("{file}: is of another release, with the root {root}")]
    OtherRelease {
        /// The file.
        file: PathBuf,
        /// The root it names.
        root: String,
    },
}

impl ReliabilityData {
    /// The name of the file beside a release.
    pub fn path_beside(release: &Path) -> PathBuf {
        release.with_extension("reliability.json")
    }

    /// Sums trials up. Rows hold only what was tried on whole records without added errors.
    pub fn of_trials(trials: &[Trial], release_root: &str, profile_digest: &str, folds: u32) -> Self {
        let mut rows: BTreeMap<(String, String), TrialCounts> = BTreeMap::new();
        let counted = |one: &&Trial| {
            one.fragment == Fragment::Full
                && (one.errors, one.mislabels, one.defect) == (0, 0, Defect::None)
                && one.recognition == Recognition::Unknown
                && (one.could_fail || is_wrong_species(one))
        };
        for one in trials.iter().filter(counted) {
            let genus = one.genus.clone();
            let counts = rows.entry((one.marker.clone(), genus)).or_default();
            let wrong = u64::from(is_wrong_species(one));
            let disputed = u64::from(wrong == 1 && one.disputed);
            match one.scheme {
                Scheme::Specimen => {
                    counts.present += 1;
                    counts.present_right += u64::from(one.verdict == Verdict::Right);
                    counts.present_wrong += wrong;
                    counts.present_wrong_disputed += disputed;
                }
                Scheme::Species => {
                    counts.absent += 1;
                    counts.absent_wrong += wrong;
                    counts.absent_wrong_disputed += disputed;
                }
                Scheme::Genus => {}
            }
        }
        let row = |((marker, genus), counts)| ReliabilityRow { marker, genus, counts };
        Self {
            release_root: release_root.to_owned(),
            profile_digest: profile_digest.to_owned(),
            rules_version: RULES_VERSION.to_owned(),
            folds,
            rows: rows.into_iter().map(row).collect(),
        }
    }

    /// Reads the data that stands beside a release; none when there is none.
    ///
    /// # Errors
    ///
    /// [`ReliabilityError`] when the file is there but cannot be used with this release.
    pub fn beside(path: &Path, release: &Release) -> Result<Option<ReliabilityFile>, ReliabilityError> {
        let file = Self::path_beside(path);
        if !file.exists() {
            return Ok(None);
        }
        if fs_err::metadata(&file)?.len() > MOST_BYTES {
            return Err(ReliabilityError::Large(file));
        }
        ReliabilityFile::parse(&file, &fs_err::read(&file)?, release).map(Some)
    }
}

/// Reliability data with the digest of the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReliabilityFile {
    data: ReliabilityData,
    digest: Sha256Digest,
}

impl ReliabilityFile {
    /// Reads the bytes of a file; `file` is its name for errors.
    ///
    /// # Errors
    ///
    /// [`ReliabilityError`] when they are no reliability data of this release.
    pub fn parse(file: &Path, bytes: &[u8], release: &Release) -> Result<Self, ReliabilityError> {
        let data: ReliabilityData = serde_json::from_slice(bytes)
            .map_err(|cause| ReliabilityError::Json { file: file.to_owned(), cause })?;
        if data.release_root != release.root().to_string() {
            return Err(ReliabilityError::OtherRelease { file: file.to_owned(), root: data.release_root });
        }
        Ok(Self { data, digest: Sha256Digest::of(bytes) })
    }

    /// SHA-256 of the file.
    pub const fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// What applies to a conclusion that names taxa of one genus, made under a profile with this digest.
    pub(crate) fn line(&self, marker: &str, genus: &str, profile_digest: &str) -> Option<Reliability> {
        if self.data.profile_digest != profile_digest || self.data.rules_version != RULES_VERSION {
            return None;
        }
        let of_marker = || self.data.rows.iter().filter(|row| row.marker == marker);
        let of_genus = of_marker().find(|row| row.genus == genus).map(|row| row.counts).unwrap_or_default();
        let mut all = TrialCounts::default();
        for row in of_marker() {
            all.add(&row.counts);
        }
        (all.present + all.absent > 0).then(|| Reliability {
            marker: marker.to_owned(),
            genus: genus.to_owned(),
            of_genus,
            of_marker: all,
            statement: words::reliability(marker, genus, (&of_genus, upper(&of_genus)), (&all, upper(&all))),
        })
    }
}

/// Upper bounds of the shares of wrong species, whose species was present and absent, in ten-thousandths, rounded up.
fn upper(counts: &TrialCounts) -> [u64; 2] {
    let bound = |wrong, trials| {
        let share = clopper_pearson(wrong, trials).1;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
        let parts = (share * 10_000.0).ceil() as u64;
        parts
    };
    [bound(counts.present_wrong, counts.present), bound(counts.absent_wrong, counts.absent)]
}

/// The genus that a conclusion speaks of, if it speaks of one.
pub(crate) fn genus_of(release: &Release, found: &Identification) -> Option<String> {
    let taxonomy = release.taxonomy();
    let taxa = found.taxon.map_or_else(|| found.candidates.clone(), |taxon| vec![taxon]);
    let mut genera = taxa.into_iter().map(|taxon| taxonomy.at_rank(taxon, "genus"));
    let first = genera.next()??;
    let one = found.level.names_taxon() && genera.all(|genus| genus == Some(first));
    one.then(|| taxonomy.name(first).to_owned())
}
