//! The walk down the ladder.

use std::collections::BTreeSet;

use saola_refdb::TaxonNumber;

use crate::{
    Blocks, Gate, GateStatus, Level, Profile,
    clade::{Clade, Rung, Support},
    diagnostic::diagnostic_positions,
    field::Field,
    gap::{DiscordantSites, discordant_sites, sign_test},
    gate::status,
    memo::Measures,
    profile::share,
};

/// Where the walk ended.
pub(crate) struct Walk {
    pub(crate) level: Level,
    pub(crate) taxon: Option<TaxonNumber>,
    pub(crate) candidates: Vec<TaxonNumber>,
    pub(crate) gates: Vec<Gate>,
}

/// The records that no distance tells from the best one: candidates and neighbours, those that cover most of the query and are as near
/// there, and `rivals` that only overlap it in part but are no less similar there.
pub(crate) fn pool(field: &Field<'_>, profile: &Profile, query: &[u8], rivals: &[usize]) -> BTreeSet<usize> {
    let uncertain = query.iter().filter(|base| !saola_seq::iupac::is_base(**base)).count();
    let uncertain = u32::try_from(uncertain).unwrap_or(u32::MAX);
    let extra = profile.neighbourhood.extra_differences.saturating_add(uncertain);
    let reach = field.least().saturating_add(extra);
    let candidates = field.to_query.iter().enumerate().filter(|(_, d)| d.is_some_and(|d| d <= reach));
    let candidates = candidates.map(|(index, _)| index);
    let short = field.short.iter().filter(|(_, differences)| *differences <= reach).map(|(index, _)| *index);
    candidates.chain(short).chain(field.near_best.iter().copied()).chain(rivals.iter().copied()).collect()
}

/// Asks the gates of each rung, from species to family. `blocked` are the gates on the sequence itself.
pub(crate) fn walk(
    field: &Field<'_>,
    profile: &Profile,
    pool: &BTreeSet<usize>,
    blocked: &[Gate],
    uniparental: bool,
) -> Walk {
    let candidates = field.by_name(pool.iter().filter_map(|index| field.ranks[*index].species));
    let mut gates = Vec::new();
    let stopped = |gates: &[Gate], what| blocked.iter().chain(gates).any(|gate| gate.stops(what));
    let species = species_rung(field, profile, pool, &candidates);
    let one = candidates.len() == 1;
    // A group needs every gate but the first, which asks for one species; the others are only asked within a genus.
    let asked = species.get(usize::from(!one)..).unwrap_or_default();
    let may_be_named = species.len() > 1 && (one || profile.species_groups);
    let passes = may_be_named && !asked.iter().any(|gate| gate.stops(Blocks::Species));
    gates.extend(species);
    if passes && !stopped(&[], Blocks::Species) {
        let level = match (one, uniparental) {
            (false, _) => Level::SpeciesGroup,
            (true, true) => Level::SpeciesUniparental,
            (true, false) => Level::Species,
        };
        let taxon = candidates.first().copied().filter(|_| one);
        return Walk { level, taxon, candidates, gates };
    }
    let rungs = [
        (Rung::Genus, Blocks::Genus, Level::Genus, "GEN"),
        (Rung::Family, Blocks::Family, Level::HigherTaxon, "FAM"),
    ];
    for (rung, blocks, level, prefix) in rungs {
        let (taxon, asked) = higher_rung(field, profile, pool, rung, blocks, prefix);
        let stops = stopped(&asked, blocks);
        gates.extend(asked);
        if let Some(taxon) = taxon.filter(|_| !stops) {
            return Walk { level, taxon: Some(taxon), candidates, gates };
        }
    }
    Walk { level: Level::NotSupportedByReference, taxon: None, candidates, gates }
}

