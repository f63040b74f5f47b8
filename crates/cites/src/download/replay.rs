//! A history played through: which row ends which.
//!
//! Rows say when a listing began, and whether it is still current, but seldom when it ended. The rule: on each day on
//! which a taxon's listing was changed,
//!
//! * a deletion ends the listings of that Appendix (and party);
//! * a new listing in the same Appendix restates, and so ends, the older one;
//! * a new listing in the other of Appendices I and II ends the older one, unless it is of some populations only;
//! * what is current on the day of the download was never ended.
//!
//! If what is left at the end is not what the file calls current, nothing of the taxon is believed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::change::{Act, Change};
use super::wording;
use crate::event::{Appendix, EventKind, EventStatus};
use crate::name;
use crate::rank::Rank;

/// An event to be made of a change.
pub(super) struct Step {
    pub(super) change: Change,
    pub(super) kind: EventKind,
    pub(super) day: Date,
    pub(super) status: EventStatus,
    pub(super) note: &'static str,
}

/// Why nothing is believed.
const UNCLEAR: &str = "the file does not say when the listings of the taxon ended";
/// Why a deletion in the middle is not believed to take the taxon out of a higher listing.
const PASSING: &str = "whether a listing of a higher taxon went on is not said";

/// Most changes of one taxon.
const MOST_CHANGES: usize = 1_000;

/// The steps of all taxa.
pub(super) fn replay(changes: Vec<Change>) -> Vec<Step> {
    let is_listing = |change: &&Change| change.act == Act::Addition && change.is_of_the_conference();
    let higher = changes.iter().filter(is_listing).filter(|change| change.rank < Rank::Species);
    let listed: BTreeSet<String> = higher.map(|change| name::comparable(&change.taxon)).collect();
    let mut taxa: BTreeMap<(String, Rank, String), Vec<Change>> = BTreeMap::new();
    for change in changes {
        let key = (change.within.clone(), change.rank, name::comparable(&change.taxon));
        taxa.entry(key).or_default().push(change);
    }
    taxa.into_values().flat_map(|changes| taxon(changes, &listed)).collect()
}

/// The steps of one taxon.
fn taxon(mut changes: Vec<Change>, listed: &BTreeSet<String>) -> Vec<Step> {
    changes.sort_by_key(|change| (change.day, change.act, change.line));
    for today in changes.chunk_by_mut(|one, other| one.day == other.day) {
        word_splits(today);
    }
    // No taxon has so many changes; more would take time without end.
    let is_usual = changes.len() <= MOST_CHANGES;
    changes.truncate(MOST_CHANGES);
    let mut above = changes.iter().flat_map(|change| &change.above).peekable();
    let has_higher_listings =
        above.peek().is_none() || above.any(|(_, higher)| listed.contains(&name::comparable(higher)));
    let mut player = Player { open: Vec::new(), steps: Vec::new(), is_clear: is_usual, has_higher_listings };
    for today in changes.chunk_by(|one, other| one.day == other.day) {
        if let Some(day) = today.first().and_then(|change| change.day) {
            player.play(day, today);
        }
    }
    let is_current = |change: &&Change| change.act == Act::Addition && change.is_current;
    let current = changes.iter().filter(is_current).count();
    // A taxon that another took up may have been forgotten since: the other's rows say how it is listed.
    let told: Vec<&&Change> =
        player.open.iter().filter(|change| change.is_current || !change.points_up()).collect();
    let is_right = told.len() == current && told.iter().all(|change| change.is_current);
    if player.is_clear && is_right {
        return player.steps;
    }
    let doubted = |step: Step| match step.kind {
        EventKind::Reservation | EventKind::Withdrawal => step,
        _ => Step { status: EventStatus::Unverified, note: UNCLEAR, ..step },
    };
    player.steps.into_iter().map(doubted).collect()
}

