//! Reference databases that are missing, foreign, cut off or changed.

use saola::Sha256Digest;

use crate::support::{Place, project};

/// Bytes of the header before its digest, and of one entry of the section table.
const HEADER: usize = 32;
const ENTRY: usize = 64;

fn starter() -> Vec<u8> {
    fs_err::read(project("reference-db/saola-starter.saola")).unwrap()
}

fn number(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap()
}

/// Writes the header's digest anew, as a forger would.
fn seal_header(bytes: &mut [u8]) {
    let sections = bytes[12] as usize;
    let table = HEADER + 32..HEADER + 32 + sections * ENTRY;
    let digest = Sha256Digest::of_parts([&bytes[..HEADER], &bytes[table]]);
    bytes[HEADER..HEADER + 32].copy_from_slice(digest.as_bytes());
}

/// `(place of its entry in the table, offset, length)` of a section.
fn section(bytes: &[u8], name: &str) -> (usize, usize, usize) {
    let entries = (0..bytes[12] as usize).map(|number| HEADER + 32 + number * ENTRY);
    let is_it = |entry: &usize| {
        let stored = &bytes[*entry..*entry + 16];
        stored.starts_with(name.as_bytes()) && stored[name.len()] == 0
    };
    let entry = entries.clone().find(is_it).unwrap();
    (entry, number(bytes, entry + 16), number(bytes, entry + 24))
}

/// Every command that opens the database fails with exit code 4.
fn refuses(place: &Place, file: &str, words: &[&str]) {
    place.fails(4, &["db", "info", file], words);
    place.fails(4, &["identify", "petrel.fasta", "--db", file, "--out", "case"], words);
}

#[test]
fn missing_foreign_and_empty_files() {
    let place = Place::with_petrel();
    refuses(&place, "missing.saola", &["missing.saola"]);
    place.write("empty.saola", "");
    refuses(&place, "empty.saola", &["empty.saola", "not a reference database"]);
    refuses(&place, "petrel.fasta", &["petrel.fasta", "not a reference database"]);
    refuses(&place, ".", &["not a reference database"]);
    place.fails(4, &["search", "petrel.fasta", "--db", "empty.saola"], &["empty.saola"]);
    place.fails(4, &["db", "verify", "empty.saola"], &["empty.saola"]);
}

#[test]
fn files_cut_off_or_grown() {
    let place = Place::with_petrel();
    let whole = starter();
    for length in [8, 20, 63, 64, 100, 4096, whole.len() / 2, whole.len() - 1] {
        place.write("cut.saola", &whole[..length]);
        place.fails(4, &["db", "info", "cut.saola"], &["cut.saola", &format!("{length} bytes"), "cut off"]);
    }
    place.write("cut.saola", [whole.as_slice(), b"x"].concat());
    refuses(&place, "cut.saola", &["cut.saola", "has grown"]);
}

/// One bit anywhere: in the header, its digest, the section table, padding, and each section.
#[test]
fn files_with_one_bit_flipped() {
    let place = Place::with_petrel();
    let whole = starter();
    let mut places =
        vec![3, 8, 14, 17, 25, HEADER + 5, HEADER + 40, HEADER + 50, HEADER + 70, whole.len() - 1];
    for name in ["release", "markers", "taxonomy", "strings", "cells", "entries", "bases", "ambiguities"] {
        let (_, start, length) = section(&whole, name);
        places.push(start + length / 2);
    }
    for at in places {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        place.write("flipped.saola", flipped);
        place.fails(4, &["db", "verify", "flipped.saola"], &["flipped.saola"]);
    }
    refuses(&place, "flipped.saola", &["flipped.saola", "damaged"]);
}

#[test]
fn a_newer_format() {
    let place = Place::with_petrel();
    let mut newer = starter();
    newer[8] += 1;
    seal_header(&mut newer);
    place.write("newer.saola", newer);
    refuses(&place, "newer.saola", &["newer.saola", "file format 2", "newer saola"]);
}

/// A forger who changes one base and writes the digests of section and header anew is found by `db verify`.
#[test]
fn a_forged_base_fails_verification() {
    let place = Place::new();
    let mut forged = starter();
    let (entry, start, length) = section(&forged, "bases");
    forged[start + length / 2] ^= 1;
    let digest = Sha256Digest::of(&forged[start..start + length]);
    forged[entry + 32..entry + 64].copy_from_slice(digest.as_bytes());
    seal_header(&mut forged);
    place.write("forged.saola", forged);
    place.fails(3, &["db", "verify", "forged.saola"], &["NOT verified"]);
    assert!(place.succeeds(&["db", "verify"]).starts_with("verified: "));
}
