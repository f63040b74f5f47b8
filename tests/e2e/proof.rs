//! `saola db proof` and `saola db verify-proof`.

use serde_json::Value;

use crate::release::starter;
use crate::support::{PETREL, PYTHON, Place, bases, project};

/// A place with the petrel's proof as `proof.json`, and the proof.
fn proved() -> (Place, Value) {
    let place = Place::new();
    place.succeeds(&["db", "proof", PETREL.1, "-o", "proof.json"]);
    let proof = serde_json::from_str(&place.read("proof.json")).unwrap();
    (place, proof)
}

/// To renew it: `saola schema record-proof > schemas/record-proof.schema.json`.
#[test]
fn the_schema_on_file_is_the_one_printed_and_proofs_follow_it() {
    let (place, mut proof) = proved();
    let printed = place.succeeds(&["schema", "record-proof"]);
    let on_file = fs_err::read_to_string(project("schemas/record-proof.schema.json")).unwrap();
    assert!(printed == on_file, "run `saola schema record-proof > schemas/record-proof.schema.json`");
    let validator = jsonschema::validator_for(&serde_json::from_str(&printed).unwrap()).unwrap();
    assert!(validator.is_valid(&proof));
    proof["index"] = 1.into();
    assert!(!validator.is_valid(&proof));
}

#[test]
fn a_proof_is_good_under_the_published_root() {
    let (place, proof) = proved();
    let root = starter().root().to_string();
    assert_eq!(proof["root"], root.as_str());
    assert!(proof["leaf"].as_str().unwrap().contains(&bases(PETREL)));
    let good = place.succeeds(&["db", "verify-proof", "proof.json", "--root", &root]);
    assert!(
        good.starts_with(&format!("Good: record {} (Aphrodroma brevirostris; COI-5P, 658 bases", PETREL.1))
    );
    assert!(good.contains("as given") && !good.contains("CLAIMED"), "{good}");
    // Without the root the answer says loudly what it is worth.
    let claimed = place.succeeds(&["db", "verify-proof", "proof.json"]);
    assert!(claimed.contains("CLAIMED BY THE PROOF ITSELF"), "{claimed}");
    // A proof names what it proves whatever record it is of.
    let other = place.succeeds(&["db", "proof", PYTHON.1]);
    assert!(other.contains(PYTHON.1) && other.contains(&root));
}

/// Each part of the proof changed, as a forger would; the first thing that is wrong is named.
#[test]
fn forged_proofs_are_bad() {
    let (place, proof) = proved();
    let root = starter().root().to_string();
    let zeros = "0".repeat(64);
    let forge = |change: &dyn Fn(&mut Value), words: &str| {
        let mut forged = proof.clone();
        change(&mut forged);
        place.write("forged.json", serde_json::to_vec(&forged).unwrap());
        place.fails(3, &["db", "verify-proof", "forged.json", "--root", &root], &["Bad", words]);
    };
    let leaf = proof["leaf"].as_str().unwrap();
    let other_name = leaf.replace("Aphrodroma brevirostris", "Pterodroma brevirostris");
    forge(&|forged| forged["leaf"] = other_name.clone().into(), "leads to the records' root");
    forge(&|forged| forged["leaf"] = format!(" {leaf}").into(), "canonical JSON");
    forge(&|forged| forged["record"] = PYTHON.1.into(), PETREL.1);
    forge(&|forged| forged["path"][0]["sibling"] = zeros.clone().into(), "leads to the records' root");
    forge(
        &|forged| forged["path"][3]["side"] = flipped(&proof["path"][3]["side"]).into(),
        "leads to the records' root",
    );
    forge(&|forged| forged["path"] = Value::Array(vec![]), "leads to the records' root");
    forge(&|forged| forged["roots"]["taxonomy"] = zeros.clone().into(), "the sub-roots give");
    forge(&|forged| forged["root"] = zeros.clone().into(), "the proof claims");
    // All of a proof made anew for another record in one's own tree is sound, and is under another root.
    place.fails(3, &["db", "verify-proof", "proof.json", "--root", &zeros], &["Bad", "not under"]);
}

fn flipped(side: &Value) -> &'static str {
    if side == "left" { "right" } else { "left" }
}

#[test]
fn what_is_no_proof_or_cannot_be_proved() {
    let (place, mut proof) = proved();
    place.fails(1, &["db", "proof", "NOBODY"], &["no record \"NOBODY\""]);
    place.fails(1, &["db", "proof", PETREL.1, "-o", "proof.json"], &["nothing is overwritten"]);
    place.fails(2, &["db", "verify-proof", "proof.json", "--root", "xyz"], &["64 lower-case"]);
    place.fails(1, &["db", "verify-proof", "missing.json"], &["missing.json"]);
    for (text, words) in [
        ("", "not a proof"),
        ("not json", "not a proof"),
        ("[[[[", "not a proof"),
        ("{\"schema_version\": \"1\"}", "missing field"),
        ("{\"schema_version\": \"2\", \"record\": \"x\"}", "version \"2\""),
        ("\u{0}\u{1b}[2J", "not a proof"),
    ] {
        place.write("bad.json", text);
        place.fails(1, &["db", "verify-proof", "bad.json"], &["bad.json", words]);
    }
    proof["more"] = 1.into();
    place.write("bad.json", serde_json::to_vec(&proof).unwrap());
    place.fails(1, &["db", "verify-proof", "bad.json"], &["unknown field"]);
    place.write("huge.json", vec![b' '; (16 << 20) + 1]);
    place.fails(1, &["db", "verify-proof", "huge.json"], &["huge.json", "16777216 bytes"]);
}