fn species_rung(
    field: &Field<'_>,
    profile: &Profile,
    pool: &BTreeSet<usize>,
    candidates: &[TaxonNumber],
) -> Vec<Gate> {
    let unnamed = pool.iter().filter(|index| field.ranks[**index].species.is_none()).count();
    let one = Gate::new("S1", status(candidates.len() == 1), Blocks::Species, profile)
        .value(format!("{} ({unnamed} records without a species name)", field.names(candidates)))
        .limit("one species")
        .note(match candidates.len() {
            0 | 1 => "the records that no distance tells from the best one",
            _ => "needed: another marker that separates these species",
        });
    if !share_a_genus(field, candidates) {
        return vec![one];
    }
    let clade = Clade::new(field, Rung::Species, candidates.to_vec());
    vec![
        one,
        threshold(field, profile, &clade, "S2", Blocks::Species, Rung::Species),
        gap(field, profile, &clade, "S3", Blocks::Species),
        species_sampling(profile, &clade),
        coverage(field, profile, candidates),
        diagnostic_positions(field, profile, &clade),
    ]
}

/// A group of species is only named within one genus; for others the gates of a group are not asked.
fn share_a_genus(field: &Field<'_>, species: &[TaxonNumber]) -> bool {
    let genus = |taxon: &TaxonNumber| field.release.taxonomy().at_rank(*taxon, "genus");
    let genera: BTreeSet<Option<TaxonNumber>> = species.iter().map(genus).collect();
    genera.len() == 1
}

fn higher_rung(
    field: &Field<'_>,
    profile: &Profile,
    pool: &BTreeSet<usize>,
    rung: Rung,
    blocks: Blocks,
    prefix: &str,
) -> (Option<TaxonNumber>, Vec<Gate>) {
    let id = |number: u8| format!("{prefix}{number}");
    let taxa = field.by_name(pool.iter().filter_map(|index| rung.of(&field.ranks[*index])));
    let one = Gate::new(&id(1), status(taxa.len() == 1), blocks, profile)
        .value(field.names(&taxa))
        .limit(format!("one {}", rung.rank()))
        .note(match taxa.len() {
            0 | 1 => "the candidates and their neighbours belong together",
            _ => "needed: a longer fragment or another marker on which the nearest taxa differ",
        });
    let [taxon] = taxa.as_slice() else {
        return (None, vec![one]);
    };
    let clade = Clade::new(field, rung, vec![*taxon]);
    let gates = vec![
        one,
        threshold(field, profile, &clade, &id(2), blocks, rung),
        gap(field, profile, &clade, &id(3), blocks),
        higher_sampling(profile, &clade, rung, &id(4), blocks),
    ];
    (Some(*taxon), gates)
}

