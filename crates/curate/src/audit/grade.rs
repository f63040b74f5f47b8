use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use saola_refdb::TaxonNumber;
use serde::Serialize;

use super::{
    finding::{Distance, Evidence},
    library::{Level, Library},
    limits::{CLUSTER, FEW_SPECIMENS, MANY_SPECIMENS},
    neighbours::Neighbourhood,
    species::{Excluded, Kin},
    view::View,
};

/// How well one marker represents one species, over the records that are not proposed for quarantine. The first that applies:
///
/// * `F`: no specimen is left.
/// * `E`: some specimen is as near to a specimen of another species as to the nearest other one of its own, or has no
///   difference to it: the marker does not separate the species in this release.
/// * `D`: fewer than 3 specimens.
/// * `C`: more than one cluster, specimens being linked by 2.2 % or less (22 differences in 1000 columns).
/// * `B`: 3 to 9 specimens.
/// * `A`: 10 specimens or more.
///
/// Modelled on BAGS (<https://github.com/tadeu95/BAGS>), which needs BINs, counts records where this counts specimens, and is
/// implemented in two ways that differ at exactly 10 records and in the order of tests: these letters are Saola's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Letter {
    /// Many specimens, one cluster, apart from all others.
    A,
    /// A few specimens, one cluster, apart from all others.
    B,
    /// Several clusters.
    C,
    /// Too few specimens.
    D,
    /// Mixed with another species.
    E,
    /// None left.
    F,
}

impl Letter {
    /// The letter as written in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        }
    }
}

/// The grade of one species and marker, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grade {
    /// Accepted name.
    pub species: String,
    /// The marker.
    pub marker: String,
    /// The grade.
    pub grade: Letter,
    /// Specimens that are left.
    pub specimens: usize,
    /// Distinct sequences of these.
    pub haplotypes: usize,
    /// Clusters of these.
    pub clusters: usize,
    /// Records proposed for quarantine, not counted above.
    pub quarantined: usize,
    /// The largest distance of a specimen to the nearest other one of the species; none for a single specimen.
    pub spread: Option<Distance>,
    /// The nearest record of another species, if it is within 5 % of some record.
    pub nearest_other: Option<Evidence>,
}

/// Grades of all species and markers, by name of species and marker.
pub(crate) fn grades(
    library: &Library<'_>,
    around: &[Neighbourhood],
    kin: &[Kin],
    excluded: &Excluded,
) -> Vec<Grade> {
    let mut groups: BTreeMap<(TaxonNumber, u32), Vec<u32>> = BTreeMap::new();
    for (record, facts) in (0..).zip(&library.facts) {
        if let Some(species) = facts.at(Level::Species) {
            groups.entry((species, library.haplotype(facts.haplotype).marker)).or_default().push(record);
        }
    }
    let groups: Vec<_> = groups.into_iter().collect();
    let grade = |((species, marker), records): &((TaxonNumber, u32), Vec<u32>)| {
        grade(library, around, kin, excluded, *species, *marker, records)
    };
    let mut grades: Vec<Grade> = groups.par_iter().map(grade).collect();
    grades.sort_by(|one, other| (&one.species, &one.marker).cmp(&(&other.species, &other.marker)));
    grades
}

fn grade(
    library: &Library<'_>,
    around: &[Neighbourhood],
    kin: &[Kin],
    excluded: &Excluded,
    species: TaxonNumber,
    marker: u32,
    records: &[u32],
) -> Grade {
    let left: Vec<u32> = records.iter().copied().filter(|record| !excluded.contains(record)).collect();
    let specimens: BTreeSet<u32> = left.iter().map(|record| library.facts(*record).specimen).collect();
    let haplotypes: BTreeSet<u32> = left.iter().map(|record| library.facts(*record).haplotype).collect();
    let haplotypes: Vec<u32> = haplotypes.into_iter().collect();
    let kin: Vec<&Kin> = left.iter().map(|record| &kin[*record as usize]).collect();
    let clusters = clusters(library, around, &haplotypes);
    let other = kin.iter().filter_map(|kin| kin.other).min_by_key(|(record, distance)| (*distance, *record));
    let grade = match specimens.len() {
        0 => Letter::F,
        _ if kin.iter().any(|kin| is_mixed(kin)) => Letter::E,
        few if few < FEW_SPECIMENS => Letter::D,
        _ if clusters > 1 => Letter::C,
        some if some < MANY_SPECIMENS => Letter::B,
        _ => Letter::A,
    };
    Grade {
        species: library.name(species).to_owned(),
        marker: library.release.markers().as_slice()[marker as usize].name.clone(),
        grade,
        specimens: specimens.len(),
        haplotypes: haplotypes.len(),
        clusters,
        quarantined: records.len() - left.len(),
        spread: kin.iter().filter_map(|kin| kin.own).map(|(_, distance)| distance).max(),
        nearest_other: other.map(|(record, distance)| library.evidence(record, distance)),
    }
}

fn is_mixed(kin: &Kin) -> bool {
    kin.other.is_some_and(|(_, other)| other.differences == 0 || kin.own.is_some_and(|(_, own)| other <= own))
}

/// Number of clusters of some haplotypes of one species: linked by the lists of neighbours first, then by comparing what is
/// not yet linked.
fn clusters(library: &Library<'_>, around: &[Neighbourhood], haplotypes: &[u32]) -> usize {
    let mut parents: Vec<usize> = (0..haplotypes.len()).collect();
    for (place, haplotype) in haplotypes.iter().enumerate() {
        for near in around[*haplotype as usize].listed.iter().filter(|near| near.distance.within(CLUSTER)) {
            if let Ok(other) = haplotypes.binary_search(&near.haplotype) {
                join(&mut parents, place, other);
            }
        }
    }
    for place in 1..haplotypes.len() {
        if find(&mut parents, place) != find(&mut parents, 0) {
            link(library, haplotypes, &mut parents, place);
        }
    }
    (0..haplotypes.len()).filter(|place| find(&mut parents, *place) == *place).count()
}

/// Compares one haplotype with all that are in other clusters.
fn link(library: &Library<'_>, haplotypes: &[u32], parents: &mut [usize], place: usize) {
    let view = View::of(library, haplotypes[place]);
    for (other, haplotype) in haplotypes.iter().enumerate() {
        if find(parents, other) != find(parents, place)
            && view.at_least(library, *haplotype).within(CLUSTER)
            && view.compare(library, *haplotype).distance.within(CLUSTER)
        {
            join(parents, place, other);
        }
    }
}

fn find(parents: &mut [usize], mut place: usize) -> usize {
    while parents[place] != place {
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    place
}

fn join(parents: &mut [usize], one: usize, other: usize) {
    let (one, other) = (find(parents, one), find(parents, other));
    parents[one.max(other)] = one.min(other);
}
