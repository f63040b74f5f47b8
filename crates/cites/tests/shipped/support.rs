//! The shipped files, and questions to them.

use std::path::Path;

use saola_cites::{Circumstances, LegalStatus, Lineage, ListingFile};

/// A file of the shipped listings.
pub(crate) fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/cites");
    fs_err::read_to_string(folder.join(name)).unwrap()
}

/// The shipped listings.
pub(crate) fn file() -> ListingFile {
    ListingFile::parse(&text("listings.tsv"), &text("groups.tsv")).unwrap()
}

/// An animal's lineage as a reference release gives it: order, family, species.
pub(crate) fn animal(order: &str, family: &str, species: &str) -> Lineage {
    lineage("Metazoa", order, family, species)
}

/// A plant's lineage.
pub(crate) fn plant(order: &str, family: &str, species: &str) -> Lineage {
    lineage("Viridiplantae", order, family, species)
}

fn lineage(kingdom: &str, order: &str, family: &str, species: &str) -> Lineage {
    let genus = species.split(' ').next().unwrap();
    Lineage::new([
        ("kingdom", kingdom),
        ("order", order),
        ("family", family),
        ("genus", genus),
        ("species", species),
    ])
}

/// The circumstances; an empty text is unknown.
pub(crate) fn circumstances(date: &str, origin: &str, party: &str) -> Circumstances {
    Circumstances {
        date: (!date.is_empty()).then(|| date.parse().unwrap()),
        origin: (!origin.is_empty()).then(|| origin.parse().unwrap()),
        party: (!party.is_empty()).then(|| party.parse().unwrap()),
    }
}

/// The answer for a date, nothing else being known.
pub(crate) fn on(date: &str, taxon: &Lineage) -> LegalStatus {
    file().listings_at(taxon, &circumstances(date, "", ""))
}

/// Appendix and listed taxon of each listing: `I Falco peregrinus`.
pub(crate) fn listings(status: &LegalStatus) -> Vec<String> {
    status.listings.iter().map(|listing| format!("{} {}", listing.appendix, listing.taxon_listed)).collect()
}