/// Gate 2: near to the clade's records, in proportion to the distance of the nearest other taxon.
///
/// A species' own spread says little of where it ends: with few specimens it is too small, and where a species has lineages it
/// is so wide that an unknown sister fits in between. How far its specimens are from their nearest says more, as the query's distance
/// is one of these. What the spread must not be is as wide as the distance to the next species.
///
/// The distance is that to the nearest record of the clade. A record whose label does not reach down to the rung may be of a taxon that
/// nobody has described: where one is nearer than all of the clade's own, nothing is said of the clade.
///
/// No record of another taxon lies within the limit, as that is less than the clade's isolation: with its own taxon left out, none
/// of them would pass this gate as one of the clade.
fn threshold(
    field: &Field<'_>,
    profile: &Profile,
    clade: &Clade<'_, '_>,
    id: &str,
    blocks: Blocks,
    rung: Rung,
) -> Gate {
    let Measures { spread, reach, isolation } = clade.measures();
    let shares = &profile.threshold;
    let limit = match (isolation, rung) {
        (None, Rung::Species) => reach.saturating_mul(shares.species_reach) + 1,
        (None, _) => spread + 1,
        (Some(isolation), Rung::Species) => {
            share(isolation, shares.species_share).min(reach.saturating_mul(shares.species_reach) + 1)
        }
        (Some(isolation), _) => (spread + 1).min(share(isolation, shares.higher_share)),
    };
    let apart = match isolation {
        Some(isolation) => format!("{isolation} to the nearest other {}", rung.rank()),
        None => format!("no other {} to compare with", rung.rank()),
    };
    let own = match rung {
        Rung::Species => format!(", {reach} at most from a specimen to its nearest,"),
        _ => String::new(),
    };
    // A species whose own records are no nearer to one another than to its neighbour has a wrong label among them, or
    // is not what this marker can show.
    let scattered = rung == Rung::Species
        && isolation.is_some_and(|isolation| spread > 0 && spread >= share(isolation, shares.spread_share));
    let nearest = field.nearest(|index| clade.is_member(index)).map_or(u32::MAX, |(_, distance)| distance);
    let nearer = |(_, distance)| distance < nearest;
    let is_silent = |index: usize| clade.is_silent(index);
    let unnamed =
        field.nearest(is_silent).is_some_and(nearer) || field.nearest_short(is_silent).is_some_and(nearer);
    let passes = nearest <= limit && !scattered && !unnamed;
    let needed = match (passes, scattered, unnamed) {
        (true, _, _) => "",
        (false, true, _) => "; needed: a curator's look at the labels of its records",
        (false, false, true) => "; a record without such a name is nearer; needed: that record identified",
        (false, false, false) => "; needed: a nearer record, or records that show a wider spread",
    };
    Gate::new(id, status(passes), blocks, profile)
        .value(match nearest {
            u32::MAX => "no record of it spans the sequence".to_owned(),
            nearest => format!("{nearest} differences to the nearest record of it"),
        })
        .limit(format!("at most {limit}"))
        .note(format!(
            "on this fragment {} has a spread of {spread} differences{own} and {apart}{needed}",
            field.names(&clade.taxa)
        ))
}

/// Gate 3: the gap to the nearest record outside.
fn gap(field: &Field<'_>, profile: &Profile, clade: &Clade<'_, '_>, id: &str, blocks: Blocks) -> Gate {
    let limits = &profile.gap;
    let [numerator, denominator] = limits.sign_test;
    let limit = format!(
        "at least {} differences, sign test at most {numerator}/{denominator}",
        limits.minimum_differences
    );
    let gate = |status| Gate::new(id, status, blocks, profile).limit(limit.as_str());
    let is_outside = |index: usize| clade.is_outside(index);
    let Some((inside, near)) = field.nearest(|index| clade.is_member(index)) else {
        return gate(GateStatus::NotEvaluated).note("no record of it spans the sequence");
    };
    // The nearest of those that span the sequence, and of those that cover most of it.
    let rivals = field.nearest_short(is_outside).into_iter().chain(field.nearest(is_outside));
    let compared: Option<Vec<_>> = rivals
        .map(|(outside, far)| Some((discordant_sites(field, inside, outside)?, outside, far)))
        .collect();
    let Some(compared) = compared else {
        return gate(GateStatus::NotEvaluated).note("the nearest records cannot be aligned");
    };
    let is_clear = |sites: DiscordantSites| {
        sites.gap() >= limits.minimum_differences && sign_test(sites, limits.sign_test)
    };
    let worst = compared.into_iter().min_by_key(|(sites, _, _)| (is_clear(*sites), sites.gap()));
    let Some((sites, outside, far)) = worst else {
        return gate(GateStatus::NotEvaluated).note("nothing else in the release to compare with");
    };
    let name = |index: usize| field.name(field.ranks[index].taxon);
    let passes = is_clear(sites);
    let needed =
        if passes { "" } else { "; needed: a longer fragment or another marker on which they differ more" };
    gate(status(passes))
        .value(format!(
            "{near} differences inside, {far} outside; positions for and against {}:{}",
            sites.for_inside, sites.for_outside
        ))
        .note(format!("nearest inside is {}, nearest outside is {}{needed}", name(inside), name(outside)))
}

