use proptest::prelude::*;
use saola_digest::leaf_hash;

use super::*;
use crate::fixture::{builder, release};

fn proofs() -> (Sha256Digest, Vec<RecordProof>) {
    let release = release(builder());
    let proofs = ["a", "b", "c", "d", "e"].map(|id| release.prove(id).unwrap());
    (release.root(), proofs.into())
}

/// The tree of five leaves, by hand: ((ab)(cd))e.
#[test]
fn the_path_is_that_of_the_tree() {
    let (_, proofs) = proofs();
    let hash = |place: usize| leaf_hash(proofs[place].leaf.as_bytes());
    let node = |left: Sha256Digest, right: Sha256Digest| {
        Sha256Digest::of_parts([&[1][..], left.as_bytes(), right.as_bytes()])
    };
    let abcd = node(node(hash(0), hash(1)), node(hash(2), hash(3)));
    let siblings: Vec<Sha256Digest> = proofs[1].path.iter().map(|step| step.sibling).collect();
    assert_eq!(siblings, [hash(0), node(hash(2), hash(3)), hash(4)]);
    assert_eq!(proofs[4].path.iter().map(|step| step.sibling).collect::<Vec<_>>(), [abcd]);
    assert_eq!(proofs[0].roots.records, node(abcd, hash(4)));
    let root = canonical_json(&proofs[0].roots).unwrap();
    assert_eq!(proofs[0].root, Sha256Digest::of(root.as_bytes()));
}

#[test]
fn each_record_is_proved_and_none_under_another_root() {
    let (root, proofs) = proofs();
    for proof in &proofs {
        assert_eq!(proof.verify(root), Verification::Good);
        let Verification::Bad(fault) = proof.verify(Sha256Digest::of(b"")) else { panic!() };
        assert!(fault.contains("not under"), "{fault}");
    }
    assert!(matches!(release(builder()).prove("x"), Err(ProofError::NoRecord(_))));
}

/// Each part of a proof of `a` put into that of `b`: the fault names what is wrong, from the record upwards.
#[test]
fn parts_of_another_proof_are_named() {
    let (root, proofs) = proofs();
    let changed = |change: fn(&mut RecordProof, &RecordProof)| {
        let mut proof = proofs[1].clone();
        change(&mut proof, &proofs[0]);
        let Verification::Bad(fault) = proof.verify(root) else { panic!() };
        fault
    };
    assert!(
        changed(|proof, other| proof.leaf.clone_from(&other.leaf)).contains("leaf is that of record \"a\"")
    );
    assert!(changed(|proof, other| proof.record.clone_from(&other.record)).contains("not of \"a\""));
    assert!(
        changed(|proof, other| proof.path.clone_from(&other.path)).contains("leads to the records' root")
    );
    assert!(changed(|proof, _| proof.leaf.push(' ')).contains("canonical JSON"));
    assert!(changed(|proof, _| proof.roots.markers = proof.roots.records).contains("the sub-roots give"));
    assert!(changed(|proof, _| proof.root = proof.roots.records).contains("the proof claims"));
    assert!(changed(|proof, _| proof.schema_version = "2".to_owned()).contains("version"));
}

#[test]
fn what_is_no_proof_says_why() {
    let read = |text: &str| RecordProof::read("p.json", text.as_bytes()).unwrap_err();
    assert!(matches!(read(""), ProofError::NotAProof { .. }));
    assert!(matches!(read("{}"), ProofError::NotAProof { .. }));
    assert!(matches!(read("[1"), ProofError::NotAProof { .. }));
    assert!(matches!(read(r#"{"schema_version":"2"}"#), ProofError::Version { .. }));
    assert!(matches!(read(r#"{"schema_version":"1","record":1}"#), ProofError::NotAProof { .. }));
    let endless = RecordProof::read("p.json", io::repeat(b' ')).unwrap_err();
    assert!(matches!(endless, ProofError::TooLarge { .. }));
    let deep = "[".repeat(1 << 20);
    assert!(matches!(read(&deep), ProofError::NotAProof { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    /// One byte of the file changed: it cannot be read, or is Bad, or says the very same (white space between tokens).
    #[test]
    fn a_changed_byte_is_found(which in 0..5_usize, place in any::<prop::sample::Index>(), mask in 1..=255_u8) {
        let (root, proofs) = proofs();
        let mut bytes = serde_json::to_vec_pretty(&proofs[which]).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        if let Ok(changed) = RecordProof::read("p.json", bytes.as_slice()) {
            prop_assert!(changed == proofs[which] || changed.verify(root) != Verification::Good);
        }
    }
}
