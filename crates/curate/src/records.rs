//! Reads record tables in BCDM columns.

use std::collections::{BTreeMap, BTreeSet};

use saola_refdb::{DERIVED_COLUMNS, NewRecord, Source, TaxonNumber, Taxonomy};
use saola_seq::{
    CodingCheck, GeneticCodeTable, Marker, MarkerTable, check_coding, iupac,
    table::{self, TableError},
};

use crate::{
    Decision, decide_tier,
    label::{HIGHER_RANKS, resolve_label},
};

/// Collects the records of several tables.
pub(crate) struct RecordReader<'a> {
    markers: &'a MarkerTable,
    genetic_codes: &'a GeneticCodeTable,
    taxonomy: &'a Taxonomy,
    decisions: &'a BTreeMap<String, Decision>,
    sources: BTreeSet<&'a str>,
    used_sources: BTreeSet<String>,
    ids: BTreeMap<String, String>,
    records: Vec<NewRecord>,
}

const REQUIRED: [&str; 5] = ["record_id", "source", "identification", "marker_code", "nuc"];

impl<'a> RecordReader<'a> {
    pub(crate) fn new(
        markers: &'a MarkerTable,
        genetic_codes: &'a GeneticCodeTable,
        taxonomy: &'a Taxonomy,
        decisions: &'a BTreeMap<String, Decision>,
        sources: &'a [Source],
    ) -> Self {
        let sources = sources.iter().map(|source| source.id.as_str()).collect();
        Self {
            markers,
            genetic_codes,
            taxonomy,
            decisions,
            sources,
            used_sources: BTreeSet::new(),
            ids: BTreeMap::new(),
            records: Vec::new(),
        }
    }

    pub(crate) fn read(&mut self, file: &str, text: &[u8]) -> Result<(), TableError> {
        let cells = table::read_cells(file, text)?;
        if let Some(missing) = REQUIRED.iter().find(|name| !cells.columns.iter().any(|c| c == *name)) {
            return Err(TableError::new(file, 1, format!("the column {missing:?} is missing")));
        }
        for row in cells.rows {
            // What a release adds follows from the folder, not from a table that was exported from a release.
            let is_own = |(name, cell): &(String, String)| {
                !cell.is_empty() && !DERIVED_COLUMNS.contains(&name.as_str())
            };
            let fields: BTreeMap<String, String> =
                cells.columns.iter().cloned().zip(row.value).filter(is_own).collect();
            let place = format!("{file}, line {}", row.line);
            let record = self.convert(fields).map_err(|message| TableError::new(file, row.line, message))?;
            let id = record.fields.get("record_id").cloned().unwrap_or_default();
            if let Some(first) = self.ids.insert(id.clone(), place) {
                let message = format!("record_id {id:?} is already at {first}");
                return Err(TableError::new(file, row.line, message));
            }
            self.records.push(record);
        }
        Ok(())
    }

    /// The records and the sources they name.
    pub(crate) fn finish(
        self,
        decisions_file: &str,
    ) -> Result<(Vec<NewRecord>, BTreeSet<String>), TableError> {
        match self.decisions.keys().find(|record| !self.ids.contains_key(*record)) {
            None => Ok((self.records, self.used_sources)),
            Some(record) => {
                Err(TableError::new(decisions_file, 1, format!("no record {record:?} to decide on")))
            }
        }
    }

    fn convert(&mut self, mut fields: BTreeMap<String, String>) -> Result<NewRecord, String> {
        let sequence = parse_sequence(&fields.remove("nuc").unwrap_or_default())?;
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        let id = field("record_id").to_owned();
        check_id(&id)?;
        if !self.sources.contains(field("source")) {
            return Err(format!("the source {:?} is not in sources.toml", field("source")));
        }
        let marker_code = field("marker_code");
        let marker =
            self.markers.resolve(marker_code).ok_or_else(|| format!("unknown marker {marker_code:?}"))?;
        let lineage: Vec<&str> = HIGHER_RANKS.iter().map(|rank| field(rank)).collect();
        let taxon = resolve_label(self.taxonomy, field("identification"), &lineage)?;
        let coding = self.check_coding(marker, taxon, &sequence);
        let tier = decide_tier(field, coding.as_ref(), self.decisions.get(&id));
        self.used_sources.insert(field("source").to_owned());
        fields.insert("tier_reasons".to_owned(), tier.reasons.join("; "));
        Ok(NewRecord { fields, sequence, marker: marker.name.clone(), taxon, tier: tier.tier })
    }

    fn check_coding(&self, marker: &Marker, taxon: TaxonNumber, sequence: &[u8]) -> Option<CodingCheck> {
        let lineage = self.taxonomy.lineage(taxon).map(|ancestor| self.taxonomy.name(ancestor));
        let code = self.genetic_codes.for_lineage(marker.genome, lineage)?;
        marker.coding.then(|| check_coding(sequence, code))
    }
}

fn check_id(id: &str) -> Result<(), String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if id.is_empty() || !id.bytes().all(allowed) {
        return Err(format!("record_id {id:?}: letters, digits, '.', '_' and '-' only"));
    }
    Ok(())
}

fn parse_sequence(text: &str) -> Result<Vec<u8>, String> {
    if text.is_empty() {
        return Err("no sequence".to_owned());
    }
    let code = |byte: u8| iupac::normalise(byte).filter(|code| *code == byte);
    text.bytes()
        .map(|byte| {
            code(byte).ok_or_else(|| format!("{:?} is no nucleotide code in upper case", char::from(byte)))
        })
        .collect()
}
