//! Rules that the shipped files keep.

use std::collections::BTreeMap;

use saola_cites::{Event, EventKind, ListingFile};

use crate::support::{file, text};

#[test]
fn rows_are_sorted_by_their_first_column() {
    for name in ["listings.tsv", "groups.tsv"] {
        let text = text(name);
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}: lines end with a line feed");
        let first: Vec<&str> = text.lines().skip(1).map(|line| line.split('\t').next().unwrap()).collect();
        assert!(first.is_sorted(), "{name}: rows sorted by the bytes of the first column");
    }
}

#[test]
fn the_root_does_not_depend_on_the_order_of_rows() {
    let (listings, groups) = (text("listings.tsv"), text("groups.tsv"));
    let reversed = |text: &str| {
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().rev().collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let other = ListingFile::parse(&reversed(&listings), &reversed(&groups)).unwrap();
    assert_eq!(file().root(), other.root());
    let changed = ListingFile::parse(&listings.replacen("1977-02-04", "1977-02-05", 1), &groups).unwrap();
    assert_ne!(file().root(), changed.root());
}

/// Events of one list: those on one taxon in one Appendix, for Appendix III of one party.
fn by_list(file: &ListingFile) -> BTreeMap<String, Vec<&Event>> {
    let mut lists: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    let changes = |event: &&Event| {
        matches!(event.kind, EventKind::Inclusion | EventKind::Amendment | EventKind::Deletion)
    };
    for event in file.events().filter(changes) {
        let party = event.party.map(|party| party.to_string()).unwrap_or_default();
        lists.entry(format!("{} {} {party}", event.taxon, event.appendix)).or_default().push(event);
    }
    for events in lists.values_mut() {
        events.sort_by_key(|event| (event.effective_from, event.kind));
    }
    lists
}

#[test]
fn only_open_listings_are_ended_or_amended() {
    let file = file();
    for (list, events) in by_list(&file) {
        let mut open = false;
        for event in events {
            match event.kind {
                EventKind::Inclusion => open = true,
                EventKind::Deletion => {
                    assert!(open, "{list}: {} ends nothing", event.event_id);
                    open = false;
                }
                _ => assert!(open, "{list}: {} amends nothing", event.event_id),
            }
        }
    }
}

#[test]
fn a_withdrawal_follows_a_reservation() {
    let file = file();
    let entered = |withdrawal: &Event| {
        file.events().any(|event| {
            event.kind == EventKind::Reservation
                && (&event.taxon, event.appendix, event.party)
                    == (&withdrawal.taxon, withdrawal.appendix, withdrawal.party)
                && event.effective_from <= withdrawal.effective_from
        })
    };
    let lonely: Vec<&str> = file
        .events()
        .filter(|event| event.kind == EventKind::Withdrawal && !entered(event))
        .map(|event| event.event_id.as_str())
        .collect();
    assert!(lonely.is_empty(), "{lonely:?}");
}
