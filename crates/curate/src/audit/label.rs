//! Labels that the nearest specimens contradict.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use saola_refdb::TaxonNumber;
use saola_seq::Genome;

use super::{
    Draft,
    finding::{Distance, FindingKind, ProposedTier},
    library::{Facts, Level, Library},
    limits::{APART, CLOSE, KIN_MARGIN, MOST_RELATIVES, NEAR, NEAR_SLOW},
    neighbours::Witness,
    view::View,
};

/// The specimens around a record, at one level.
struct Vote<'w> {
    /// Specimens of the label's taxon, the record's own included.
    own: usize,
    /// The largest other taxon.
    stranger: TaxonNumber,
    strangers: Vec<&'w Witness>,
}

/// The conflict at the highest level at which there is one.
pub(crate) fn conflict(library: &Library<'_>, record: u32, witnesses: &[Witness]) -> Option<Draft> {
    let view = OnceCell::new();
    let case = Case { library, record, witnesses, view: &view };
    case.family().or_else(|| case.genus()).or_else(|| case.species())
}

/// A record whose label is being judged.
#[derive(Clone, Copy)]
struct Case<'c, 'l> {
    library: &'c Library<'l>,
    record: u32,
    witnesses: &'c [Witness],
    view: &'c OnceCell<View>,
}

