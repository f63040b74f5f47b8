//! The ground of the house: what makes two results comparable and a change visible.
//!
//! * [`Sha256Digest`]: SHA-256 (FIPS 180-4) of bytes, written as 64 lower-case hexadecimal digits.
//! * [`canonical_json`]: one byte sequence for one value (RFC 8785), restricted to strings, booleans, nulls,
//!   lists, objects and integers up to 2^53 - 1, so that no reader can see another number than the writer.
//! * [`merkle_root`], [`merkle_proof`], [`MerkleProof::root`]: a hash over an ordered list from which membership
//!   of one leaf can be proved without the others (RFC 6962, section 2.1).
//! * [`MerkleStep`]: the same proof with its sides written out, so that nothing stands in it that it does not prove.

mod canonical;
mod merkle;
mod merkle_path;
mod sha256;

pub use canonical::{CanonicalJsonError, canonical_json};
pub use merkle::{
    MerkleProof, leaf_hash, merkle_proof, merkle_proof_of_hashes, merkle_root, merkle_root_of_hashes,
};
pub use merkle_path::{MerkleStep, Side, path_root};
pub use sha256::{ParseDigestError, Sha256Digest};
