//! The sentences of the trail.

use jiff::civil::Date;

use crate::chain::Chain;
use crate::event::{Event, EventKind, EventStatus};
use crate::status::Circumstances;

/// The events up to the date, one sentence each, in their order. Reservations are told for the party in question
/// only. The sentence of an event does not depend on the date: a later date only adds sentences.
pub(crate) fn trail(chain: &Chain<'_>, date: Date, circumstances: &Circumstances) -> Vec<String> {
    let mut events: Vec<&Event> = chain
        .levels
        .iter()
        .chain(&chain.below)
        .flat_map(|level| level.events.iter().copied())
        .filter(|event| event.effective_from <= date && concerns(event, circumstances))
        .collect();
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    events.into_iter().map(sentence).collect()
}

fn concerns(event: &Event, circumstances: &Circumstances) -> bool {
    match event.kind {
        EventKind::Reservation | EventKind::Withdrawal => event.party == circumstances.party,
        _ => true,
    }
}

/// One event in words.
pub(crate) fn sentence(event: &Event) -> String {
    let mut text = format!("{}: {}", event.effective_from, act(event));
    let coverage = event.coverage().condition();
    let excluded = event.excluded_taxa.join(", ");
    let details = [
        ("", coverage.as_str()),
        ("leaving out ", excluded.as_str()),
        ("annotation ", event.hash_annotation.as_str()),
        ("", event.annotation.as_str()),
    ];
    for (label, detail) in details {
        if !detail.is_empty() {
            text.push_str("; ");
            text.push_str(label);
            text.push_str(detail);
        }
    }
    text + &source(event)
}

fn act(event: &Event) -> String {
    let (rank, taxon, appendix) = (event.rank, &event.taxon, event.appendix);
    let party = event.party.map(|party| party.to_string()).unwrap_or_default();
    let by_party = if party.is_empty() { String::new() } else { format!(" by {party}") };
    match event.kind {
        EventKind::Inclusion => format!("{rank} {taxon} included in Appendix {appendix}{by_party}"),
        EventKind::Deletion => format!("listing of {rank} {taxon} in Appendix {appendix}{by_party} ended"),
        EventKind::Amendment => {
            format!("listing of {rank} {taxon} in Appendix {appendix}{by_party} restated")
        }
        EventKind::Exception => {
            format!("{rank} {taxon} excepted from the Appendix {appendix} listing above it")
        }
        EventKind::Reservation => {
            format!("{party} entered a reservation on {rank} {taxon} in Appendix {appendix}")
        }
        EventKind::Withdrawal => {
            format!("{party} withdrew its reservation on {rank} {taxon} in Appendix {appendix}")
        }
    }
}

fn source(event: &Event) -> String {
    let document = if event.document.is_empty() { "document not recorded" } else { &event.document };
    let note = match (event.status, event.status_note.as_str()) {
        (EventStatus::Unverified, "") => ": not applied".to_owned(),
        (EventStatus::Unverified, note) => format!(": not applied, {note}"),
        (_, "") => String::new(),
        (_, note) => format!(": {note}"),
    };
    format!(" [event {}; {document}; {}{note}].", event.event_id, event.status)
}