impl<'c> Case<'c, '_> {
    /// Within one difference in so many columns, specimens have a vote.
    fn radius(&self, level: Level) -> u64 {
        if level == Level::Species { CLOSE } else { self.near() }
    }

    fn near(&self) -> u64 {
        let record = self.library.release.record(self.record);
        let is_fast = record
            .is_some_and(|record| record.marker().coding && record.marker().genome == Genome::Mitochondrion);
        if is_fast { NEAR } else { NEAR_SLOW }
    }

    /// The vote, if it goes against the label. Genera are compared within their family, species within their genus.
    fn vote(&self, level: Level) -> Option<Vote<'c>> {
        let label = self.library.facts(self.record).at(level)?;
        let mut own = 1;
        let mut strangers: BTreeMap<TaxonNumber, Vec<&Witness>> = BTreeMap::new();
        for witness in self.witnesses.iter().filter(|one| one.near.distance.within_one_in(self.radius(level)))
        {
            let other = self.library.facts(witness.record);
            if level.above().is_some_and(|above| other.at(above) != self.library.facts(self.record).at(above))
            {
                continue;
            }
            match other.at(level) {
                Some(taxon) if taxon == label => own += 1,
                Some(_) if level == Level::Genus && is_renamed(self.library, self.record, witness.record) => {
                    own += 1;
                }
                Some(taxon) => strangers.entry(taxon).or_default().push(witness),
                None => {}
            }
        }
        // The first of the largest, so that the answer depends on nothing but the records.
        let (stranger, strangers) = strangers.into_iter().rev().max_by_key(|(_, found)| found.len())?;
        (strangers.len() >= own).then_some(Vote { own, stranger, strangers })
    }

    fn family(&self) -> Option<Draft> {
        let vote = self.vote(Level::Family)?;
        let taxonomy = self.library.release.taxonomy();
        let in_panel = |record: u32| taxonomy.panel_entry(self.library.facts(record).taxon);
        let is_tie = vote.strangers.len() == vote.own;
        let panel = vote.strangers.first().and_then(|witness| in_panel(witness.record));
        // People and domestic animals contaminate; they are rarely contaminated.
        if is_tie
            && (in_panel(self.record).is_some() || panel.is_none() && self.is_acquitted(&vote, Level::Family))
        {
            return None;
        }
        let Some(panel) = panel else {
            return Some(self.draft(
                Level::Family,
                FindingKind::FamilyConflict,
                &vote,
                ProposedTier::Quarantine,
            ));
        };
        let mut found =
            self.draft(Level::Family, FindingKind::Contamination, &vote, ProposedTier::Quarantine);
        found.reason =
            format!("contamination: nearly the sequence of {} ({})", panel.taxon, panel.common_name);
        Some(found)
    }

    fn genus(&self) -> Option<Draft> {
        let vote = self.vote(Level::Genus)?;
        let is_tie = vote.strangers.len() == vote.own;
        let tier = self.genus_tier(&vote)?;
        (!is_tie || !self.is_acquitted(&vote, Level::Genus))
            .then(|| self.draft(Level::Genus, FindingKind::GenusConflict, &vote, tier))
    }

    /// Genera that lie near each other are common, so a vote needs more: the label's own elsewhere, or strangers that are close.
    fn genus_tier(&self, vote: &Vote<'_>) -> Option<ProposedTier> {
        let is_alone = vote.own == 1;
        let is_outvoted = is_alone && vote.strangers.len() > 1;
        if self.elsewhere(Level::Species, Level::Genus, 1)
            || is_outvoted && self.elsewhere(Level::Genus, Level::Genus, 1)
        {
            return Some(ProposedTier::Quarantine);
        }
        if !is_alone {
            return None;
        }
        let is_close = |witness: &&&Witness| witness.near.distance.within_one_in(CLOSE);
        match vote.strangers.iter().filter(is_close).count() {
            0 => None,
            1 => Some(ProposedTier::Screening),
            _ => Some(ProposedTier::Quarantine),
        }
    }

    fn species(&self) -> Option<Draft> {
        let vote = self.vote(Level::Species)?;
        let is_tie = vote.strangers.len() == vote.own;
        (self.elsewhere(Level::Species, Level::Species, vote.own)
            && !(is_tie && self.is_acquitted(&vote, Level::Species)))
        .then(|| self.draft(Level::Species, FindingKind::SpeciesConflict, &vote, ProposedTier::Quarantine))
    }

    fn view(&self) -> &'c View {
        self.view.get_or_init(|| View::of(self.library, self.library.facts(self.record).haplotype))
    }

    /// Haplotypes of a taxon that are surely not within the radius of this record: by the least differences alone.
    fn apart(&self, taxon: TaxonNumber, level: Level) -> impl Iterator<Item = u32> + '_ {
        let limit = if level == Level::Species { APART } else { self.near() };
        let own = self.library.haplotype(self.library.facts(self.record).haplotype);
        let members = self.library.members(own.marker, taxon).iter().copied();
        members.filter(move |other| !self.view().at_least(self.library, *other).within_one_in(limit))
    }

    /// Whether at least so many specimens of the label's taxon lie away from the record.
    fn elsewhere(&self, of: Level, level: Level, least: usize) -> bool {
        let facts = self.library.facts(self.record);
        let Some(taxon) = facts.at(of) else { return false };
        let mut specimens = BTreeSet::new();
        for other in self.apart(taxon, level) {
            let records = self.library.haplotype(other).records.iter().map(|one| self.library.facts(*one));
            let own = records.filter(|one| one.at(of) == Some(taxon) && one.specimen != facts.specimen);
            specimens.extend(own.map(|one| one.specimen));
            if specimens.len() >= least {
                return true;
            }
        }
        false
    }

    /// When votes are equal: whether the strangers are at fault. They are if others of their species lie away from this
    /// sequence and none of the label's does; or else if the label's other kin are clearly nearer to it than theirs.
    fn is_acquitted(&self, vote: &Vote<'_>, level: Level) -> bool {
        let own = self.library.facts(self.record);
        let Some(witness) = vote.strangers.first() else { return false };
        let theirs = self.library.facts(witness.record);
        let lies_away = |label: &Facts| {
            label.at(Level::Species).is_some_and(|species| self.apart(species, level).next().is_some())
        };
        match (lies_away(own), lies_away(theirs)) {
            (false, true) => return true,
            (true, false) => return false,
            _ => {}
        }
        let kin = self.nearest_kin(own, level).zip(self.nearest_kin(theirs, level));
        kin.is_some_and(|(own, theirs)| own.is_clearly_below(theirs, KIN_MARGIN))
    }

    /// How near the nearest of a label's species, or else genus, or else family, is that lies away from the record.
    fn nearest_kin(&self, label: &Facts, level: Level) -> Option<Distance> {
        let levels = [Level::Species, Level::Genus, Level::Family];
        let taxa =
            levels.into_iter().filter(|one| *one as usize >= level as usize).filter_map(|one| label.at(one));
        let mut kin: Vec<u32> = Vec::new();
        for taxon in taxa {
            let more: Vec<u32> = self.apart(taxon, level).take(MOST_RELATIVES).collect();
            kin.extend(more);
        }
        kin.truncate(MOST_RELATIVES);
        self.view().nearest(self.library, kin.into_iter()).map(|near| near.distance)
    }

    fn draft(&self, level: Level, kind: FindingKind, vote: &Vote<'_>, tier: ProposedTier) -> Draft {
        let label = self.library.facts(self.record).at(level).map_or("", |taxon| self.library.name(taxon));
        let others = match vote.own - 1 {
            0 => format!("no other of {label}"),
            others => format!("{others} of {label}"),
        };
        let tenths = 1000 / self.radius(level);
        let percent =
            if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("0.{tenths}") };
        let count = vote.strangers.len();
        let specimens = if count == 1 { "specimen" } else { "specimens" };
        let stranger = self.library.name(vote.stranger);
        let reason = format!("{kind}: {count} {specimens} of {stranger} within {percent} % and {others}");
        let evidence = vote.strangers.iter().map(|witness| (witness.record, witness.near.distance)).collect();
        Draft { record: self.record, kind, tier, reason, evidence }
    }
}

/// The same epithet in another genus, but for its ending: one species under an old and a new name.
fn is_renamed(library: &Library<'_>, record: u32, other: u32) -> bool {
    let stem = |record: u32| {
        let species = library.facts(record).at(Level::Species)?;
        let epithet = library.name(species).split(' ').nth(1)?;
        let stem = epithet.trim_end_matches(['a', 'e', 'i', 'o', 'r', 's', 'u', 'm']);
        (stem.len() > 2).then(|| stem.to_owned())
    };
    stem(record).is_some_and(|one| stem(other).is_some_and(|other| one == other))
}
