//! A small release for the tests of this crate.

use saola_seq::MarkerTable;

use crate::{NewRecord, Recognised, Release, ReleaseBuilder, Synonym, Taxon, TaxonNumber, Taxonomy, Tier};

pub(crate) fn taxon(id: &str, name: &str, rank: &str, parent: &str) -> Taxon {
    let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
    Taxon { id, name, rank, parent, source: String::new() }
}

pub(crate) fn record(id: &str, name: &str, sequence: &str, taxon: u32) -> NewRecord {
    let cells = [("record_id", id), ("identification", name), ("insdc_acs", "AB1"), ("habitat", "cliff")];
    NewRecord {
        fields: cells.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        sequence: sequence.into(),
        marker: "cytb".to_owned(),
        taxon: TaxonNumber(taxon),
        tier: Tier::Screening,
    }
}

/// Root 1, genus Falco 2, two species 3 and 4 (numbers 0 to 3).
pub(crate) fn taxonomy(third: &str, recognised: &[&str], synonyms: &[(&str, &str)]) -> Taxonomy {
    let taxa = vec![
        taxon("1", "root", "no rank", ""),
        taxon("2", "Falco", "genus", "1"),
        taxon("3", third, "species", "2"),
        taxon("4", "Falco cherrug", "species", "2"),
    ];
    let synonym = |(name, accepted): &(&str, &str)| Synonym {
        name: (*name).to_owned(),
        accepted: (*accepted).to_owned(),
        source: String::new(),
    };
    let list = Recognised {
        genus: "2".to_owned(),
        species: recognised.iter().map(|name| (*name).to_owned()).collect(),
        source: String::new(),
    };
    Taxonomy::new(taxa, synonyms.iter().map(synonym).collect(), vec![list], vec![]).unwrap()
}

pub(crate) fn builder() -> ReleaseBuilder {
    let markers = b"marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
        reference_strand\tminimum_length\tprimers\n12S\t\tmitochondrion\tno\t\t\t\t\t100\t\n\
        cytb\t\tmitochondrion\tyes\t\t\t\t\t100\t\n";
    let names = ["Falco rusticolus", "Falco cherrug"];
    let places = [("a", 0), ("b", 1), ("c", 0), ("d", 1), ("e", 0)];
    let records = places.map(|(id, place)| {
        let number = if place == 0 { 2 } else { 3 };
        record(id, names[place], "ACGTN", number)
    });
    ReleaseBuilder {
        name: "test".into(),
        markers: MarkerTable::parse("m", markers).unwrap(),
        taxonomy: taxonomy("Falco rusticolus", &names, &[]),
        records: records.into(),
        ..ReleaseBuilder::default()
    }
}

pub(crate) fn release(builder: ReleaseBuilder) -> Release {
    Release::from_bytes(builder.write().unwrap(), "test").unwrap()
}