/// Where both Appendices I and II take a taxon in on one day, each takes a part, whether its annotation says so or not.
fn word_splits(today: &mut [Change]) {
    let takes_in = |appendix: Appendix| {
        today.iter().any(|change| change.act == Act::Addition && change.appendix == appendix)
    };
    if takes_in(Appendix::I) && takes_in(Appendix::II) {
        let parts = today.iter_mut().filter(|change| change.act == Act::Addition);
        for change in parts.filter(|change| change.is_of_the_conference()) {
            change.wording = wording::in_part(&change.wording);
        }
    }
}

struct Player<'c> {
    open: Vec<&'c Change>,
    steps: Vec<Step>,
    /// Whether each end could be told from the others.
    is_clear: bool,
    /// Whether the file lists, at some time, something that the taxon may belong to.
    has_higher_listings: bool,
}

impl<'c> Player<'c> {
    fn play(&mut self, day: Date, today: &'c [Change]) {
        let of = |act: Act| today.iter().filter(move |change| change.act == act);
        let added: Vec<&Change> = of(Act::Addition).collect();
        for change in of(Act::Deletion) {
            self.delete(day, change, !added.is_empty());
        }
        let ended: Vec<&Change> =
            self.open.iter().copied().filter(|listing| is_ended(listing, &added)).collect();
        self.end(day, &ended);
        let others = [
            (Act::Withdrawal, EventKind::Withdrawal),
            (Act::Reservation, EventKind::Reservation),
            (Act::Exception, EventKind::Exception),
            (Act::Addition, EventKind::Inclusion),
        ];
        for (act, kind) in others {
            for change in of(act) {
                // An exception that is no longer current ended some day, and nothing says when.
                let is_over = act == Act::Exception && !change.is_current;
                let (status, note) =
                    if is_over { (EventStatus::Unverified, PASSING) } else { (EventStatus::Stated, "") };
                self.step(change, kind, day, status, note);
            }
        }
        self.open.extend(added);
    }

    fn delete(&mut self, day: Date, deletion: &'c Change, is_relisted: bool) {
        let reaches = |listing: &&Change| {
            listing.appendix == deletion.appendix
                && (deletion.party.is_none() || listing.party == deletion.party)
        };
        let ended: Vec<&Change> = self.open.iter().copied().filter(reaches).collect();
        // The end of a part leaves the rest: which, is not said unless the part has a listing of its own.
        let is_part = wording::speaks_of_parts(&deletion.wording)
            || (!deletion.is_current && wording::limits(&deletion.wording));
        let is_whole = !is_part;
        self.is_clear &= is_whole || ended.iter().all(|listing| listing.wording == deletion.wording);
        self.end(day, &ended);
        // Whether a listing of a higher taxon, then or later, reaches the taxon is not said.
        if deletion.is_of_the_conference() && !is_relisted && self.has_higher_listings {
            self.step(deletion, EventKind::Exception, day, EventStatus::Unverified, PASSING);
        }
    }

    fn end(&mut self, day: Date, ended: &[&'c Change]) {
        self.open.retain(|listing| !ended.contains(listing));
        for listing in ended {
            let is_alone = self.open.iter().all(|other| !other.same_list(listing));
            let is_told_apart = self
                .open
                .iter()
                .filter(|other| other.same_list(listing))
                .all(|other| wording::limits(&listing.wording) && other.wording != listing.wording);
            self.is_clear &= is_alone || is_told_apart;
            let mut end = (*listing).clone();
            if is_alone {
                end.wording = String::new();
            }
            self.step(&end, EventKind::Deletion, day, EventStatus::Stated, "");
        }
    }

    fn step(&mut self, change: &Change, kind: EventKind, day: Date, status: EventStatus, note: &'static str) {
        self.steps.push(Step { change: change.clone(), kind, day, status, note });
    }
}

/// Whether the listings of a new day end an older one.
fn is_ended(listing: &Change, added: &[&Change]) -> bool {
    let of_conference: Vec<&&Change> = added.iter().filter(|change| change.is_of_the_conference()).collect();
    let is_whole = of_conference.iter().any(|change| !wording::limits(&change.wording));
    !listing.is_current && (added.iter().any(|change| change.same_list(listing)) || is_whole)
}
