//! A history played through: which row ends which.
//!
//! Rows say when a listing began, and whether it is still current, but seldom when it ended. The rule: on each day on
//! which a taxon's listing was changed,
//!
//! * a deletion ends the listings of that Appendix (and party);
//! * a new listing in the same Appendix restates, and so ends, the older one;
//! * a new listing in the other of Appendices I and II ends the older one, unless it is of some populations only;
//! * what is current on the day of the download was never ended;
//! * "included in" a higher taxon ends what the taxon had of its own and begins nothing: the higher taxon's rows do.
//!
//! If what is left at the end is not what the file calls current, nothing of the taxon is believed.

use std::collections::BTreeMap;

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

/// The steps of all taxa.
pub(super) fn replay(changes: Vec<Change>) -> Vec<Step> {
    let mut taxa: BTreeMap<(Rank, String), Vec<Change>> = BTreeMap::new();
    for change in changes {
        taxa.entry((change.rank, name::comparable(&change.taxon))).or_default().push(change);
    }
    taxa.into_values().flat_map(taxon).collect()
}

/// The steps of one taxon.
fn taxon(mut changes: Vec<Change>) -> Vec<Step> {
    changes.sort_by_key(|change| (change.day, change.act, change.line));
    for today in changes.chunk_by_mut(|one, other| one.day == other.day) {
        word_splits(today);
    }
    let mut player = Player { open: Vec::new(), steps: Vec::new(), is_clear: true };
    for today in changes.chunk_by(|one, other| one.day == other.day) {
        if let Some(day) = today.first().and_then(|change| change.day) {
            player.play(day, today);
        }
    }
    let is_current =
        |change: &&Change| change.act == Act::Addition && change.is_current && !change.points_up();
    let current = changes.iter().filter(is_current).count();
    let is_right = player.open.len() == current && player.open.iter().all(|change| change.is_current);
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
        let parts = today.iter_mut().filter(|change| change.act == Act::Addition && !change.points_up());
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
            for change in of(act).filter(|change| !change.points_up()) {
                self.step(change, kind, day, EventStatus::Stated, "");
            }
        }
        self.open.extend(added.into_iter().filter(|change| !change.points_up()));
    }

    fn delete(&mut self, day: Date, deletion: &'c Change, is_relisted: bool) {
        let reaches = |listing: &&Change| {
            listing.appendix == deletion.appendix
                && (deletion.party.is_none() || listing.party == deletion.party)
        };
        let ended: Vec<&Change> = self.open.iter().copied().filter(reaches).collect();
        self.end(day, &ended);
        // A taxon whose last word is a deletion is in no listing of a higher taxon either.
        match (deletion.is_of_the_conference(), deletion.is_current, is_relisted) {
            (true, true, _) => self.step(deletion, EventKind::Exception, day, EventStatus::Stated, ""),
            (true, false, false) => {
                self.step(deletion, EventKind::Exception, day, EventStatus::Unverified, PASSING);
            }
            _ => {}
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
