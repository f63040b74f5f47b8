//! Proof that a record is in a release, for those who do not have the release.
//!
//! # Definition
//!
//! ```text
//!   leaf (canonical JSON of the record)
//!     |  SHA-256 of 0x00 and the leaf, then the path: siblings with their sides (RFC 6962, section 2.1)
//!   roots.records     roots.taxonomy     roots.markers
//!     |___________________|__________________|
//!     |  SHA-256 of the canonical JSON of the three
//!   root of the release, which is published
//! ```
//!
//! # Why it is right
//!
//! Who accepts a root accepts, by the collision resistance of SHA-256, one text of the three sub-roots, and with the
//! sub-root of the records one tree. A leaf is hashed with another prefix than a node, so that no node of the tree can pose as
//! a record. Hence a leaf that climbs to the root is a leaf of the release.
//!
//! The leaf's place and the number of leaves are not in the proof, since the root does not bind them (see
//! `MerkleStep` of `saola-digest`). What a proof holds is all proven: a change of any byte of it is found, by the root
//! or by the reader.
//!
//! What it does not say: that the record is right, or that no other record is nearer to a query.
//!
//! # Cost
//!
//! Made in time O(n) digests for n records; checked in O(log n); size is the leaf's and O(log n).

use std::{
    collections::BTreeMap,
    io::{self, Read as _},
};

use saola_digest::{
    CanonicalJsonError, MerkleStep, Sha256Digest, canonical_json, merkle_proof_of_hashes, path_root,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Release, SubRoots, Verification, layout::Entry};

/// Version of the proof's format; readers refuse another.
pub const PROOF_VERSION: &str = "1";

/// Bytes of the largest proof that is read.
const MOST_BYTES: u64 = 16 << 20;

/// Proof that a record is in the release with the root given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordProof {
    /// Version of this format.
    pub schema_version: String,
    /// Id of the record.
    pub record: String,
    /// The record as it is hashed: canonical JSON (RFC 8785) of its columns, sequence, marker, taxon and tier.
    pub leaf: String,
    /// From the leaf to the root of the records, nearest step first.
    pub path: Vec<MerkleStep>,
    /// The sub-roots of the release.
    pub roots: SubRoots,
    /// The root of the release, as the proof itself claims it: compare it with the published one.
    pub root: Sha256Digest,
}

/// What a leaf holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaf {
    fields: BTreeMap<String, String>,
    marker: String,
    sequence: String,
    taxon: String,
    tier: String,
}

/// Why there is no proof, or none that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The release has no such record.
    #[error("the reference database has no record {0:?}")]
    NoRecord(String),
    /// The record is not what its recorded hash says.
    #[error("record {0:?} is damaged: it does not have its recorded hash")]
    Damaged(String),
    /// The text is no proof.
    #[error("{file}: not a proof of a record: {message}")]
    NotAProof {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// The proof has another version.
    #[error("{file}: proof of version {found:?}, but this program reads version {PROOF_VERSION:?}")]
    Version {
        /// The file.
        file: String,
        /// Its version.
        found: String,
    },
    /// More bytes than any proof has.
    #[error("{file}: more than the {MOST_BYTES} bytes that a proof may have")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something cannot be written as canonical JSON.
    #[error(transparent)]
    Canonical(#[from] CanonicalJsonError),
}

impl ProofError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoRecord(_) => "`saola db export` lists the records of a reference database",
            Self::Damaged(_) => {
                "take a fresh copy of the release and compare its root with the published one"
            }
            Self::NotAProof { .. } | Self::TooLarge { .. } => "give a file that `saola db proof` wrote",
            Self::Version { .. } => "use the saola that wrote the proof, or a newer one",
            Self::Io(_) => "check the path and that you may read the file",
            Self::Canonical(_) => "this record cannot be proved",
        }
    }
}

/// The JSON Schema (draft 2020-12) of [`RecordProof`].
pub fn record_proof_schema() -> schemars::Schema {
    schemars::schema_for!(RecordProof)
}

