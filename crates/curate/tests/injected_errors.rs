//! How many wrong labels the audit finds, measured: the Dutch invertebrate barcodes with some of their labels exchanged.
//!
//! `SAOLA_SHARED_DATA=FOLDER cargo test --release -p saola-curate --test injected_errors -- --ignored --nocapture`
//! prints the table of VALIDATION.md. The sets are as they were published, with whatever is wrong in them; so records that the
//! audit proposes for quarantine before anything is exchanged are taken out first, and their number is printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test stops where something is not as it must be, and this one prints a table"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::PathBuf,
};

use saola_curate::{Audit, FindingKind, ProposedTier, audit};
use saola_refdb::{NewRecord, ReleaseBuilder, Taxon, Taxonomy, Tier};
use saola_search::compare;
use saola_seq::{GeneticCodeTable, MarkerTable};

const SETS: [&str; 2] = ["nl_terrestrial_inverts_COI.fasta.gz", "nl_marine_inverts_COI.fasta"];
/// What says that a label is wrong.
const LABEL_KINDS: [FindingKind; 5] = [
    FindingKind::Contamination,
    FindingKind::FamilyConflict,
    FindingKind::GenusConflict,
    FindingKind::SpeciesConflict,
    FindingKind::Outlier,
];

fn registry(name: &str) -> Vec<u8> {
    let root = std::env::var_os("SAOLA_SHARED_DATA").expect("SAOLA_SHARED_DATA names the shared data");
    let bytes = fs_err::read(PathBuf::from(root).join("registry").join(name)).unwrap();
    if bytes.first() != Some(&0x1f) {
        return bytes;
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
    text
}

/// Order and family of each record.
fn lineages() -> BTreeMap<String, (String, String)> {
    let text = String::from_utf8(registry("nl_barcodes_metadata.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| (row[1].to_owned(), (row[5].to_owned(), row[6].to_owned()))).collect()
}

/// A taxonomy of orders, families, genera and species, grown from labels.
#[derive(Default)]
struct Tree(BTreeMap<String, Taxon>);

impl Tree {
    fn add(&mut self, rank: &str, name: &str, parent: &str) -> String {
        let id = format!("{rank}:{name}:{}", if rank == "genus" { parent } else { "" });
        let [name, rank, parent] = [name, rank, parent].map(str::to_owned);
        self.0.entry(id.clone()).or_insert(Taxon {
            id: id.clone(),
            name,
            rank,
            parent,
            source: String::new(),
        });
        id
    }
}

/// Process id, identifier of the species' taxon, bases.
type Row = (String, String, Vec<u8>);

fn rows(tree: &mut Tree) -> Vec<Row> {
    let lineages = lineages();
    let root = tree.add("kingdom", "Metazoa", "");
    let mut rows = Vec::new();
    for set in SETS {
        let text = String::from_utf8(registry(&format!("fasta/{set}"))).unwrap();
        for record in text.split('>').skip(1) {
            let (header, bases) = record.split_once('\n').unwrap();
            let mut parts = header.split('|');
            let (id, label) = (parts.next().unwrap(), parts.next().unwrap().replace('_', " "));
            let name = saola_curate::ScientificName::parse(&label).and_then(|name| name.binomial());
            let (Some(name), Some((order, family))) = (name, lineages.get(id)) else { continue };
            if order.is_empty() || family.is_empty() {
                continue;
            }
            let order = tree.add("order", order, &root);
            let family = tree.add("family", family, &order);
            let genus = tree.add("genus", name.split(' ').next().unwrap(), &family);
            let species = tree.add("species", &name, &genus);
            let bases: Vec<u8> = bases.bytes().filter(u8::is_ascii_alphabetic).collect();
            rows.push((id.to_owned(), species, bases));
        }
    }
    rows.sort();
    rows.dedup_by(|one, other| one.0 == other.0);
    rows
}

fn library(tree: &Tree, rows: &[Row]) -> ReleaseBuilder {
    let markers = include_bytes!("../../../reference-db/markers.tsv");
    let codes = include_bytes!("../../../reference-db/genetic_codes.tsv");
    let taxa = tree.0.values().cloned().collect();
    let taxonomy = Taxonomy::new(taxa, vec![], vec![], vec![]).unwrap();
    let record = |(id, species, bases): &Row| NewRecord {
        fields: BTreeMap::from([
            ("record_id".to_owned(), id.clone()),
            ("identification".to_owned(), tree.0[species].name.clone()),
        ]),
        sequence: bases.clone(),
        marker: "COI-5P".to_owned(),
        taxon: taxonomy.by_id(species).unwrap(),
        tier: Tier::Screening,
    };
    ReleaseBuilder {
        markers: MarkerTable::parse("markers.tsv", markers).unwrap(),
        genetic_codes: GeneticCodeTable::parse("genetic_codes.tsv", codes).unwrap(),
        records: rows.iter().map(record).collect(),
        taxonomy,
        ..ReleaseBuilder::default()
    }
}

fn proposed(found: &Audit, tier: ProposedTier) -> BTreeSet<String> {
    let of_label = |kind| LABEL_KINDS.contains(&kind);
    let found = found.findings.iter().filter(|one| one.tier >= tier && of_label(one.kind));
    found.map(|one| one.record.clone()).collect()
}

/// Numbers from a seed: the xorshift generator of Marsaglia (2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % count as u64).unwrap()
    }
}

/// Gives `share` in 100 of the records the label of another species of the same genus, or of another genus of the same
/// order; returns their ids.
fn exchange(
    tree: &Tree,
    rows: &mut [Row],
    rank: &str,
    share: usize,
    chance: &mut Chance,
) -> BTreeSet<String> {
    let genus = |species: &str| tree.0[species].parent.clone();
    let group = |species: &str| match rank {
        "genus" => genus(species),
        _ => tree.0[&tree.0[&genus(species)].parent].parent.clone(),
    };
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, species, _) in rows.iter() {
        members.entry(group(species)).or_default().insert(species.clone());
    }
    let wanted = rows.len() * share / 100;
    let mut changed = BTreeSet::new();
    while changed.len() < wanted {
        let place = chance.below(rows.len());
        let (id, species, _) = &mut rows[place];
        let is_other =
            |other: &&String| *other != species && (rank == "genus" || genus(other) != genus(species));
        let others: Vec<String> = members[&group(species)].iter().filter(is_other).cloned().collect();
        if !others.is_empty() && changed.insert(id.clone()) {
            species.clone_from(&others[chance.below(others.len())]);
        }
    }
    changed
}

