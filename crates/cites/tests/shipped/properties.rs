//! Properties that hold for every input.

use std::sync::LazyLock;

use proptest::prelude::*;
use saola_cites::{Circumstances, Lineage, ListingFile};

use crate::support::{animal, file, plant, text};

static FILE: LazyLock<ListingFile> = LazyLock::new(file);

fn taxa() -> Vec<Lineage> {
    vec![
        animal("Falconiformes", "Falconidae", "Falco peregrinus"),
        animal("Carnivora", "Canidae", "Canis lupus"),
        animal("Carnivora", "Ursidae", "Ursus arctos"),
        animal("Carnivora", "Mustelidae", "Mustela erminea"),
        animal("Carnivora", "Otariidae", "Arctocephalus townsendi"),
        animal("Artiodactyla", "Balaenopteridae", "Balaenoptera physalus"),
        animal("Psittaciformes", "Psittaculidae", "Psittacula krameri"),
        animal("Perissodactyla", "Rhinocerotidae", "Ceratotherium simum"),
        plant("Caryophyllales", "Cactaceae", "Pereskia aculeata"),
        plant("Asparagales", "Orchidaceae", "Paphiopedilum druryi"),
    ]
}

prop_compose! {
    fn day()(year in 1970i16..2030, month in 1i8..=12, day in 1i8..=28) -> jiff::civil::Date {
        jiff::civil::date(year, month, day)
    }
}

/// The sentences about events: they begin with their date.
fn event_sentences(reasons: &[String]) -> Vec<&String> {
    reasons.iter().filter(|reason| reason.starts_with(|c: char| c.is_ascii_digit())).collect()
}

proptest! {
    #[test]
    fn parsing_never_panics(listings in any::<String>(), groups in any::<String>()) {
        let _ = ListingFile::parse(&listings, &groups);
    }

    #[test]
    fn parsing_a_damaged_file_never_panics(row in 0usize..2000, at in 0usize..400, with in any::<char>()) {
        let listings = text("listings.tsv");
        let mut lines: Vec<String> = listings.lines().map(str::to_owned).collect();
        let row = row % lines.len();
        let damaged: String =
            lines[row].chars().enumerate().map(|(index, c)| if index == at { with } else { c }).collect();
        lines[row] = damaged;
        if let Err(error) = ListingFile::parse(&lines.join("\n"), &text("groups.tsv")) {
            prop_assert!(error.to_string().contains("hint: "));
        }
    }

    #[test]
    fn a_later_date_only_adds_to_the_trail(taxon in 0usize..10, one in day(), other in day()) {
        let taxon = &taxa()[taxon];
        let at = |date| FILE.listings_at(taxon, &Circumstances { date: Some(date), ..Circumstances::default() });
        let (earlier, later) = (at(one.min(other)), at(one.max(other)));
        let (before, after) = (event_sentences(&earlier.reasons), event_sentences(&later.reasons));
        prop_assert!(after.starts_with(&before), "{before:?}\n{after:?}");
    }

    #[test]
    fn knowing_the_origin_never_adds_a_listing(taxon in 0usize..10, date in day(), letters in "[B-L][A-Z]") {
        let taxon = &taxa()[taxon];
        let origin = Some(letters.parse().unwrap());
        let unknown = FILE.listings_at(taxon, &Circumstances { date: Some(date), ..Circumstances::default() });
        let known = FILE.listings_at(taxon, &Circumstances { date: Some(date), origin, party: None });
        for listing in &known.listings {
            let same = |other: &&saola_cites::Listing| {
                (&other.appendix, &other.taxon_listed, &other.effective_from)
                    == (&listing.appendix, &listing.taxon_listed, &listing.effective_from)
            };
            prop_assert!(unknown.listings.iter().any(|other| same(&other)), "{listing:?}");
        }
    }

    #[test]
    fn listings_stand_in_their_order(taxon in 0usize..10, date in day()) {
        let status = FILE.listings_at(&taxa()[taxon], &Circumstances { date: Some(date), ..Circumstances::default() });
        let key = |listing: &saola_cites::Listing| (listing.appendix.clone(), listing.taxon_listed.clone());
        prop_assert!(status.listings.is_sorted_by_key(key));
        let json = serde_json::to_string(&status).unwrap();
        prop_assert_eq!(serde_json::from_str::<saola_cites::LegalStatus>(&json).unwrap(), status);
    }
}
