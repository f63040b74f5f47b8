//! Whether a download is whole, or was narrowed to some taxa.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::bridges;
use super::change::Change;
use crate::event::{Appendix, Event};
use crate::file::{EventRow, ListingFile};
use crate::group::Group;
use crate::name;
use crate::rank::Rank;
use crate::timeline;

/// Of the listed taxa that the built-in file knows, a whole download names at least nine in ten above species ...
const LEAST_ABOVE_SPECIES: (usize, usize) = (9, 10);
/// ... and of each class at least one in two: names of species change over the years.
const LEAST_OF_A_CLASS: (usize, usize) = (1, 2);

/// The group of a kingdom.
pub(super) fn group_of(kingdom: &str) -> String {
    super::capitalised(&name::kingdom(kingdom))
}

/// A group for each kingdom of the file, complete through `day` if the file is whole for it; and the built-in bridges.
pub(super) fn kingdoms(changes: &[Change], day: Date, built_in: &ListingFile) -> Vec<Group> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in changes {
        named.entry(change.within.clone()).or_default().insert(name::comparable(&change.taxon));
    }
    let kingdoms = named.into_iter().map(|(kingdom, names)| {
        let other_name = match kingdom.as_str() {
            "Animalia" => vec![(Rank::Kingdom, "Metazoa".to_owned())],
            "Plantae" => vec![(Rank::Kingdom, "Viridiplantae".to_owned())],
            _ => Vec::new(),
        };
        let has_all_lists = [Appendix::I, Appendix::II, Appendix::III].into_iter().all(|appendix| {
            changes.iter().any(|change| change.within == kingdom && change.appendix == appendix)
        });
        // A history of what is current alone is none.
        let has_a_past = changes.iter().any(|change| change.day.is_none() || !change.is_current);
        let is_whole = has_all_lists && has_a_past && is_whole(&kingdom, &names, day, built_in);
        let complete = is_whole.then_some(day);
        Group {
            rank: Rank::Kingdom,
            members: other_name,
            above: Vec::new(),
            complete_through: complete,
            reservations_through: complete,
            note: String::new(),
            taxon: kingdom.clone(),
            kingdom,
        }
    });
    kingdoms.chain(bridges(built_in)).collect()
}

/// Whether the names of a file hold those of the taxa that the built-in file has in the kingdom on that day.
fn is_whole(kingdom: &str, names: &BTreeSet<String>, day: Date, built_in: &ListingFile) -> bool {
    let mut taxa: BTreeMap<(&str, &str), Vec<&EventRow>> = BTreeMap::new();
    for row in built_in.event_rows() {
        taxa.entry((&row.within, &row.taxon)).or_default().push(row);
    }
    let mut classes: BTreeMap<&str, Share> = BTreeMap::new();
    let mut above_species = Share::default();
    for ((within, taxon), mut rows) in taxa {
        rows.sort_by(|one, other| one.event.order().cmp(&other.event.order()));
        let events: Vec<&Event> = rows.iter().map(|row| &row.event).collect();
        let group = built_in.group(within).filter(|group| group_of(&group.kingdom) == kingdom);
        let listed = group.zip(timeline::listings(&events, day).first().copied());
        let Some((group, listing)) = listed else { continue };
        let is_named = names.contains(taxon);
        if listing.rank <= Rank::Genus {
            above_species.count(is_named);
        }
        if let Some((_, class)) = group.above.iter().find(|(rank, _)| *rank == Rank::Class) {
            classes.entry(class).or_default().count(is_named);
        }
    }
    above_species.is_at_least(LEAST_ABOVE_SPECIES)
        && classes.values().all(|share| share.is_at_least(LEAST_OF_A_CLASS))
}

/// How many of some names are there.
#[derive(Default)]
struct Share {
    there: usize,
    all: usize,
}

impl Share {
    fn count(&mut self, is_there: bool) {
        self.all += 1;
        self.there += usize::from(is_there);
    }

    fn is_at_least(&self, (part, whole): (usize, usize)) -> bool {
        self.there * whole >= self.all * part
    }
}
