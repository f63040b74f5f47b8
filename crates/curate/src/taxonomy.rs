//! Reads `taxonomy/` and `panel.tsv`.

use std::collections::BTreeMap;

use saola_refdb::{PanelEntry, PanelKind, Recognised, Synonym, Taxon, Taxonomy};
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
    genus_id: String,
    species: String,
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
        let TaxonRow { taxon_id: id, name, rank, parent_id: parent, source } = row.value;
        Taxon { id, name, rank, parent, source }
    });
    let taxonomy =
        Taxonomy::new(taxa.collect(), read_synonyms(folder)?, read_recognised(folder)?, read_panel(folder)?)?;
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

fn read_recognised(folder: &Folder) -> Result<Vec<Recognised>, CurateError> {
    let mut lists: BTreeMap<String, Recognised> = BTreeMap::new();
    for row in folder.table::<RecognisedRow>("taxonomy/recognised.tsv")? {
        let RecognisedRow { genus_id: genus, species, source } = row.value;
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
