//! Worked cases. Dates and Appendices are those of the treaty's meetings.

use saola_cites::Determination::{Conditional, Determined};

use crate::support::{animal, circumstances, file, listings, on, plant};

#[test]
fn the_peregrine_was_listed_by_subspecies_and_then_as_a_whole() {
    let peregrine = animal("Falconiformes", "Falconidae", "Falco peregrinus");
    let before = on("1976-01-01", &peregrine);
    assert_eq!(
        listings(&before),
        [
            "I Falco peregrinus anatum",
            "I Falco peregrinus peregrinus",
            "I Falco peregrinus tundrius",
            "II Falconidae"
        ]
    );
    assert_eq!(before.listings[0].condition, "only subspecies Falco peregrinus anatum");
    assert_eq!(before.determination, Conditional);
    let after = on("1977-02-04", &peregrine);
    assert_eq!((listings(&after), after.determination), (vec!["I Falco peregrinus".to_owned()], Determined));
    let order_listed = on("1979-06-28", &peregrine);
    assert_eq!(listings(&order_listed), ["I Falco peregrinus"]);
    assert_eq!(order_listed.listings[0].effective_from, "1977-02-04");
    assert_eq!(order_listed.determination, Determined);
}

#[test]
fn hawks_are_caught_by_an_order_that_others_divide() {
    let buzzard = animal("Accipitriformes", "Accipitridae", "Buteo buteo");
    assert_eq!(listings(&on("2001-01-01", &buzzard)), ["II Falconiformes"]);
    let vulture = animal("Accipitriformes", "Cathartidae", "Cathartes aura");
    let status = on("2001-01-01", &vulture);
    assert!(status.listings.is_empty(), "{:?}", status.listings);
    assert!(
        status.reasons.iter().any(|reason| reason.ends_with("leaves out Cathartidae.")),
        "{:?}",
        status.reasons
    );
}

#[test]
fn the_wolf_is_split_by_populations() {
    let wolf = animal("Carnivora", "Canidae", "Canis lupus");
    let unknown = on("1995-01-01", &wolf);
    assert_eq!(listings(&unknown), ["I Canis lupus", "II Canis lupus"]);
    assert_eq!(unknown.listings[0].condition, "only the populations: BT, IN, NP, PK");
    assert_eq!(unknown.listings[1].condition, "all populations except: BT, IN, NP, PK");
    assert_eq!(unknown.determination, Conditional);
    let from = |origin| file().listings_at(&wolf, &circumstances("1995-01-01", origin, ""));
    assert_eq!(
        (listings(&from("NP")), from("NP").determination),
        (vec!["I Canis lupus".to_owned()], Determined)
    );
    assert_eq!(
        (listings(&from("DE")), from("DE").determination),
        (vec!["II Canis lupus".to_owned()], Determined)
    );
}

#[test]
fn dogs_have_been_left_out_since_2010() {
    let wolf = animal("Carnivora", "Canidae", "Canis lupus");
    let status = file().listings_at(&wolf, &circumstances("2012-01-01", "DE", ""));
    assert_eq!(listings(&status), ["II Canis lupus"]);
    assert_eq!(status.listings[0].condition, "except Canis lupus familiaris, Canis lupus dingo");
    let dog = animal("Carnivora", "Canidae", "Canis lupus");
    let names = [("kingdom", "Metazoa"), ("family", "Canidae"), ("species", "Canis lupus")];
    let dog_named =
        saola_cites::Lineage::new(names.into_iter().chain([("subspecies", "Canis lupus familiaris")]));
    assert!(on("2012-01-01", &dog_named).listings.is_empty());
    assert!(!on("2012-01-01", &dog).listings.is_empty());
}

#[test]
fn the_brown_bear_is_split_between_its_family_and_some_populations() {
    let bear = animal("Carnivora", "Ursidae", "Ursus arctos");
    let from = |origin| listings(&file().listings_at(&bear, &circumstances("1995-01-01", origin, "")));
    assert_eq!(from("MX"), ["I Ursus arctos", "I Ursus arctos isabellinus"]);
    assert_eq!(from("SI"), ["I Ursus arctos isabellinus", "II Ursidae"]);
    assert_eq!(from(""), ["I Ursus arctos", "I Ursus arctos isabellinus", "II Ursidae"]);
    assert_eq!(listings(&on("1976-01-01", &bear))[0], "I Ursus arctos", "the population of Italy");
}

#[test]
fn only_one_subspecies_of_the_indian_python_is_in_appendix_one() {
    let python = animal("Squamata", "Pythonidae", "Python molurus");
    let status = on("2005-01-01", &python);
    assert_eq!(listings(&status), ["I Python molurus molurus", "II Pythonidae"]);
    assert_eq!(status.listings[0].condition, "only subspecies Python molurus molurus");
    assert_eq!(status.listings[1].condition, "other than Python molurus molurus");
}

