//! Which listings cover a taxon on a day, and under which conditions.

use jiff::civil::Date;

use crate::chain::{Chain, Depth, Level, Places};
use crate::country::CountryCode;
use crate::event::{Appendix, Event};
use crate::lineage::Lineage;
use crate::name;
use crate::population::{Coverage, Covered};
use crate::timeline;

/// A listing that covers the taxon when all its conditions hold.
pub(crate) struct Found<'a> {
    pub(crate) event: &'a Event,
    pub(crate) conditions: Vec<String>,
}

/// The listings found so far, and why others were left.
pub(crate) struct Selection<'a, 'b> {
    pub(crate) found: Vec<Found<'a>>,
    pub(crate) reasons: Vec<String>,
    taxon: &'b Lineage,
    places: Places<'a, 'b>,
    date: Date,
    origin: Option<CountryCode>,
}

/// What the levels nearer to the taxon have settled.
struct Nearer<'a> {
    covered: Coverage,
    exceptions: Vec<&'a Event>,
}

impl<'a, 'b> Selection<'a, 'b> {
    /// The listings that cover the last taxon of `lineage`, or may cover it, on `date`.
    pub(crate) fn of(
        chain: &Chain<'a>,
        places: Places<'a, 'b>,
        lineage: &'b Lineage,
        date: Date,
        origin: Option<CountryCode>,
    ) -> Self {
        let (found, reasons) = (Vec::new(), Vec::new());
        let mut selection = Self { found, reasons, taxon: lineage, places, date, origin };
        selection.walk(chain);
        selection.add_below(chain);
        selection
    }

    /// From the taxon upwards: each level covers what the levels below it left open.
    fn walk(&mut self, chain: &Chain<'a>) {
        let mut nearer = Nearer { covered: Coverage::nothing(), exceptions: Vec::new() };
        for depth in depths(&chain.levels) {
            let here: Vec<&Level<'a>> = chain.levels.iter().filter(|level| level.depth == depth).collect();
            let covered_here = self.take_level(&here, &nearer);
            nearer.covered = nearer.covered.union(covered_here);
            let exceptions = here.iter().flat_map(|level| timeline::exceptions(&level.events, self.date));
            nearer.exceptions.extend(exceptions);
        }
    }

    /// Taxa of one depth (more than one when the treaty splits what the lineage holds as one), and what they cover.
    fn take_level(&mut self, here: &[&Level<'a>], nearer: &Nearer<'a>) -> Coverage {
        let mut covered = Coverage::nothing();
        for level in here {
            let name = (here.len() > 1).then(|| format!("if the treaty's name is {}", level.taxon));
            for event in timeline::listings(&level.events, self.date) {
                let stands = self.consider(event, nearer, name.as_deref());
                if stands && event.appendix != Appendix::III {
                    covered = covered.union(event.coverage());
                }
            }
        }
        covered
    }

    /// Takes a listing in or says why not; `true` when it stands, and so covers its populations.
    fn consider(&mut self, event: &'a Event, nearer: &Nearer<'a>, name: Option<&str>) -> bool {
        if let Some(why) = self.obstacle(event, nearer) {
            self.say(event, &why);
            return false;
        }
        let own = event.coverage();
        let own_condition = match own.covers(self.origin) {
            Covered::No => {
                self.say(event, "does not cover the population of the given origin");
                return true;
            }
            Covered::Yes => String::new(),
            Covered::Open => own.condition(),
        };
        let residual = match nearer.covered.covers(self.origin) {
            Covered::Open => nearer.covered.complement().condition(),
            _ => String::new(),
        };
        let name = name.unwrap_or_default().to_owned();
        let conditions = [name, own_condition, residual, self.excluded_part(event)];
        let conditions = conditions.into_iter().filter(|condition| !condition.is_empty()).collect();
        self.found.push(Found { event, conditions });
        true
    }

    fn obstacle(&self, event: &'a Event, nearer: &Nearer<'a>) -> Option<String> {
        if nearer.exceptions.iter().any(|exception| exception.appendix == event.appendix) {
            return Some("does not reach the taxon, which is excepted".to_owned());
        }
        if let Some(excluded) = self.excluded_whole(event) {
            return Some(format!("leaves out {excluded}"));
        }
        let settled = nearer.covered.covers(self.origin) == Covered::Yes;
        settled.then(|| "gives way to the nearer listing".to_owned())
    }

    fn say(&mut self, event: &Event, what: &str) {
        self.reasons.push(format!("The listing of {} in Appendix {} {what}.", event.taxon, event.appendix));
    }

    /// The excluded taxon that is the asked one or an ancestor of it.
    fn excluded_whole(&self, event: &'a Event) -> Option<&'a str> {
        event.excluded_taxa.iter().map(String::as_str).find(|excluded| {
            let name = name::comparable(excluded);
            self.places.locate(&name, self.places.rank_of(&name)).is_some()
        })
    }

    /// Excluded taxa that are, or for a taxon above species can be, part of the asked one.
    fn excluded_part(&self, event: &Event) -> String {
        let is_part = |excluded: &str| {
            let name = name::comparable(excluded);
            self.taxon.is_above_species() || self.places.is_below(&name, self.places.rank_of(&name))
        };
        let parts: Vec<&str> =
            event.excluded_taxa.iter().map(String::as_str).filter(|excluded| is_part(excluded)).collect();
        if parts.is_empty() { String::new() } else { format!("except {}", parts.join(", ")) }
    }

    /// Listings of subspecies stand beside those of the species, each under its condition; so do those of the species
    /// of a genus.
    fn add_below(&mut self, chain: &Chain<'a>) {
        let open: Vec<(&str, Vec<&'a Event>)> = chain
            .below
            .iter()
            .map(|level| (level.taxon, timeline::listings(&level.events, self.date)))
            .filter(|(_, listings)| !listings.is_empty())
            .collect();
        if open.is_empty() {
            return;
        }
        let names = open.iter().map(|(taxon, _)| *taxon).collect::<Vec<_>>().join(", ");
        for found in &mut self.found {
            found.conditions.push(format!("other than {names}"));
        }
        if self.found.is_empty() {
            self.reasons.push(format!("Listed apart: {names}; the rest of the taxon is not listed."));
        }
        for (taxon, events) in open {
            self.found.extend(events.into_iter().map(|event| part(taxon, event)));
        }
    }
}

/// A listing of a part of the asked taxon.
fn part<'a>(taxon: &str, event: &'a Event) -> Found<'a> {
    let conditions = [format!("only {} {taxon}", event.rank), event.coverage().condition()];
    Found { event, conditions: conditions.into_iter().filter(|condition| !condition.is_empty()).collect() }
}

/// The depths of the levels, from the taxon upwards.
fn depths(levels: &[Level<'_>]) -> Vec<Depth> {
    let mut depths: Vec<Depth> = levels.iter().map(|level| level.depth).collect();
    depths.dedup();
    depths.reverse();
    depths
}
