//! Where the answer is that there is none.

use saola_cites::Determination::{Conditional, Determined, NotDetermined};
use saola_cites::Lineage;

use crate::support::{animal, listings, on};

#[test]
fn without_a_date_nothing_is_determined() {
    let status = on("", &animal("Carnivora", "Felidae", "Panthera tigris"));
    assert_eq!((status.listings.len(), status.determination), (0, NotDetermined));
    assert!(status.reasons[0].contains("No date"), "{:?}", status.reasons);
}

#[test]
fn after_the_last_known_day_nothing_is_determined() {
    let tiger = animal("Carnivora", "Felidae", "Panthera tigris");
    assert_eq!(on("2017-04-21", &tiger).determination, Determined);
    let later = on("2024-01-01", &tiger);
    assert_eq!((later.determination, later.complete_through.as_str()), (NotDetermined, "2017-04-21"));
    assert_eq!(listings(&later), ["I Panthera tigris"], "what is known is still shown");
    assert!(later.reasons.iter().any(|reason| reason.starts_with("Not determined after 2017-04-21")));
}

#[test]
fn a_taxon_outside_every_group_is_not_determined() {
    let tenrec = animal("Afrosoricida", "Tenrecidae", "Tenrec ecaudatus");
    let status = on("2000-01-01", &tenrec);
    assert_eq!((status.determination, status.complete_through.as_str()), (NotDetermined, ""));
}

#[test]
fn unverified_events_are_shown_and_do_not_decide() {
    let fur_seal = animal("Carnivora", "Otariidae", "Arctocephalus townsendi");
    let status = on("2026-06-01", &fur_seal);
    assert_eq!(listings(&status), ["I Arctocephalus townsendi"]);
    assert!(status.reasons.iter().any(|reason| reason.contains("not applied")), "{:?}", status.reasons);
    assert!(status.reasons.iter().any(|reason| reason.contains("nobody has checked it")));
}

#[test]
fn a_stated_change_decides() {
    let macaque = animal("Primates", "Cercopithecidae", "Macaca sylvanus");
    assert_eq!(listings(&on("2017-01-01", &macaque)), ["II Primates"]);
    let after = on("2017-01-02", &macaque);
    assert_eq!((listings(&after), after.determination), (vec!["I Macaca sylvanus".to_owned()], Determined));
    assert_eq!(after.listings[0].status, "stated");
}

#[test]
fn a_genus_answers_with_the_residual_listing_and_names_what_is_apart() {
    let lynxes = Lineage::new([("kingdom", "Animalia"), ("family", "Felidae"), ("genus", "Lynx")]);
    let status = on("2000-01-01", &lynxes);
    assert_eq!(status.determination, Conditional);
    let found = listings(&status);
    assert!(
        found.contains(&"II Felidae".to_owned()) && found.contains(&"I Lynx pardinus".to_owned()),
        "{found:?}"
    );
}