#[test]
fn slipper_orchids_went_up_in_1990() {
    let slipper = plant("Asparagales", "Orchidaceae", "Paphiopedilum callosum");
    assert_eq!(listings(&on("1990-01-17", &slipper)), ["II Orchidaceae"]);
    assert_eq!(listings(&on("1990-01-18", &slipper)), ["I Paphiopedilum"]);
    let mexican = plant("Asparagales", "Orchidaceae", "Mexipedium xerophyticum");
    assert_eq!(listings(&on("2000-01-01", &mexican)), ["I Phragmipedium"]);
    let ladys_slipper = plant("Asparagales", "Orchidaceae", "Cypripedium calceolus");
    assert_eq!(listings(&on("2000-01-01", &ladys_slipper)), ["II Orchidaceae"]);
}

#[test]
fn cats_are_listed_by_family_with_exceptions() {
    let lynx = animal("Carnivora", "Felidae", "Lynx canadensis");
    assert!(on("1977-02-03", &lynx).listings.is_empty());
    assert_eq!(listings(&on("1977-02-04", &lynx)), ["II Felidae"]);
    assert!(on("2010-01-01", &animal("Carnivora", "Felidae", "Felis catus")).listings.is_empty());
    let tiger = animal("Carnivora", "Felidae", "Panthera tigris");
    assert_eq!(listings(&on("1980-01-01", &tiger)), ["I Panthera tigris", "II Panthera tigris altaica"]);
    assert_eq!(listings(&on("1987-10-22", &tiger)), ["I Panthera tigris"]);
    let snow_leopard = animal("Carnivora", "Felidae", "Panthera uncia");
    assert_eq!(listings(&on("2010-01-01", &snow_leopard)), ["I Uncia uncia"]);
}

#[test]
fn whales_are_an_order_of_the_treaty_and_stocks_split_the_fin_whale() {
    let dolphin = animal("Artiodactyla", "Delphinidae", "Delphinus delphis");
    assert!(on("1979-06-27", &dolphin).listings.is_empty());
    assert_eq!(listings(&on("1979-06-28", &dolphin)), ["II Cetacea"]);
    let fin_whale = animal("Artiodactyla", "Balaenopteridae", "Balaenoptera physalus");
    let split = file().listings_at(&fin_whale, &circumstances("1980-01-01", "IS", ""));
    assert_eq!(listings(&split), ["I Balaenoptera physalus", "II Balaenoptera physalus"]);
    assert_eq!(split.determination, Conditional, "a country does not tell the stock");
    assert_eq!(listings(&on("1981-06-06", &fin_whale)), ["I Balaenoptera physalus"]);
}

#[test]
fn otters_moved_from_appendix_three_to_one() {
    let otter = animal("Carnivora", "Mustelidae", "Lutra lutra");
    let tunisia = on("1976-06-01", &otter);
    assert_eq!(listings(&tunisia), ["III Lutra lutra"]);
    assert_eq!(tunisia.listings[0].party, "TN");
    assert_eq!(listings(&on("1977-02-04", &otter)), ["I Lutra lutra"]);
    let river_otter = animal("Carnivora", "Mustelidae", "Lontra canadensis");
    assert_eq!(listings(&on("1990-01-01", &river_otter)), ["II Lutrinae"]);
}

#[test]
fn the_ring_necked_parakeet_was_left_out_of_the_parrots() {
    let parakeet = animal("Psittaciformes", "Psittaculidae", "Psittacula krameri");
    assert_eq!(listings(&on("1990-01-01", &parakeet)), ["III Psittacula krameri"]);
    assert_eq!(on("1990-01-01", &parakeet).listings[0].party, "GH");
    let after = on("2007-03-04", &parakeet);
    assert_eq!((after.listings.len(), after.determination), (0, Determined));
    let other = animal("Psittaciformes", "Psittaculidae", "Psittacula eupatria");
    assert_eq!(listings(&on("1990-01-01", &other)), ["II Psittaciformes"]);
}

#[test]
fn reservations_are_shown_for_the_party_alone() {
    let otter = animal("Carnivora", "Mustelidae", "Lutra lutra");
    let reserved = |party| {
        let status = file().listings_at(&otter, &circumstances("1990-01-01", "", party));
        status.reasons.iter().filter(|reason| reason.contains("reservation")).count()
    };
    assert_eq!((reserved("RU"), reserved("TH"), reserved("")), (2, 0, 0));
}

#[test]
fn animals_that_were_never_listed_are_said_to_be_so() {
    let blackbird = animal("Passeriformes", "Turdidae", "Turdus merula");
    let status = on("2010-01-01", &blackbird);
    assert_eq!((status.listings.len(), status.determination), (0, Determined));
}