/// Gate 4 of a species, or of each species of a group: independent specimens and sources.
fn species_sampling(profile: &Profile, clade: &Clade<'_, '_>) -> Gate {
    let Support { specimens, sources } = clade.least_support(profile);
    let limits = &profile.sampling;
    let (needed, sources_needed) = (limits.species_specimens as usize, limits.species_sources as usize);
    let of_each = if clade.taxa.len() > 1 { ", of the species with the fewest" } else { "" };
    Gate::new("S4", status(specimens >= needed && sources >= sources_needed), Blocks::Species, profile)
        .value(format!("specimens: {specimens}; sources: {sources}{of_each}"))
        .limit(format!("specimens: at least {needed}; sources: at least {sources_needed}"))
        .note(match (needed.saturating_sub(specimens), sources_needed.saturating_sub(sources)) {
            (0, 0) => {
                "counted are records whose tier supports a conclusion and that cover the fragment".to_owned()
            }
            (0, more) => format!("needed: specimens of {more} more sources"),
            (more, _) => format!("needed: {more} more specimens"),
        })
}

fn higher_sampling(profile: &Profile, clade: &Clade<'_, '_>, rung: Rung, id: &str, blocks: Blocks) -> Gate {
    let limits = &profile.sampling;
    let gate = |passes| Gate::new(id, status(passes), blocks, profile);
    if rung == Rung::Family {
        let genera = clade.count_taxa(Rung::Genus, profile);
        let enough = genera >= limits.family_genera as usize;
        return gate(enough)
            .value(format!("genera: {genera}"))
            .limit(format!("genera: at least {}", limits.family_genera))
            .note(if enough { "" } else { "needed: records of more genera of the family" });
    }
    let species = clade.count_taxa(Rung::Species, profile);
    let Support { specimens, .. } = clade.support(profile);
    let enough = species >= limits.genus_species as usize || specimens >= limits.genus_specimens as usize;
    gate(enough)
        .value(format!("species: {species}; specimens: {specimens}"))
        .limit(format!("at least {} species or {} specimens", limits.genus_species, limits.genus_specimens))
        .note(if enough { "" } else { "needed: records of more species or specimens of the genus" })
}

/// Gate 5 of a species: every recognised species of the genus is represented on this fragment.
fn coverage(field: &Field<'_>, profile: &Profile, candidates: &[TaxonNumber]) -> Gate {
    let gate = |status| {
        Gate::new("S5", status, Blocks::Species, profile).limit("every recognised species of the genus")
    };
    match missing_congeners(field, candidates) {
        None => gate(GateStatus::NotEvaluated)
            .note("the release has no list of the recognised species of this genus"),
        Some((recognised, missing)) => {
            let note = match missing.as_slice() {
                [] => "every recognised species of the genus has a record for this marker".to_owned(),
                missing => {
                    format!("needed: records of the {} missing recognised species", missing.len())
                }
            };
            gate(status(missing.is_empty()))
                .value(format!("{} of {recognised} recognised species", recognised - missing.len()))
                .note(note)
        }
    }
}

/// Number of recognised species in the genera of `species`, and the names of those without a record for the marker;
/// none when a genus has no list.
pub(crate) fn missing_congeners(field: &Field<'_>, species: &[TaxonNumber]) -> Option<(usize, Vec<String>)> {
    let taxonomy = field.release.taxonomy();
    let genera: BTreeSet<TaxonNumber> =
        species.iter().map(|taxon| taxonomy.at_rank(*taxon, "genus")).collect::<Option<_>>()?;
    let of_genera = |index: &usize| field.ranks[*index].genus.is_some_and(|genus| genera.contains(&genus));
    let covering = (0..field.ranks.len()).filter(of_genera).filter(|index| field.covers(*index));
    let present: BTreeSet<&str> =
        covering.filter_map(|index| field.ranks[index].species).map(|taxon| field.name(taxon)).collect();
    let (mut recognised, mut missing) = (0, Vec::new());
    for genus in &genera {
        let list = taxonomy.recognised_species(*genus)?;
        recognised += list.species.len();
        missing.extend(list.species.iter().filter(|name| !present.contains(name.as_str())).cloned());
    }
    Some((recognised, missing))
}
