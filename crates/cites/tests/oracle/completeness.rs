//! The other way round: what the history has on the groups of the file is in the file.

use std::collections::BTreeSet;

use saola_cites::{EventKind, Group, ListingFile};

use crate::data;
use crate::history::{self, Change, Key};
use crate::shipped;

/// Changes that end what the history does not open, or name no party.
const ENDS_NOTHING: [&str; 7] = [
    "Bradypus variegatus /rIII 1977-10-24",
    "Bradypus variegatus /wIII 1983-07-29",
    "Cycas pectinata DELIII 1977-02-04",
    "Ophiophagus hannah DELIII 1984-02-13 IN",
    "Rheobatrachus vitellinus DELII 2013-06-12",
    "Varanus bengalensis /wII 1978-03-07 GB",
    "Wyulda squamicaudata DELI 1975-07-01",
];

/// Names of the groups that claim completeness, for reservations if so asked.
fn complete_groups(file: &ListingFile, reservations: bool) -> BTreeSet<&str> {
    let through =
        |group: &&Group| if reservations { group.reservations_through } else { group.complete_through };
    file.groups().filter(|group| through(group).is_some()).map(|group| group.taxon.as_str()).collect()
}

/// Events as taxon, kind letter, Appendix, day and party.
fn fingerprints(file: &ListingFile) -> BTreeSet<String> {
    file.events()
        .map(|event| {
            let letter = match event.kind {
                EventKind::Inclusion | EventKind::Amendment => "",
                EventKind::Deletion | EventKind::Exception => "DEL",
                EventKind::Reservation => "/r",
                EventKind::Withdrawal => "/w",
            };
            let party = event.party.map(|party| party.to_string()).unwrap_or_default();
            fingerprint(
                &event.taxon,
                letter,
                &event.appendix.to_string(),
                &event.effective_from.to_string(),
                &party,
            )
        })
        .collect()
}

fn fingerprint(taxon: &str, letter: &str, appendix: &str, date: &str, party: &str) -> String {
    format!("{taxon} {letter}{appendix} {date} {party}")
}

fn expected(taxon: &str, change: &Change) -> String {
    let (letter, appendix) = match change.listing.split_once('/') {
        Some((appendix, "r")) => ("/r", appendix),
        Some((appendix, _)) => ("/w", appendix),
        None => {
            change.listing.strip_prefix("DEL").map_or(("", change.listing.as_str()), |rest| ("DEL", rest))
        }
    };
    // Two rows of the history name no party, or name one, where the other form is usual.
    let party = match (taxon, appendix) {
        ("Psittacula krameri", "III") if change.party.is_empty() => "GH",
        _ => change.party.as_str(),
    };
    fingerprint(taxon, letter, appendix, &change.date, party)
}

/// Rows that say where a taxon went and change no listing of its own.
fn is_pointer(taxon: &str, change: &Change) -> bool {
    let moved_by_their_genus = ["Nycticebus bengalensis", "Nycticebus coucang"];
    change.taken_up_in.is_some()
        || (moved_by_their_genus.contains(&taxon) && change.listing == "DELII")
        || (taxon == "Pterocnemia pennata pennata" && change.listing == "DELI")
}

/// Compares the changes of one kind in the groups that claim to have them all; answers how many there were.
fn look_up(reservations: bool) -> usize {
    let (file, history) = (shipped::file(), history::history());
    let (groups, ours) = (complete_groups(file, reservations), fingerprints(file));
    let inside = |key: &Key| {
        history.ancestry(key).iter().any(|taxon| groups.contains(history.taxa[taxon].name.as_str()))
    };
    let mut compared = 0;
    let mut missing = Vec::new();
    for (key, changes) in history.changes.iter().filter(|(key, _)| inside(key)) {
        let taxon = history.taxa[key].name.as_str();
        let wanted =
            |change: &&Change| change.listing.contains('/') == reservations && !is_pointer(taxon, change);
        for change in changes.iter().filter(wanted) {
            compared += 1;
            let expected = expected(taxon, change);
            // What ends the listings of several parties at once names none of them.
            let without_party = expected.ends_with(' ') && change.listing == "DELIII";
            let of_any_party =
                || ours.range(expected.clone()..).next().is_some_and(|next| next.starts_with(&expected));
            let is_there = ours.contains(&expected) || (without_party && of_any_party());
            if !is_there && !ENDS_NOTHING.contains(&expected.trim_end()) {
                missing.push(expected);
            }
        }
    }
    assert!(missing.is_empty(), "{} missing:\n{}", missing.len(), missing.join("\n"));
    compared
}

#[test]
fn every_change_in_a_complete_group_is_in_the_file() {
    if data::folder().is_none() {
        return;
    }
    let (listings, reservations) = (look_up(false), look_up(true));
    eprintln!(
        "{listings} listing changes and {reservations} reservations of the history looked up in the file"
    );
    assert!(listings > 700 && reservations > 500, "only {listings} and {reservations} compared");
}

#[test]
fn groups_without_events_have_no_listed_species() {
    if data::folder().is_none() {
        return;
    }
    let index = data::table("index_of_cites_species_2017-04-21.csv.gz");
    let file = shipped::file();
    let mut with_events: BTreeSet<&str> =
        file.events().flat_map(|event| [event.within.as_str(), &event.taxon]).collect();
    with_events.extend(file.events().filter_map(|event| event.taxon.split(' ').next()));
    let listed: BTreeSet<&str> = index
        .iter()
        .filter(|record| record["RankName"] == "SPECIES" && !record["CurrentListing"].is_empty())
        .flat_map(|record| ["Order", "Family", "Genus", "FullName"].map(|column| record[column].as_str()))
        .collect();
    let empty = file.groups().filter(|group| group.note.starts_with("No listing"));
    let wrong: Vec<&str> = empty
        .map(|group| group.taxon.as_str())
        .filter(|taxon| listed.contains(taxon) || with_events.contains(taxon))
        .collect();
    assert!(wrong.is_empty(), "groups said to be without listings: {wrong:?}");
}
