//! Reads `taxonomy/` and `panel.tsv`.

use std::collections::BTreeMap;

use saola_refdb::{PanelEntry, PanelKind, Recognised, Synonym, Taxon, TaxonNumber, Taxonomy};
use saola_seq::table::TableError;
use serde::Deserialize;

use crate::{CurateError, folder::Folder};

#[derive(Deserialize)]
struct TaxonRow {
    taxon_id: String,
    name: String,
    rank: String,
    parent_id: String,
    source: String,
}

#[derive(Deserialize)]
struct SynonymRow {
    name: String,
    accepted: String,
    status: String,
    source: String,
}

#[derive(Deserialize)]
struct RecognisedRow {
    genus: String,
    species: String,
    taxon_id: String,
    source: String,
}

#[derive(Deserialize)]
struct PanelRow {
    taxon: String,
    kind: PanelKind,
    common_name: String,
    wild_relative: String,
}

pub(crate) fn read_taxonomy(folder: &Folder) -> Result<Taxonomy, CurateError> {
    let taxa = folder.table::<TaxonRow>("taxonomy/taxa.tsv")?.into_iter().map(|row| {
        let TaxonRow { taxon_id: id, name, rank, parent_id, source } = row.value;
        // In the NCBI taxonomy the root is its own parent.
        let parent = if parent_id == id { String::new() } else { parent_id };
        Taxon { id, name, rank, parent, source }
    });
    let (synonyms, panel) = (read_synonyms(folder)?, read_panel(folder)?);
    let bare = Taxonomy::new(taxa.collect(), Vec::new(), Vec::new(), Vec::new())?;
    let recognised = read_recognised(folder, &bare)?;
    let taxonomy = Taxonomy::new(bare.taxa().to_vec(), synonyms, recognised, panel)?;
    check_synonyms(folder, &taxonomy)?;
    Ok(taxonomy)
}

/// Synonyms that nobody could check stay in the text file and out of the release.
fn read_synonyms(folder: &Folder) -> Result<Vec<Synonym>, CurateError> {
    let rows = folder.table::<SynonymRow>("taxonomy/synonyms.tsv")?;
    let verified = rows.into_iter().map(|row| row.value).filter(|row| row.status == "verified");
    Ok(verified.map(|row| Synonym { name: row.name, accepted: row.accepted, source: row.source }).collect())
}

fn check_synonyms(folder: &Folder, taxonomy: &Taxonomy) -> Result<(), CurateError> {
    let names_accepted_taxon = |name: &str| !taxonomy.by_name(name).is_empty();
    match taxonomy.synonyms().iter().find(|synonym| names_accepted_taxon(&synonym.name)) {
        None => Ok(()),
        Some(synonym) => {
            let message = format!("{:?} is an accepted name, not a synonym", synonym.name);
            Err(TableError::new(&folder.name("taxonomy/synonyms.tsv"), 1, message).into())
        }
    }
}

/// Lists of recognised species by genus. A genus name that stands for several genera is told apart by the species
/// that the taxonomy holds, or else by being the only one that the taxonomy did not have to make itself (`local:`).
fn read_recognised(folder: &Folder, taxonomy: &Taxonomy) -> Result<Vec<Recognised>, CurateError> {
    let file = "taxonomy/recognised.tsv";
    let mut lists: BTreeMap<String, Recognised> = BTreeMap::new();
    for row in folder.table::<RecognisedRow>(file)? {
        let RecognisedRow { genus, species, taxon_id, source } = row.value;
        let known = taxonomy.by_id(&taxon_id).and_then(|taxon| taxonomy.at_rank(taxon, "genus"));
        let is_genus =
            |taxon: &&TaxonNumber| taxonomy.get(**taxon).is_some_and(|taxon| taxon.rank == "genus");
        let named: Vec<&TaxonNumber> = taxonomy.by_name(&genus).iter().filter(is_genus).collect();
        let is_given =
            |taxon: &&TaxonNumber| taxonomy.get(**taxon).is_some_and(|taxon| !taxon.id.starts_with("local:"));
        let named = match named.as_slice() {
            [_, _, ..] => named.iter().copied().filter(is_given).collect(),
            _ => named,
        };
        let genus_taxon = match (known, named.as_slice()) {
            (Some(taxon), _) if taxonomy.name(taxon) == genus => taxon,
            (_, [only]) => **only,
            (_, found) => {
                let message = format!("{genus:?} stands for {} genera in taxa.tsv", found.len());
                return Err(TableError::new(&folder.name(file), row.line, message).into());
            }
        };
        let genus = taxonomy.get(genus_taxon).map_or_else(String::new, |taxon| taxon.id.clone());
        let empty = || Recognised { genus: genus.clone(), species: Vec::new(), source };
        lists.entry(genus.clone()).or_insert_with(empty).species.push(species);
    }
    Ok(lists.into_values().collect())
}

fn read_panel(folder: &Folder) -> Result<Vec<PanelEntry>, CurateError> {
    let mut panel: BTreeMap<String, PanelEntry> = BTreeMap::new();
    for row in folder.table::<PanelRow>("panel.tsv")? {
        let PanelRow { taxon, kind, common_name, wild_relative } = row.value;
        let entry = PanelEntry { taxon: taxon.clone(), kind, common_name, wild_relative };
        if panel.insert(taxon, entry.clone()).is_some_and(|before| before != entry) {
            let message = format!("{:?} is described in two ways", entry.taxon);
            return Err(TableError::new(&folder.name("panel.tsv"), row.line, message).into());
        }
    }
    Ok(panel.into_values().collect())
}
