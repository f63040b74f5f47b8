//! Names that two kingdoms share.

use saola_cites::{Determination, Lineage};

use crate::support::{animal, listings, on};

#[test]
fn a_dolphin_and_a_fungus_share_a_genus() {
    let dolphin = animal("Artiodactyla", "Delphinidae", "Stenella coeruleoalba");
    assert_eq!(listings(&on("2000-01-01", &dolphin)), ["II Cetacea"]);
    let names = [("kingdom", "Fungi"), ("order", "Mycosphaerellales"), ("genus", "Stenella")];
    let fungus = Lineage::new(names);
    let status = on("2000-01-01", &fungus);
    assert!(status.listings.is_empty());
    assert_eq!(status.determination, Determination::NotDetermined);
}

#[test]
fn a_family_name_in_another_kingdom_is_another_family() {
    let impostor =
        Lineage::new([("kingdom", "Plantae"), ("family", "Felidae"), ("species", "Panthera tigris")]);
    assert!(on("2000-01-01", &impostor).listings.is_empty());
}

#[test]
fn synonyms_find_the_treaty_name() {
    let names =
        [("kingdom", "Metazoa"), ("family", "Mustelidae"), ("genus", "Lutra"), ("species", "Lutra vulgaris")];
    let otter = Lineage::new(names).with_synonyms(["Lutra_lutra"]);
    assert_eq!(listings(&on("2000-01-01", &otter)), ["I Lutra lutra"]);
}
