//! Real COI genes of the starter release, one for each genus: the roots of the simulation.

use std::collections::BTreeMap;

use saola::{Record, Release, Tier};

use crate::gene::Gene;

/// Bases of the gene before the barcode region (reference-db/markers.tsv).
const BEFORE_BARCODE: usize = 47;

/// A real genus and a gene of it.
pub(crate) struct Root {
    pub(crate) genus: String,
    pub(crate) gene: Gene,
}

/// Genera with a whole COI gene, or a barcode of exactly 658 bases, without ambiguity codes or stop codons, that read genetic
/// code 2 or 5; in the order of their names. The whole gene goes first, then the first record id.
pub(crate) fn roots(release: &Release) -> Vec<Root> {
    let mut genera: BTreeMap<String, Gene> = BTreeMap::new();
    for record in release.records().filter(|record| record.marker().name == "COI-5P") {
        let Some((genus, gene)) = root(release, &record) else { continue };
        let better = genera.get(&genus).is_none_or(|known| gene.is_whole() && !known.is_whole());
        if better {
            genera.insert(genus, gene);
        }
    }
    genera.into_iter().map(|(genus, gene)| Root { genus, gene }).collect()
}

fn root(release: &Release, record: &Record<'_>) -> Option<(String, Gene)> {
    let bases = record.sequence()?;
    let whole = record.field("marker_code") == "COI-full";
    let complete = if whole { bases.len() >= 1500 } else { bases.len() == crate::BARCODE };
    if record.tier() == Tier::Quarantine || !complete || bases.iter().any(|base| !b"ACGT".contains(base)) {
        return None;
    }
    let taxonomy = release.taxonomy();
    let genus = taxonomy.at_rank(record.taxon(), "genus")?;
    let lineage = taxonomy.lineage(genus).map(|taxon| taxonomy.name(taxon));
    let code = release.genetic_codes().for_lineage(record.marker().genome, lineage)?.number();
    // The barcode region begins with the last base of a codon.
    let (frame, barcode) = if whole { (0, BEFORE_BARCODE) } else { (1, 0) };
    let gene = Gene { bases, frame, barcode, code };
    let usable = matches!(code, 2 | 5) && !gene.has_stop();
    usable.then(|| (taxonomy.name(genus).to_owned(), gene))
}
