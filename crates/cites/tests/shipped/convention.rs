//! Worked cases beyond the starter release. Each names the rows of the listing history to 2013-06-12 (taxon, day) or the document that
//! says so.

use saola_cites::Determination::{Conditional, Determined, NotDetermined};
use saola_cites::Lineage;

use crate::support::{animal, circumstances, file, listings, on, plant};

fn from(taxon: &Lineage, date: &str, origin: &str) -> (Vec<String>, saola_cites::Determination) {
    let status = file().listings_at(taxon, &circumstances(date, origin, ""));
    (listings(&status), status.determination)
}

/// *Loxodonta africana*: 04/02/1977 II, 18/01/1990 I, 18/09/1997 II for BW, NA, ZW, 19/07/2000 for ZA too.
#[test]
fn the_elephant_by_country_and_date() {
    let elephant = animal("Proboscidea", "Elephantidae", "Loxodonta africana");
    let one = |appendix: &str| (vec![format!("{appendix} Loxodonta africana")], Determined);
    assert_eq!(from(&elephant, "1989-12-31", "KE"), one("II"));
    assert_eq!(from(&elephant, "1990-01-18", "BW"), one("I"));
    assert_eq!(from(&elephant, "1997-09-18", "BW"), one("II"));
    assert_eq!(from(&elephant, "1999-01-01", "ZA"), one("I"));
    assert_eq!(from(&elephant, "2000-07-19", "ZA"), one("II"));
    assert_eq!(from(&elephant, "2010-01-01", "KE"), one("I"));
    let (unknown, determination) = from(&elephant, "2010-01-01", "");
    assert_eq!(unknown, ["I Loxodonta africana", "II Loxodonta africana"]);
    assert_eq!(determination, Conditional);
}

/// *Ceratotherium simum* as a species until 1977-02-04, its subspecies after; 16/02/1995 ZA, 12/01/2005 SZ and ZA in II.
#[test]
fn the_white_rhinoceros_of_two_countries_is_in_appendix_two() {
    let southern = animal("Perissodactyla", "Rhinocerotidae", "Ceratotherium simum")
        .with([("subspecies", "Ceratotherium simum simum")]);
    for (date, origin, appendix) in [
        ("1996-01-01", "ZA", "II"),
        ("1996-01-01", "SZ", "I"),
        ("2005-01-12", "SZ", "II"),
        ("2012-01-01", "KE", "I"),
    ] {
        let status = file().listings_at(&southern, &circumstances(date, origin, ""));
        let found: Vec<&str> = status.listings.iter().map(|listing| listing.appendix.as_str()).collect();
        assert_eq!(found, [appendix], "{date} {origin}: {:?}", status.listings);
    }
}

/// *Vicugna vicugna*: 01/07/1975 I; 16/02/1995 all of PE in II; 13/02/2003 BO too.
#[test]
fn the_vicuna_of_peru_went_down() {
    let vicuna = animal("Artiodactyla", "Camelidae", "Vicugna vicugna");
    let one = |appendix: &str| (vec![format!("{appendix} Vicugna vicugna")], Determined);
    assert_eq!(from(&vicuna, "1980-01-01", "PE"), one("I"));
    assert_eq!(from(&vicuna, "1996-01-01", "PE"), one("II"));
    // Parts of the populations of Bolivia were in II: the country does not decide.
    let parts = (vec!["I Vicugna vicugna".to_owned(), "II Vicugna vicugna".to_owned()], Conditional);
    assert_eq!(from(&vicuna, "2003-02-12", "BO"), parts);
    assert_eq!(from(&vicuna, "2003-02-13", "BO"), one("II"));
}

/// *Crocodylus porosus*: 28/06/1979 I but PG, 01/08/1985 but ID and PG (II with AU), 16/02/1995 but AU, ID and PG.
#[test]
fn the_saltwater_crocodile_is_split_by_populations() {
    let crocodile = animal("Crocodylia", "Crocodylidae", "Crocodylus porosus");
    let appendices = |date, origin| from(&crocodile, date, origin).0;
    assert_eq!(appendices("1979-06-28", "PG"), ["II Crocodylus porosus"]);
    assert_eq!(appendices("1979-06-28", "MY"), ["I Crocodylus porosus"]);
    assert_eq!(appendices("1995-02-16", "AU"), ["II Crocodylus porosus"]);
    // The transfers of single populations in 2017 and 2023 are not checked: nothing is determined from then on.
    assert_eq!(from(&crocodile, "2017-03-01", "MY").1, NotDetermined);
}

