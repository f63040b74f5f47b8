//! Which events concern a lineage, and at which level of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::event::Event;
use crate::file::{EventRow, ListingFile};
use crate::group::Group;
use crate::lineage::Lineage;
use crate::name;
use crate::rank::Rank;

/// How far down a taxon stands: position in the lineage of the name it was found by, then its own rank. The whales
/// (an order of the treaty) are found by their families and so stand just above those.
pub(crate) type Depth = (usize, Rank);

/// The events on one taxon of the treaty.
pub(crate) struct Level<'a> {
    pub(crate) depth: Depth,
    pub(crate) taxon: &'a str,
    pub(crate) events: Vec<&'a Event>,
}

/// Everything of a file that concerns a lineage.
pub(crate) struct Chain<'a> {
    /// The taxon and its ancestors, from the root down.
    pub(crate) levels: Vec<Level<'a>>,
    /// Taxa below the last one of the lineage: subspecies of a species, species and subspecies of a genus.
    pub(crate) below: Vec<Level<'a>>,
    /// Groups that hold the taxon, from the root down.
    pub(crate) groups: Vec<&'a Group>,
}

impl Chain<'_> {
    /// The day up to which the file is complete for the taxon, by the innermost group that says so.
    pub(crate) fn complete_through(&self) -> Option<Date> {
        self.groups.iter().rev().find_map(|group| group.complete_through)
    }

    /// The day up to which it holds every reservation, by the same group.
    pub(crate) fn reservations_through(&self) -> Option<Date> {
        let innermost = self.groups.iter().rev().find(|group| group.complete_through.is_some());
        innermost.and_then(|group| group.reservations_through)
    }
}

impl ListingFile {
    /// All that concerns `lineage`. Time O(log(events + groups)) for each of its names, and what is found.
    pub(crate) fn chain(&self, lineage: &Lineage) -> Chain<'_> {
        let places = Places::of(self, lineage);
        let mut levels = BTreeMap::new();
        let mut below = BTreeMap::new();
        let called = lineage.names().chain(places.groups.keys().copied()).collect::<BTreeSet<&str>>();
        let last = lineage.nodes().len().saturating_sub(1);
        let is_last = |name: &&str| {
            lineage.is_called(name) || places.groups.get(*name).is_some_and(|(position, _)| *position == last)
        };
        let rows = called.iter().flat_map(|name| self.events_on(name, is_last(name)));
        let rows: BTreeMap<&str, &EventRow> = rows.map(|row| (row.event.event_id.as_str(), row)).collect();
        for row in rows.into_values().filter(|row| places.groups.contains_key(row.within.as_str())) {
            let rank = row.event.rank;
            if let Some(depth) = places.locate(&row.taxon, rank) {
                push(&mut levels, depth, &row.event);
            } else if places.is_below(&row.taxon, rank) {
                push(&mut below, (lineage.nodes().len(), rank), &row.event);
            }
        }
        Chain { levels: into_levels(levels), below: into_levels(below), groups: places.into_groups() }
    }
}

/// Where the taxa of a file stand in a lineage.
pub(crate) struct Places<'a, 'b> {
    file: &'a ListingFile,
    lineage: &'b Lineage,
    /// The groups that hold the taxon, by name.
    groups: BTreeMap<&'a str, (usize, &'a Group)>,
}

impl<'a, 'b> Places<'a, 'b> {
    pub(crate) fn of(file: &'a ListingFile, lineage: &'b Lineage) -> Self {
        let groups = lineage
            .names()
            .flat_map(|name| file.groups_called(name))
            .filter_map(|(name, group)| Some((name, (group.position(lineage)?, group))))
            .collect();
        Self { file, lineage, groups }
    }

    /// Where a taxon of the treaty (name in comparable form) stands, by its own name or by a member's.
    pub(crate) fn locate(&self, taxon: &str, rank: Rank) -> Option<Depth> {
        let position = match self.file.group(taxon) {
            Some(group) if group.rank == rank => self.groups.get(taxon).map(|(position, _)| *position),
            _ => self.lineage.position(rank, taxon),
        };
        Some((position?, rank))
    }

    /// Whether a taxon of the treaty belongs to the last taxon of the lineage, as its name shows.
    pub(crate) fn is_below(&self, taxon: &str, rank: Rank) -> bool {
        let Some(last_rank) = self.lineage.last_rank() else { return false };
        let last = self.lineage.nodes().len() - 1;
        let parents = [(Rank::Species, 2), (Rank::Genus, 1)];
        parents.into_iter().filter(|(parent, _)| *parent == last_rank && *parent < rank).any(
            |(parent, words)| {
                name::prefix(taxon, words)
                    .and_then(|prefix| self.locate(&prefix, parent))
                    .is_some_and(|(position, _)| position == last)
            },
        )
    }

    /// Rank of a taxon that only its name (in comparable form) tells of: as the groups say, or by ending or words.
    pub(crate) fn rank_of(&self, taxon: &str) -> Rank {
        match (self.file.group(taxon), taxon.split(' ').count()) {
            (Some(group), _) => group.rank,
            (None, 1) if taxon.ends_with("idae") || taxon.ends_with("aceae") => Rank::Family,
            (None, 1) => Rank::Genus,
            (None, 2) => Rank::Species,
            (None, _) => Rank::Subspecies,
        }
    }

    fn into_groups(self) -> Vec<&'a Group> {
        let mut groups: Vec<(Depth, &Group)> =
            self.groups.into_values().map(|(position, group)| ((position, group.rank), group)).collect();
        groups.sort_by(|(left, a), (right, b)| left.cmp(right).then_with(|| a.taxon.cmp(&b.taxon)));
        groups.into_iter().map(|(_, group)| group).collect()
    }
}

type Levels<'a> = BTreeMap<(Depth, &'a str), Vec<&'a Event>>;

fn push<'a>(levels: &mut Levels<'a>, depth: Depth, event: &'a Event) {
    levels.entry((depth, event.taxon.as_str())).or_default().push(event);
}

/// Events of a level in the order in which they are applied.
fn into_levels(levels: Levels<'_>) -> Vec<Level<'_>> {
    levels
        .into_iter()
        .map(|((depth, taxon), events)| Level { depth, taxon, events: sorted(events) })
        .collect()
}

fn sorted(mut events: Vec<&Event>) -> Vec<&Event> {
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    events
}
