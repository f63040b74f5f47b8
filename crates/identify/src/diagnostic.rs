//! S7: positions that tell a species from its relatives.
//!
//! The other gates count differences; this one asks at which positions they are. A position is diagnostic for two species when all
//! records of one have the same base there, and all records of the other the same other base (pure diagnostic characters: P. Z. Goldstein
//! and R. `DeSalle`, "Phylogenetic species, nested hierarchies, and character fixation", Cladistics 16, 2000). A query of the species agrees with
//! it at these positions; one put together of two species, or of a third one in between, does not.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_refdb::TaxonNumber;
use saola_search::{Kind, Strand, align};
use saola_seq::iupac::is_base;

use crate::{Blocks, Gate, GateStatus, Profile, clade::Clade, field::Field, gate::status, profile::share};

/// The bases that records have beside each position of the query; a gap counts as one.
type Characters = Vec<BTreeSet<u8>>;

/// At how many diagnostic positions the query agrees with the one species and with the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Agreement {
    with: u32,
    against: u32,
}

/// The clade against each other species of its genera, and against the species of the nearest record outside.
pub(crate) fn diagnostic_positions(field: &Field<'_>, profile: &Profile, clade: &Clade<'_, '_>) -> Gate {
    let limit = profile.diagnostic.maximum_against;
    let gate = |status| {
        Gate::new("S7", status, Blocks::Species, profile)
            .limit(format!("at most {} of {} against, for each other species", limit[0], limit[1]))
    };
    let members = characters(field, clade.members());
    let agreements: BTreeMap<TaxonNumber, Agreement> = relatives(field, clade)
        .into_iter()
        .map(|(species, records)| {
            (species, agreement(&field.query, &members, &characters(field, records.into_iter())))
        })
        .filter(|(_, found)| found.with + found.against > 0)
        .collect();
    let worst = agreements.iter().max_by_key(|(taxon, found)| {
        let share = u64::from(found.against) * 1_000_000 / u64::from(found.with + found.against);
        (share, std::cmp::Reverse(**taxon))
    });
    let Some((species, Agreement { with, against })) = worst else {
        return gate(GateStatus::NotEvaluated).note("no position tells it from another species");
    };
    let passes = *against <= share(with + against, limit);
    gate(status(passes))
        .value(format!("positions for and against {with}:{against}, beside {}", field.name(*species)))
        .note(if passes {
            format!("of {} other species compared, the one with most positions against", agreements.len())
        } else {
            "needed: another amplification or marker; the sequence has bases of both species".to_owned()
        })
}

/// Records of the other species of the clade's genera, and of the nearest species outside, that span the query.
fn relatives(field: &Field<'_>, clade: &Clade<'_, '_>) -> BTreeMap<TaxonNumber, Vec<usize>> {
    let genera: BTreeSet<_> = clade.members().filter_map(|index| field.ranks[index].genus).collect();
    let outside = |index: usize| clade.is_outside(index);
    let nearest = field.nearest(outside).and_then(|(index, _)| field.ranks[index].species);
    let mut relatives: BTreeMap<TaxonNumber, Vec<usize>> = BTreeMap::new();
    for (index, ranks) in field.ranks.iter().enumerate().filter(|(index, _)| outside(*index)) {
        let is_relative =
            ranks.genus.is_some_and(|genus| genera.contains(&genus)) || ranks.species == nearest;
        if let Some(species) = ranks.species.filter(|_| is_relative) {
            relatives.entry(species).or_default().push(index);
        }
    }
    relatives
}

fn characters(field: &Field<'_>, records: impl Iterator<Item = usize>) -> Characters {
    let mut sequences = BTreeMap::new();
    for index in records {
        sequences.entry(field.records.sequences()[index]).or_insert(index);
    }
    let rows: Vec<Vec<u8>> = sequences
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .filter_map(|index| beside(field, index))
        .collect();
    let mut characters = vec![BTreeSet::new(); field.query.len()];
    for row in rows {
        for (found, code) in characters.iter_mut().zip(row) {
            found.insert(code);
        }
    }
    characters
}

/// The record's code beside each position of the query, `-` at a gap.
fn beside(field: &Field<'_>, index: usize) -> Option<Vec<u8>> {
    let bases = field.records.bases().get(index)?;
    let alignment = align(&field.query, bases, Kind::Spanning, Strand::Plus, 0).ok()??;
    let mut row = vec![b'-'; field.query.len()];
    for column in alignment.positions(&field.query, bases).ok()? {
        let place = column.query_position.and_then(|position| usize::try_from(position).ok()?.checked_sub(1));
        if let (Some(place), Some(_)) =
            (place.and_then(|place| row.get_mut(place)), column.reference_position)
        {
            *place = u8::try_from(column.reference_base).ok()?;
        }
    }
    Some(row)
}

fn agreement(query: &[u8], members: &Characters, others: &Characters) -> Agreement {
    let only =
        |found: &BTreeSet<u8>| found.first().copied().filter(|code| found.len() == 1 && is_base(*code));
    let mut agreement = Agreement::default();
    for (code, (members, others)) in query.iter().zip(members.iter().zip(others)) {
        match (only(members), only(others)) {
            (Some(one), Some(other)) if one != other && *code == one => agreement.with += 1,
            (Some(one), Some(other)) if one != other && *code == other => agreement.against += 1,
            _ => {}
        }
    }
    agreement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters_of(rows: &[&[u8]]) -> Characters {
        let column = |place: usize| rows.iter().map(|row| row[place]).collect();
        (0..rows[0].len()).map(column).collect()
    }

    /// Positions 1, 3 and 6 are diagnostic; 2 varies within the first species, 5 has a gap, 4 an ambiguity code.
    #[test]
    fn only_pure_positions_count() {
        let members = characters_of(&[b"AATCGG", b"ACTCGG"]);
        let others = characters_of(&[b"CTAR-T", b"CTAR-T"]);
        assert_eq!(agreement(b"AATCGG", &members, &others), Agreement { with: 3, against: 0 });
        assert_eq!(agreement(b"AAACGT", &members, &others), Agreement { with: 1, against: 2 });
        assert_eq!(agreement(b"GATNGN", &members, &others), Agreement { with: 1, against: 0 });
        assert_eq!(agreement(b"AATCGG", &members, &members), Agreement::default());
    }
}
