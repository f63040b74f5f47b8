//! What the events on one taxon leave in force on a day.

use jiff::civil::Date;

use crate::country::CountryCode;
use crate::event::{Appendix, Event, EventKind};
use crate::population::Covered;

/// The listings of one taxon in force on `date`, each by the event that gives its wording. Events are in their order.
pub(crate) fn listings<'a>(events: &[&'a Event], date: Date) -> Vec<&'a Event> {
    let mut open: Vec<&Event> = Vec::new();
    for event in deciding(events, date) {
        match event.kind {
            EventKind::Inclusion => open.push(event),
            EventKind::Deletion => open.retain(|listing| !ends(event, listing)),
            EventKind::Amendment => {
                open.retain(|listing| {
                    !same_list(event, listing) || listing.effective_from == event.effective_from
                });
                open.push(event);
            }
            EventKind::Reservation | EventKind::Withdrawal | EventKind::Exception => {}
        }
    }
    open
}

/// The reservations of a party on one taxon that were entered and not withdrawn.
pub(crate) fn reservations<'a>(events: &[&'a Event], date: Date, party: CountryCode) -> Vec<&'a Event> {
    let mut open: Vec<&Event> = Vec::new();
    for event in deciding(events, date).filter(|event| event.party == Some(party)) {
        match event.kind {
            EventKind::Reservation => open.push(event),
            EventKind::Withdrawal => open.retain(|entered| entered.appendix != event.appendix),
            _ => {}
        }
    }
    open
}

/// The exceptions of one taxon from listings of higher taxa.
pub(crate) fn exceptions<'a>(events: &[&'a Event], date: Date) -> Vec<&'a Event> {
    deciding(events, date).filter(|event| event.kind == EventKind::Exception).collect()
}

/// Unverified events that could change the listings in force: those that no later deciding event has overtaken.
pub(crate) fn open_questions<'a>(events: &[&'a Event], date: Date) -> Vec<&'a Event> {
    let overtaken = |question: &Event| {
        deciding(events, date).any(|event| {
            changes_listings(event)
                && (same_list(event, question) || is_settled(event, question))
                && event.effective_from > question.effective_from
        })
    };
    let questions = events.iter().copied().filter(|event| !event.decides() && changes_listings(event));
    questions.filter(|event| event.effective_from <= date && !overtaken(event)).collect()
}

/// Whether an exception from a higher listing is without effect since the taxon has a listing of its own.
fn is_settled(event: &Event, question: &Event) -> bool {
    question.kind == EventKind::Exception
        && event.kind == EventKind::Inclusion
        && event.appendix != Appendix::III
        && event.coverage().covers(None) == Covered::Yes
}

fn changes_listings(event: &Event) -> bool {
    !matches!(event.kind, EventKind::Reservation | EventKind::Withdrawal)
}

fn deciding<'a>(events: &[&'a Event], date: Date) -> impl Iterator<Item = &'a Event> {
    events.iter().copied().filter(move |event| event.decides() && event.effective_from <= date)
}

/// Whether a deletion ends a listing: the same list, and the populations that it names, if it names any.
fn ends(deletion: &Event, listing: &Event) -> bool {
    let names_populations = !deletion.populations_included.is_empty();
    same_list(deletion, listing)
        && (!names_populations || deletion.populations_included == listing.populations_included)
}

fn same_list(event: &Event, listing: &Event) -> bool {
    event.appendix == listing.appendix && event.party == listing.party
}
