//! Listings by name. What is expected is what the treaty's meetings decided; the crate of the listings holds the cases.

use serde_json::Value;

use crate::support::Place;

fn answer(arguments: &[&str]) -> Value {
    let done = Place::new().run(&[&["cites"], arguments, &["--json"]].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    let answers: Value = serde_json::from_str(&done.stdout).unwrap();
    answers[0].clone()
}

#[test]
fn a_genus_says_what_all_its_species_share_or_which_differ() {
    let statement =
        |arguments: &[&str]| answer(arguments)["resolution"]["statement"].as_str().unwrap().to_owned();
    let slippers = answer(&["Paphiopedilum", "--on", "2012-05-05"]);
    assert_eq!(slippers["resolution"]["shared"], "I");
    let species = slippers["resolution"]["species"].as_array().unwrap();
    assert!(species.len() > 80 && species.iter().any(|one| one["species"] == ""));
    let falcons = statement(&["Falco", "--on", "2012-05-05"]);
    assert!(falcons.contains("Falco peregrinus") && falcons.contains("not all listed alike"), "{falcons}");
    let pythons = statement(&["Python", "--on", "2012-05-05"]);
    assert!(pythons.contains("Python molurus"), "{pythons}");
    let pangolins = statement(&["Manis", "--on", "2017-03-01"]);
    assert!(pangolins.contains("Appendix II: a species that nobody has recognised"), "{pangolins}");
    assert!(statement(&["Manis", "--on", "2016-03-01"]).ends_with("were in Appendix II."));
}

#[test]
fn origin_synonyms_and_dates_matter() {
    let wolf = |origin: &str| {
        let found = answer(&["Canis lupus", "--on", "1995-01-01", "--origin", origin]);
        (found["determination"].clone(), found["listings"][0]["appendix"].clone())
    };
    assert_eq!(wolf("NP"), ("determined".into(), "I".into()));
    assert_eq!(wolf("DE"), ("determined".into(), "II".into()));
    let python = answer(&["Python reticulatus", "--on", "2012-01-01"]);
    assert_eq!(
        (&python["taxon"], &python["asked"]),
        (&"Malayopython reticulatus".into(), &"Python reticulatus".into())
    );
    assert_eq!(python["listings"][0]["taxon_listed"], "Pythonidae");
    let later = answer(&["Canis lupus", "--on", "2025-01-01"]);
    assert_eq!(later["determination"], "not_determined");
    assert!(later["reasons"].to_string().contains("Not determined after 2017-04-21"));
    assert_eq!(answer(&["Canis lupus"])["determination"], "not_determined");
}

#[test]
fn a_typo_gets_the_nearest_names() {
    Place::new().fails(2, &["cites", "Canis lupos"], &["Canis lupos", "did you mean Canis lupus"]);
    Place::new().fails(
        2,
        &["cites", "Manis javanicus", "--on", "2017-03-01"],
        &["did you mean Manis javanica"],
    );
    Place::new().fails(2, &["cites", ""], &["no taxon"]);
}