impl Release {
    /// The proof that this release has the record.
    ///
    /// # Errors
    ///
    /// [`ProofError::NoRecord`], or [`ProofError::Damaged`] when the record does not climb to the root.
    pub fn prove(&self, id: &str) -> Result<RecordProof, ProofError> {
        let record = self.record_by_id(id).ok_or_else(|| ProofError::NoRecord(id.to_owned()))?;
        let damaged = || ProofError::Damaged(id.to_owned());
        let leaf = record.leaf().ok_or_else(damaged)??;
        let digest = |entry: &Entry| Sha256Digest::from_bytes(entry.leaf);
        let hashes: Vec<Sha256Digest> = self.entries().iter().map(digest).collect();
        let path = merkle_proof_of_hashes(&hashes, record.number() as usize).and_then(|proof| proof.path());
        let proof = RecordProof {
            schema_version: PROOF_VERSION.to_owned(),
            record: id.to_owned(),
            leaf,
            path: path.ok_or_else(damaged)?,
            roots: self.manifest().roots.clone(),
            root: self.root(),
        };
        if proof.verify(self.root()) == Verification::Good { Ok(proof) } else { Err(damaged()) }
    }
}

impl RecordProof {
    /// Reads a proof from at most 16 MiB of JSON; `file` names it in errors.
    ///
    /// # Errors
    ///
    /// [`ProofError`] for what is not a proof of this version.
    pub fn read(file: &str, reader: impl io::Read) -> Result<Self, ProofError> {
        let mut bytes = Vec::new();
        reader.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ProofError::TooLarge { file: file.to_owned() });
        }
        let error = |error: serde_json::Error| ProofError::NotAProof {
            file: file.to_owned(),
            message: error.to_string(),
        };
        let version = serde_json::from_slice::<Versioned>(&bytes).map_err(error)?.schema_version;
        if version != PROOF_VERSION {
            return Err(ProofError::Version {
                file: file.to_owned(),
                found: version.chars().take(40).collect(),
            });
        }
        serde_json::from_slice(&bytes).map_err(error)
    }

    /// Whether the proof holds under `root`, which comes from elsewhere; with the first thing that is wrong, from the
    /// record upwards.
    pub fn verify(&self, root: Sha256Digest) -> Verification {
        match self.fault(root) {
            None => Verification::Good,
            Some(fault) => Verification::Bad(fault),
        }
    }

    fn fault(&self, root: Sha256Digest) -> Option<String> {
        if self.schema_version != PROOF_VERSION {
            return Some(format!("the proof has the version {:?}", self.schema_version));
        }
        let Some(leaf) = self.canonical_leaf() else {
            return Some("the leaf is not the canonical JSON of a record".to_owned());
        };
        let id = leaf.fields.get("record_id").map_or("", String::as_str);
        if id != self.record {
            return Some(format!("the leaf is that of record {id:?}, not of {:?}", self.record));
        }
        let records = path_root(self.leaf.as_bytes(), &self.path);
        if records != self.roots.records {
            return Some(format!(
                "the record leads to the records' root {records}, the proof has {}",
                self.roots.records
            ));
        }
        let Ok(found) = self.roots.root() else {
            return Some("the sub-roots have no canonical form".to_owned());
        };
        if found != self.root {
            return Some(format!("the sub-roots give the root {found}, the proof claims {}", self.root));
        }
        (found != root).then(|| format!("the proof is one under the root {found}, not under {root}"))
    }

    fn canonical_leaf(&self) -> Option<Leaf> {
        let leaf: Leaf = serde_json::from_str(&self.leaf).ok()?;
        (canonical_json(&leaf).ok()? == self.leaf).then_some(leaf)
    }

    /// A line about the record, read from the leaf: what the source calls it, marker, bases, tier. Empty for a leaf that is none.
    pub fn describe(&self) -> String {
        self.canonical_leaf().map_or_else(String::new, |leaf| {
            let name = leaf.fields.get("identification").map_or("no identification", String::as_str);
            format!("{name}; {}, {} bases; tier {}", leaf.marker, leaf.sequence.len(), leaf.tier)
        })
    }
}

#[derive(Deserialize)]
struct Versioned {
    schema_version: String,
}

#[cfg(test)]
mod tests;
