//! Merkle tree hash over an ordered list, RFC 6962 section 2.1: a leaf is hashed as `0x00 || leaf`, an inner node
//! as `0x01 || left || right`, and a list of n > 1 leaves is split at the largest power of two below n. The two
//! prefixes keep a leaf from posing as a node.
//!
//! ```text
//!            root                 proof for leaf 1: [h0 (left), h23 (right), h4 (right)]
//!          /      \
//!       h0123      h4
//!       /   \
//!     h01    h23
//!    / \     / \
//!   0   1   2   3
//! ```

use serde::{Deserialize, Serialize};

use crate::Sha256Digest;

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Sha256Digest {
    Sha256Digest::of_parts([&[0][..], leaf])
}

pub(crate) fn node_hash(left: &Sha256Digest, right: &Sha256Digest) -> Sha256Digest {
    Sha256Digest::of_parts([&[1][..], left.as_bytes(), right.as_bytes()])
}

/// The root over `leaves` in their order; the root of no leaves is the SHA-256 of nothing.
///
/// Time O(n), memory O(n) digests.
pub fn merkle_root<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Sha256Digest {
    let hashes: Vec<_> = leaves.into_iter().map(leaf_hash).collect();
    merkle_root_of_hashes(&hashes)
}

/// As [`merkle_root`], for leaves that are hashed already by [`leaf_hash`].
pub fn merkle_root_of_hashes(hashes: &[Sha256Digest]) -> Sha256Digest {
    match hashes {
        [] => Sha256Digest::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(split_point(hashes.len()));
            node_hash(&merkle_root_of_hashes(left), &merkle_root_of_hashes(right))
        }
    }
}

/// The largest power of two strictly below `count` (`count` > 1).
pub(crate) fn split_point(count: usize) -> usize {
    1 << (usize::BITS - 1 - (count - 1).leading_zeros())
}

/// The digests that lead from one leaf to the root, nearest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerkleProof {
    /// Position of the leaf in the list, counted from 0.
    pub index: usize,
    /// Number of leaves in the list.
    pub count: usize,
    /// Sibling digests from the leaf upwards.
    pub siblings: Vec<Sha256Digest>,
}

/// The proof that the leaf at `index` (from 0) is in the list; `None` when there is no such leaf.
pub fn merkle_proof<'a>(leaves: impl IntoIterator<Item = &'a [u8]>, index: usize) -> Option<MerkleProof> {
    let hashes: Vec<_> = leaves.into_iter().map(leaf_hash).collect();
    merkle_proof_of_hashes(&hashes, index)
}

/// As [`merkle_proof`], for leaves that are hashed already by [`leaf_hash`].
pub fn merkle_proof_of_hashes(hashes: &[Sha256Digest], index: usize) -> Option<MerkleProof> {
    if index >= hashes.len() {
        return None;
    }
    let mut siblings = Vec::new();
    collect_siblings(hashes, index, &mut siblings);
    Some(MerkleProof { index, count: hashes.len(), siblings })
}

fn collect_siblings(hashes: &[Sha256Digest], index: usize, siblings: &mut Vec<Sha256Digest>) {
    if hashes.len() < 2 {
        return;
    }
    let split = split_point(hashes.len());
    let (left, right) = hashes.split_at(split);
    if index < split {
        collect_siblings(left, index, siblings);
        siblings.push(merkle_root_of_hashes(right));
    } else {
        collect_siblings(right, index - split, siblings);
        siblings.push(merkle_root_of_hashes(left));
    }
}

impl MerkleProof {
    /// The root that this proof gives for `leaf`; the proof holds when it equals the published root.
    ///
    /// `None` when the proof is malformed: it has too many or too few siblings for its index and count.
    pub fn root(&self, leaf: &[u8]) -> Option<Sha256Digest> {
        if self.index >= self.count {
            return None;
        }
        let mut siblings = self.siblings.as_slice();
        let root = climb(leaf_hash(leaf), self.index, self.count, &mut siblings)?;
        siblings.is_empty().then_some(root)
    }
}

/// Consumes siblings from the end, as the outermost split comes last in the list.
fn climb(
    leaf: Sha256Digest,
    index: usize,
    count: usize,
    siblings: &mut &[Sha256Digest],
) -> Option<Sha256Digest> {
    if count == 1 {
        return Some(leaf);
    }
    let (outermost, rest) = siblings.split_last()?;
    *siblings = rest;
    let split = split_point(count);
    if index < split {
        Some(node_hash(&climb(leaf, index, split, siblings)?, outermost))
    } else {
        Some(node_hash(outermost, &climb(leaf, index - split, count - split, siblings)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves and roots of the Certificate Transparency reference implementation's test vectors.
    const LEAVES: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    const ROOT_OF_1: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    const ROOT_OF_8: &str = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";

    #[test]
    fn published_roots() {
        assert_eq!(merkle_root(LEAVES[..1].iter().copied()).to_string(), ROOT_OF_1);
        assert_eq!(merkle_root(LEAVES).to_string(), ROOT_OF_8);
        assert_eq!(merkle_root([]), Sha256Digest::of(b""));
    }

    #[test]
    fn every_leaf_of_every_length_proves_itself_and_no_other() {
        for count in 1..=LEAVES.len() {
            let leaves = &LEAVES[..count];
            let root = merkle_root(leaves.iter().copied());
            for (index, leaf) in leaves.iter().enumerate() {
                let proof = merkle_proof(leaves.iter().copied(), index).unwrap();
                assert_eq!(proof.root(leaf), Some(root));
                assert_ne!(proof.root(b"another"), Some(root));
            }
            assert_eq!(merkle_proof(leaves.iter().copied(), count), None);
        }
    }

    #[test]
    fn a_doctored_proof_is_refused() {
        let mut proof = merkle_proof(LEAVES, 5).unwrap();
        proof.siblings.push(Sha256Digest::of(b""));
        assert_eq!(proof.root(LEAVES[5]), None);
        proof.siblings.clear();
        assert_eq!(proof.root(LEAVES[5]), None);
        assert_eq!(MerkleProof { index: 3, count: 2, siblings: vec![] }.root(b""), None);
        let huge = MerkleProof { index: 0, count: usize::MAX, siblings: vec![] };
        assert_eq!(huge.root(b""), None);
    }
}
