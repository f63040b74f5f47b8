//! A Merkle proof with its sides written out.
//!
//! [`MerkleProof`] says where in how many leaves its leaf stands, and takes the sides from that. Its siblings do not
//! bind those two numbers: leaf 0 of 3 and leaf 0 of 4 climb in the same way, so that a 3 changed to a 4 is not found
//! by the root, which does not hold the number of leaves.
//!
//! ```text
//!      3 leaves           4 leaves
//!        root               root            0 climbs by h1 (right), then by what stands right of it:
//!       /    \             /    \           the same two steps
//!     h01    h2          h01    h23
//! ```
//!
//! A path keeps what is proven and nothing else: for each step from the leaf upwards the digest beside it and the side
//! on which that digest stands. Every byte of it enters the root: a sibling as an input of the hash, a side as the order of its
//! inputs. So a changed path gives another root, unless SHA-256 collides or the two inputs of a node are equal, when their order says nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{MerkleProof, Sha256Digest, leaf_hash, merkle::node_hash, merkle::split_point};

/// On which side of the node that is climbed from its sibling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The sibling comes first.
    Left,
    /// The sibling comes second.
    Right,
}

/// One step from a node to the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MerkleStep {
    /// Side of the sibling.
    pub side: Side,
    /// Digest of the sibling.
    pub sibling: Sha256Digest,
}

/// The root that the path gives for a leaf, nearest step first. Time O(steps).
pub fn path_root(leaf: &[u8], path: &[MerkleStep]) -> Sha256Digest {
    path.iter().fold(leaf_hash(leaf), |node, step| match step.side {
        Side::Left => node_hash(&step.sibling, &node),
        Side::Right => node_hash(&node, &step.sibling),
    })
}

impl MerkleProof {
    /// The proof as a path; `None` when it is malformed.
    pub fn path(&self) -> Option<Vec<MerkleStep>> {
        let (mut index, mut count) = (self.index, self.count);
        if index >= count {
            return None;
        }
        // From the outermost split inwards, which is from the last sibling to the first.
        let mut path = Vec::new();
        let mut siblings = self.siblings.iter().rev();
        while count > 1 {
            let (sibling, split) = (*siblings.next()?, split_point(count));
            if index < split {
                path.push(MerkleStep { side: Side::Right, sibling });
                count = split;
            } else {
                path.push(MerkleStep { side: Side::Left, sibling });
                (index, count) = (index - split, count - split);
            }
        }
        path.reverse();
        siblings.next().is_none().then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{merkle_proof, merkle_root};

    /// Leaves of the Certificate Transparency reference implementation's test vectors, and proofs that its test suite
    /// lists for them (numbers count leaves from 1 there): `(leaf, leaves, siblings)`.
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
    const ROOT_OF_8: &str = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
    const PATH_OF_1_IN_8: [&str; 3] = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];

    #[test]
    fn a_published_path() {
        let path = merkle_proof(LEAVES, 0).unwrap().path().unwrap();
        let siblings: Vec<String> = path.iter().map(|step| step.sibling.to_string()).collect();
        assert_eq!(siblings, PATH_OF_1_IN_8);
        assert!(path.iter().all(|step| step.side == Side::Right));
        assert_eq!(path_root(LEAVES[0], &path).to_string(), ROOT_OF_8);
    }

    #[test]
    fn every_leaf_of_every_length_climbs_to_the_root() {
        for count in 1..=LEAVES.len() {
            let leaves = &LEAVES[..count];
            let root = merkle_root(leaves.iter().copied());
            for (index, leaf) in leaves.iter().enumerate() {
                let path = merkle_proof(leaves.iter().copied(), index).unwrap().path().unwrap();
                assert_eq!(path_root(leaf, &path), root);
                for changed in changes(&path) {
                    assert_ne!(path_root(leaf, &changed), root, "leaf {index} of {count}");
                }
            }
        }
    }

    /// Every path with one step turned, changed, left out or doubled.
    fn changes(path: &[MerkleStep]) -> Vec<Vec<MerkleStep>> {
        let mut all = Vec::new();
        for place in 0..path.len() {
            let mut turned = path.to_vec();
            turned[place].side = if path[place].side == Side::Left { Side::Right } else { Side::Left };
            let mut other = path.to_vec();
            other[place].sibling = Sha256Digest::of(b"other");
            let (mut shorter, mut longer) = (path.to_vec(), path.to_vec());
            shorter.remove(place);
            longer.insert(place, path[place]);
            all.extend([turned, other, shorter, longer]);
        }
        all
    }

    #[test]
    fn malformed_proofs_have_no_path() {
        let sibling = Sha256Digest::of(b"");
        let proof =
            |index, count, siblings: usize| MerkleProof { index, count, siblings: vec![sibling; siblings] };
        for (index, count, siblings) in [(0, 0, 0), (3, 2, 1), (0, 2, 0), (0, 2, 2), (0, usize::MAX, 0)] {
            assert_eq!(proof(index, count, siblings).path(), None);
        }
    }
}
