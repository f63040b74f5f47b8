//! Row by row: every event that calls itself verified is in the history.

use std::collections::{BTreeMap, BTreeSet};

use saola_cites::{Event, EventKind, EventStatus, Population};

use crate::data;
use crate::history::{self, Change};
use crate::shipped;

/// Whether a change of the same taxon on the same day is that event.
fn confirms(event: &Event, change: &Change) -> bool {
    let appendix = event.appendix.to_string();
    let party = event.party.map(|party| party.to_string()).unwrap_or_default();
    let same_party = change.party == party || change.party.is_empty();
    let taken_up = change.taken_up_in.is_some();
    match event.kind {
        EventKind::Inclusion | EventKind::Amendment => change.listing == appendix && same_party && !taken_up,
        EventKind::Deletion => (change.listing == format!("DEL{appendix}") && same_party) || taken_up,
        EventKind::Exception => change.listing == format!("DEL{appendix}"),
        EventKind::Reservation => change.listing == format!("{appendix}/r") && same_party,
        EventKind::Withdrawal => change.listing == format!("{appendix}/w") && same_party,
    }
}

fn changes_by_name() -> BTreeMap<&'static str, Vec<&'static Change>> {
    let history = history::history();
    let mut by_name: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for (key, changes) in &history.changes {
        if let Some(taxon) = history.taxa.get(key) {
            by_name.entry(&taxon.name).or_default().extend(changes);
        }
    }
    by_name
}

#[test]
fn every_verified_event_is_in_the_history() {
    if data::folder().is_none() {
        return;
    }
    let by_name = changes_by_name();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for event in shipped::file().events().filter(|event| event.status == EventStatus::Verified) {
        compared += 1;
        let date = event.effective_from.to_string();
        let mut changes = by_name.get(event.taxon.as_str()).into_iter().flatten();
        if !changes.any(|change| change.date == date && confirms(event, change)) {
            wrong.push(event.event_id.as_str());
        }
    }
    eprintln!("{compared} verified events compared with the listing history");
    assert!(compared > 1_000, "only {compared} events compared");
    assert!(wrong.is_empty(), "{} not found:\n{}", wrong.len(), wrong.join("\n"));
}

fn countries(populations: &[Population]) -> BTreeSet<String> {
    populations.iter().map(ToString::to_string).collect()
}

/// Where populations are described in words, as stocks of whales are, there is nothing to compare.
fn names_countries_only(event: &Event) -> bool {
    let mut populations = event.populations_included.iter().chain(&event.populations_excluded);
    populations.all(|population| matches!(population, Population::Country(_)))
}

/// The ebonies that Madagascar listed: the history names their populations in its note, not in its column.
fn is_of_madagascar_by_its_note(event: &Event) -> bool {
    let day = event.effective_from.to_string();
    event.taxon.starts_with("Diospyros ") && day == "2011-12-22"
}

#[test]
fn verified_listings_have_the_populations_of_the_history() {
    if data::folder().is_none() {
        return;
    }
    let by_name = changes_by_name();
    let mut compared = 0;
    let mut wrong = Vec::new();
    let listings = shipped::file().events().filter(|event| {
        matches!(event.kind, EventKind::Inclusion | EventKind::Amendment)
            && event.status == EventStatus::Verified
            && names_countries_only(event)
            && !is_of_madagascar_by_its_note(event)
    });
    for event in listings {
        compared += 1;
        let date = event.effective_from.to_string();
        let ours = [countries(&event.populations_included), countries(&event.populations_excluded)];
        let mut changes = by_name.get(event.taxon.as_str()).into_iter().flatten();
        if !changes.any(|change| change.date == date && confirms(event, change) && change.populations == ours)
        {
            wrong.push(event.event_id.as_str());
        }
    }
    eprintln!("{compared} listings compared by their populations");
    assert!(compared > 500, "only {compared} listings compared");
    // All species of a party's territory: the history gives the party's code as a population.
    assert_eq!(wrong, ["accipitridae.III.1976-10-28.inclusion.CR"]);
}