/// *Manis*: 16/02/1995 the genus in II; proposals 8 to 12 of the 17th meeting, in force on 2017-01-02, moved its species to I.
#[test]
fn pangolins_went_up_in_2017_and_their_genus_did_not() {
    let pangolin = animal("Pholidota", "Manidae", "Manis javanica");
    assert_eq!(on("2017-01-01", &pangolin).listings[0].appendix, "II");
    assert_eq!(on("2017-01-01", &pangolin).determination, Determined);
    let after = on("2017-01-02", &pangolin);
    assert_eq!((listings(&after), after.determination), (vec!["I Manis javanica".to_owned()], Determined));
    let nobody_knows = animal("Pholidota", "Manidae", "Manis [unrecognised]");
    assert_eq!(listings(&on("2017-03-01", &nobody_knows)), ["II Manis"]);
}

/// Psittaciformes: 06/06/1981 II, but four species; *Nymphicus hollandicus* and others never, *Psittacula krameri* III by GH;
/// *Agapornis roseicollis* out from 12/01/2005.
#[test]
fn parrots_are_listed_but_for_a_few() {
    let grey = animal("Psittaciformes", "Psittacidae", "Psittacus erithacus");
    assert_eq!(listings(&on("2000-01-01", &grey)), ["II Psittaciformes"]);
    assert_eq!(listings(&on("2017-01-02", &grey)), ["I Psittacus erithacus"]);
    let lovebird = animal("Psittaciformes", "Psittaculidae", "Agapornis roseicollis");
    assert_eq!(listings(&on("2004-01-01", &lovebird)), ["II Psittaciformes"]);
    assert!(on("2005-01-12", &lovebird).listings.is_empty());
    let cockatiel = animal("Psittaciformes", "Cacatuidae", "Nymphicus hollandicus");
    assert!(on("2000-01-01", &cockatiel).listings.is_empty());
}

/// *Sphyrna lewini*: 25/09/2012 III by Costa Rica; 12/06/2013 II, "entry into effect delayed by 18 months, i.e. until
/// 14 September 2014. Appendix III listing still applies until that date."
#[test]
fn hammerheads_were_taken_in_later_than_decided() {
    let shark = animal("Carcharhiniformes", "Sphyrnidae", "Sphyrna lewini");
    assert_eq!(listings(&on("2014-09-13", &shark)), ["III Sphyrna lewini"]);
    assert_eq!(listings(&on("2014-09-14", &shark)), ["II Sphyrna lewini"]);
}

/// *Paphiopedilum*: 18/01/1990 I; Orchidaceae: 01/07/1975 II.
#[test]
fn a_slipper_orchid_is_not_any_orchid() {
    let slipper = plant("Asparagales", "Orchidaceae", "Paphiopedilum rothschildianum");
    let other = plant("Asparagales", "Orchidaceae", "Bulbophyllum lobbii");
    assert_eq!(listings(&on("2010-01-01", &slipper)), ["I Paphiopedilum"]);
    assert_eq!(listings(&on("2010-01-01", &other)), ["II Orchidaceae"]);
}

/// *Odobenus rosmarus*: III by CA since 16/11/1975. *Mirounga angustirostris*: II, deleted on 11/06/1992.
#[test]
fn an_appendix_of_one_party_and_a_deletion() {
    let walrus = animal("Carnivora", "Odobenidae", "Odobenus rosmarus");
    let status = on("2012-01-01", &walrus);
    assert_eq!((status.listings[0].appendix.as_str(), status.listings[0].party.as_str()), ("III", "CA"));
    let seal = animal("Carnivora", "Phocidae", "Mirounga angustirostris");
    assert_eq!(listings(&on("1992-06-10", &seal)), ["II Mirounga angustirostris"]);
    let after = on("1992-06-11", &seal);
    assert!(after.listings.is_empty() && after.determination == Determined);
}

/// *Varanus griseus*: reservation of Great Britain on 31/10/1976, withdrawn on 07/03/1978 (see the history's rows `I/r` and `I/w`).
#[test]
fn a_reservation_is_in_force_until_it_is_withdrawn() {
    let file = file();
    let lizard = animal("Squamata", "Varanidae", "Varanus griseus");
    let is_said = |date: &str| {
        let status = file.listings_at(&lizard, &circumstances(date, "", "GB"));
        status
            .reasons
            .iter()
            .any(|reason| reason.starts_with("GB had a reservation in force on Varanus griseus"))
    };
    assert!(is_said("1976-10-31") && is_said("1978-03-06"));
    assert!(!is_said("1976-10-30") && !is_said("1978-03-07"));
}

/// Names alone lead to the treaty's own classification.
#[test]
fn a_taxon_is_found_by_its_name() {
    let file = file();
    let found = |name: &str| {
        file.find(name).map(|lineage| file.listings_at(&lineage, &circumstances("2012-01-01", "", "")))
    };
    assert_eq!(listings(&found("manis pentadactyla").unwrap()), ["II Manis"]);
    assert_eq!(listings(&found("Hippocampus kuda").unwrap()), ["II Hippocampus"]);
    assert_eq!(found("Loxodonta").unwrap().determination, NotDetermined, "no genus of that name is listed");
    assert!(found("Nemo nonesuch").is_none());
    assert!(found("").is_none());
}