/// Whether anything in the library speaks against a label: another record of the true species with a label that is true and at
/// most 1 % away, or a record of the label's species with a true label, more than 2 % away.
fn is_detectable(truth: &[Row], rows: &[Row], changed: &BTreeSet<String>, id: &str) -> bool {
    let place = rows.binary_search_by(|row| row.0.as_str().cmp(id)).unwrap();
    let (species, label, bases) = (&truth[place].1, &rows[place].1, &rows[place].2);
    let others = rows.iter().filter(|row| !changed.contains(&row.0));
    let distance = |other: &[u8]| {
        compare(bases, other, 0..bases.len()).map_or((1, 1), |found| (found.differences, found.columns))
    };
    others.filter(|row| row.1 == *species || row.1 == *label).any(|row| {
        let (differences, columns) = distance(&row.2);
        if row.1 == *species { differences * 100 <= columns } else { differences * 50 > columns }
    })
}

#[test]
#[ignore = "needs the shared data and a few minutes"]
fn wrong_labels_are_found() {
    let mut tree = Tree::default();
    let all = rows(&mut tree);
    let before =
        proposed(&audit(&library(&tree, &all), &saola_curate::unwatched).unwrap(), ProposedTier::Screening);
    println!(
        "{} records, {} of them proposed for quarantine or screening as they are",
        all.len(),
        before.len()
    );
    let truth: Vec<Row> = all.into_iter().filter(|row| !before.contains(&row.0)).collect();
    println!(
        "exchanged within\tshare\texchanged\tdetectable\tfound\tfound, quarantine\tfalse\tfalse, quarantine\tby kind: right/all"
    );
    for (rank, share) in [("order", 1), ("order", 5), ("genus", 1), ("genus", 5)] {
        let mut rows = truth.clone();
        let changed = exchange(&tree, &mut rows, rank, share, &mut Chance(20_261_124));
        let found = audit(&library(&tree, &rows), &saola_curate::unwatched).unwrap();
        let detectable: BTreeSet<String> =
            changed.iter().filter(|id| is_detectable(&truth, &rows, &changed, id)).cloned().collect();
        let screened = proposed(&found, ProposedTier::Screening);
        let quarantined = proposed(&found, ProposedTier::Quarantine);
        let kinds: Vec<String> = LABEL_KINDS
            .into_iter()
            .map(|kind| {
                let of = found.findings.iter().filter(|one| one.kind == kind);
                let all: BTreeSet<&String> = of.map(|one| &one.record).collect();
                let right = all.iter().filter(|id| changed.contains(**id)).count();
                format!("{kind} {right}/{}", all.len())
            })
            .collect();
        let hits = |of: &BTreeSet<String>| of.intersection(&detectable).count();
        println!(
            "{rank}\t{share} %\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            changed.len(),
            detectable.len(),
            hits(&screened),
            hits(&quarantined),
            screened.difference(&changed).count(),
            quarantined.difference(&changed).count(),
            kinds.join(", ")
        );
        assert!(hits(&screened) * 100 >= detectable.len() * 85, "most of what can be found is found");
        let wrong = screened.difference(&changed).count();
        assert!(wrong * 100 <= screened.len() * 15, "little else is");
    }
}
