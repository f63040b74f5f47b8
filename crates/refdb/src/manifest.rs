use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a release says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the release series.
    pub name: String,
    /// Version within the series.
    pub version: String,
    /// Date of the data, YYYY-MM-DD.
    pub date: String,
    /// Name of the rule profile that applies unless another is asked for.
    pub default_profile: String,
    /// Words that every output repeats, such as that the release is not for casework.
    pub notice: String,
    /// Where the records came from.
    pub sources: Vec<Source>,
    /// The digests that make the root.
    pub roots: SubRoots,
}

/// A data set that records were taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Key that records cite.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Package registry.
    pub registry: String,
    /// Package in that registry.
    pub package: String,
    /// Version of the package.
    pub version: String,
    /// File inside the package.
    pub path: String,
    /// Licence as the package states it.
    pub licence: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// Publication that the package names, if any.
    #[serde(default)]
    pub citation: String,
    /// What users of the data must know.
    #[serde(default)]
    pub cautions: Vec<String>,
}

/// Digests of the parts that decide a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubRoots {
    /// Merkle root (RFC 6962) over the records, sorted by id.
    pub records: Sha256Digest,
    /// SHA-256 of the taxonomy section.
    pub taxonomy: Sha256Digest,
    /// SHA-256 of the markers section.
    pub markers: Sha256Digest,
}

impl SubRoots {
    /// The release's identity: SHA-256 of the canonical JSON of the named sub-roots.
    ///
    /// # Errors
    ///
    /// Never in practice; the canonical form of three digests always exists.
    pub fn root(&self) -> Result<Sha256Digest, CanonicalJsonError> {
        Ok(Sha256Digest::of(canonical_json(self)?.as_bytes()))
    }
}
