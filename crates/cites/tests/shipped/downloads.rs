//! Downloads of every form, whole or broken. The rows are made up in the form of the sites' files.

use std::sync::LazyLock;

use proptest::prelude::*;
use saola_cites::download::{Download, DownloadKind};
use saola_cites::{Circumstances, Determination, ListingFile, Listings};

use crate::support::{animal, file};

static FILE: LazyLock<ListingFile> = LazyLock::new(file);

const LISTINGS: &str = "Id;Kingdom;Genus;Species;Scientific Name;Author;Rank;Listing;Party;Listed under;Full note\n\
    1;Animalia;Panthera;tigris;<i>Panthera tigris</i>;;SPECIES;I;;Panthera tigris;\n\
    2;Animalia;Canis;aureus;Canis aureus;;SPECIES;III;IN,NP;Canis aureus;\n\
    3;Animalia;Vicugna;vicugna;Vicugna vicugna;;SPECIES;I/II;;Vicugna vicugna;\
    Appendix I: Except the populations of Peru. Appendix II: Population of Peru.\n";

fn read(text: &str) -> Result<Vec<Download>, saola_cites::download::DownloadError> {
    let files = [("file".to_owned(), text.as_bytes().to_vec())];
    Download::read(&files, "2026-01-31".parse().unwrap(), &FILE)
}

#[test]
fn current_listings_parted_by_semicolons() {
    let downloads = read(LISTINGS).unwrap();
    assert_eq!(downloads[0].kind, DownloadKind::SpeciesPlusListings);
    assert!(downloads[0].complete_for().is_empty(), "three rows are not the whole");
    let listings = Listings::from(FILE.clone()).with_downloads(downloads);
    assert!(listings.names().contains("Panthera tigris") && listings.names().contains("Vicugna vicugna"));
    let asked = Circumstances { date: Some("2026-01-31".parse().unwrap()), ..Circumstances::default() };
    let tiger = listings.listings_at(&animal("Carnivora", "Felidae", "Panthera tigris"), &asked);
    assert_eq!(tiger.determination, Determination::NotDetermined);
}

#[test]
fn a_listing_that_no_form_has_is_refused_with_its_line() {
    let error = read(&LISTINGS.replace("I/II", "I/IV")).unwrap_err();
    assert_eq!((error.line, error.problem.as_str()), (4, "Listing \"I/IV\" cannot be read"));
}

proptest! {
    #[test]
    fn reading_never_panics(bytes in any::<Vec<u8>>()) {
        let _ = Download::read(&[(String::new(), bytes)], "2026-01-31".parse().unwrap(), &FILE);
    }

    #[test]
    fn a_spoilt_download_never_panics(at in 0..LISTINGS.len(), byte in any::<u8>()) {
        let mut bytes = LISTINGS.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = Download::read(&[(String::new(), bytes)], "2026-01-31".parse().unwrap(), &FILE);
    }

    #[test]
    fn a_spoilt_answer_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let answer = br#"{"cites_listings":[{"id":1,"taxon_concept_id":1,"is_current":true,"appendix":"I",
            "change_type":"+","effective_at":"2017-01-02","annotation":null,"party":{"iso_code2":"GH"}}]}"#;
        let mut bytes = answer.to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = Download::read(&[(String::new(), bytes)], "2026-01-31".parse().unwrap(), &FILE);
    }
}
