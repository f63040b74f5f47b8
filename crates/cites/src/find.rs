//! Taxa by name, for those who have no taxonomy at hand.

use std::collections::BTreeSet;

use crate::file::ListingFile;
use crate::lineage::Lineage;
use crate::name;
use crate::rank::Rank;

impl ListingFile {
    /// The lineage of a taxon as far as the file tells it: kingdom and group, genus of a binomial, and the taxon.
    ///
    /// `None` for a name that the file does not hold: neither as a taxon of an event or group, nor as a member of a group, nor as a
    /// species of a genus among these, nor as the genus of a species.
    pub fn find(&self, taxon: &str) -> Option<Lineage> {
        let wanted = name::comparable(taxon);
        let genus = name::prefix(&wanted, 1);
        let of_its_species = || {
            let is_genus = !wanted.is_empty() && !wanted.contains(' ');
            let species = self.events_on(&wanted, true).next().filter(|_| is_genus);
            species.map(|row| (row.within.clone(), Rank::Genus))
        };
        let known = self.find_exactly(&wanted).or_else(of_its_species);
        let (group, rank) = match (known, &genus) {
            (Some(found), _) => found,
            (None, Some(genus)) => {
                let (group, rank) = self.find_exactly(genus)?;
                let words = wanted.split(' ').count();
                let below = if words == 2 { Rank::Species } else { Rank::Subspecies };
                (group, Some(below).filter(|_| rank == Rank::Genus)?)
            }
            (None, None) => return None,
        };
        let group = self.group(&group)?;
        let mut names = vec![(Rank::Kingdom, group.kingdom.clone()), (group.rank, group.taxon.clone())];
        names.extend(group.above.iter().cloned());
        if rank > Rank::Genus {
            names.extend(genus.map(|genus| (Rank::Genus, genus)));
        }
        if rank > Rank::Species {
            names.extend(name::prefix(&wanted, 2).map(|species| (Rank::Species, species)));
        }
        names.retain(|(other, _)| *other < rank);
        names.push((rank, wanted));
        Some(Lineage::new(names.into_iter().map(|(rank, name)| (rank.to_string(), name))))
    }

    /// The group (in comparable form) and rank of a name in comparable form; where several events have it, of the first.
    fn find_exactly(&self, wanted: &str) -> Option<(String, Rank)> {
        let event = self.event_rows().find(|row| row.taxon == wanted);
        let of_event = event.map(|row| (row.within.clone(), row.event.rank));
        let of_group = || self.group(wanted).map(|group| (wanted.to_owned(), group.rank));
        let of_member = || {
            let mut members = self.named_groups().flat_map(|(name, group)| {
                group.members.iter().map(move |(rank, member)| (name, *rank, member))
            });
            let found = members.find(|(_, _, member)| name::comparable(member) == wanted);
            found.map(|(group, rank, _)| (group.to_owned(), rank))
        };
        of_event.or_else(of_group).or_else(of_member)
    }

    /// The species of a genus that events name, as they are written there.
    pub fn species_of(&self, genus: &str) -> BTreeSet<&str> {
        let genus = name::comparable(genus);
        let rows = self.events_on(&genus, true).filter(|row| row.event.rank == Rank::Species);
        rows.map(|row| row.event.taxon.as_str()).collect()
    }

    /// All names of taxa in the file, as they are written there.
    pub fn names(&self) -> BTreeSet<&str> {
        let events = self.events().map(|event| event.taxon.as_str());
        let groups = self.groups().flat_map(|group| {
            std::iter::once(group.taxon.as_str()).chain(group.members.iter().map(|(_, name)| name.as_str()))
        });
        events.chain(groups).collect()
    }
}
