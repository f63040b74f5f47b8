//! Hand-worked cases on small made-up families. No sequence here is real: `gene` draws them from a counter.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use saola_refdb::{NewRecord, PanelEntry, PanelKind, Recognised, ReleaseBuilder, Taxon, Taxonomy, Tier};
use saola_search::{compare, reverse_complement};
use saola_seq::{GeneticCodeTable, MarkerTable};

use super::{Audit, FindingKind, Letter, ProposedTier, audit};

const MARKERS: &str = "marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
                       reference_strand\tminimum_length\tprimers\tnote\n\
                       barcode\t\tmitochondrion\tyes\t\t\t\t\t300\t\t\n\
                       spacer\t\tnucleus\tno\t\t\t\t\t300\t\t\n";
const CODES: &str = "clade\tgenome\ttable\tsource\nAves\tmitochondrion\t2\tNCBI\n";

/// 600 simulated bases without a stop codon in frame 1, and with some in the others and in reverse.
fn gene(number: u64) -> Vec<u8> {
    let codons = ["GCT", "CTA", "TTA", "GGA", "ATC", "CCT", "GTT", "ACA", "TCA", "CGA", "AAC", "TTC", "CAT"];
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    (0..200).flat_map(|_| codons[next() % codons.len()].bytes()).collect()
}

/// The gene with its third bases of `count` codons changed, from codon `first`: A and G, C and T change places, which never
/// makes a stop codon of these codons.
fn changed(bases: &[u8], first: usize, count: usize) -> Vec<u8> {
    let mut bases = bases.to_vec();
    for codon in first..first + count {
        let third = &mut bases[3 * codon + 2];
        *third = match *third {
            b'A' => b'G',
            b'G' => b'A',
            b'C' => b'T',
            _ => b'C',
        };
    }
    bases
}

fn taxonomy() -> Taxonomy {
    let rows = [
        ("1", "root", "root", ""),
        ("2", "Aves", "class", "1"),
        ("3", "Tytonidae", "family", "2"),
        ("4", "Tyto", "genus", "3"),
        ("5", "Tyto alba", "species", "4"),
        ("6", "Cuculidae", "family", "2"),
        ("7", "Cuculus", "genus", "6"),
        ("8", "Cuculus canorus", "species", "7"),
        ("9", "Cuculus optatus", "species", "7"),
        ("10", "Clamator", "genus", "6"),
        ("11", "Clamator glandarius", "species", "10"),
        ("12", "Hominidae", "family", "1"),
        ("13", "Homo", "genus", "12"),
        ("14", "Homo sapiens", "species", "13"),
        ("15", "Coccyzus", "genus", "6"),
        ("16", "Coccyzus canora", "species", "15"),
    ];
    let taxon = |(id, name, rank, parent): (&str, &str, &str, &str)| {
        let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
        Taxon { id, name, rank, parent, source: String::new() }
    };
    let list = Recognised {
        genus: "7".to_owned(),
        species: vec!["Cuculus canorus".to_owned(), "Cuculus poliocephalus".to_owned()],
        source: "a list".to_owned(),
    };
    let people = PanelEntry {
        taxon: "Homo sapiens".to_owned(),
        kind: PanelKind::Human,
        common_name: "human".to_owned(),
        wild_relative: String::new(),
    };
    Taxonomy::new(rows.map(taxon).to_vec(), vec![], vec![list], vec![people]).unwrap()
}

/// A library under construction: each record is a specimen of its own unless said otherwise.
struct Shelf(ReleaseBuilder);

impl Shelf {
    fn new() -> Self {
        Self(ReleaseBuilder {
            markers: MarkerTable::parse("markers", MARKERS.as_bytes()).unwrap(),
            genetic_codes: GeneticCodeTable::parse("codes", CODES.as_bytes()).unwrap(),
            taxonomy: taxonomy(),
            ..ReleaseBuilder::default()
        })
    }

    fn put(&mut self, id: &str, taxon: &str, bases: &[u8]) -> &mut Self {
        self.put_fields(id, taxon, bases, &[])
    }

    fn put_fields(&mut self, id: &str, taxon: &str, bases: &[u8], fields: &[(&str, &str)]) -> &mut Self {
        let mut columns = BTreeMap::from([("record_id", id), ("identification", taxon)]);
        columns.extend(fields.iter().copied());
        let marker = columns.remove("marker").unwrap_or("barcode").to_owned();
        let number = self.0.taxonomy.by_name(taxon)[0];
        self.0.records.push(NewRecord {
            fields: columns.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
            sequence: bases.to_vec(),
            marker,
            taxon: number,
            tier: Tier::Screening,
        });
        self
    }

    fn audit(&self) -> Audit {
        audit(&self.0, &crate::unwatched).unwrap()
    }

    /// Records with a finding of this kind, and what it proposes.
    fn found(&self, kind: FindingKind) -> Vec<(String, ProposedTier)> {
        let found = self.audit();
        found.findings.into_iter().filter(|one| one.kind == kind).map(|one| (one.record, one.tier)).collect()
    }

    fn assert(&self, kind: FindingKind, tier: ProposedTier, records: &[&str]) {
        let expected: Vec<_> = records.iter().map(|record| ((*record).to_owned(), tier)).collect();
        assert_eq!(self.found(kind), expected, "{kind}");
    }
}

use FindingKind as K;
use ProposedTier::{Keep, Quarantine, Screening};

#[test]
fn a_lone_stranger_among_another_family_is_at_fault_and_the_many_are_not() {
    let owl = gene(1);
    let mut shelf = Shelf::new();
    shelf.put("owl1", "Tyto alba", &owl).put("owl2", "Tyto alba", &changed(&owl, 3, 1));
    shelf.put("wrong", "Cuculus canorus", &owl);
    shelf.assert(K::FamilyConflict, Quarantine, &["wrong"]);
    let found = shelf.audit();
    let conflict = found.findings.iter().find(|one| one.kind == K::FamilyConflict).unwrap();
    assert_eq!(
        conflict.reason,
        "family conflict: 2 specimens of Tytonidae within 2 % and no other of Cuculidae"
    );
    assert_eq!(conflict.evidence_text(), "owl1 Tyto alba 0/600; owl2 Tyto alba 1/600");
}

#[test]
fn one_against_one_both_are_at_fault_unless_the_kin_of_one_is_known_elsewhere() {
    let mut shelf = Shelf::new();
    shelf.put("a", "Tyto alba", &gene(1)).put("b", "Cuculus canorus", &gene(1));
    shelf.assert(K::FamilyConflict, Quarantine, &["a", "b"]);
    shelf.put("c", "Cuculus canorus", &gene(2));
    shelf.assert(K::FamilyConflict, Quarantine, &["b"]);
}

#[test]
fn records_of_one_specimen_are_one_witness() {
    let specimen = [("specimen", "owl")];
    let mut shelf = Shelf::new();
    shelf.put_fields("a1", "Tyto alba", &gene(1), &specimen);
    shelf.put_fields("a2", "Tyto alba", &gene(1), &specimen);
    shelf.put("b", "Cuculus canorus", &gene(1));
    // One specimen against one, although two records against one.
    shelf.assert(K::FamilyConflict, Quarantine, &["a1", "a2", "b"]);
    assert_eq!(shelf.audit().specimens, 2);
}

#[test]
fn human_dna_under_another_label_is_a_contamination_and_the_human_record_is_not_at_fault() {
    let mut shelf = Shelf::new();
    shelf.put("man", "Homo sapiens", &gene(1)).put("bird", "Tyto alba", &changed(&gene(1), 0, 4));
    shelf.assert(K::Contamination, Quarantine, &["bird"]);
    shelf.assert(K::FamilyConflict, Quarantine, &[]);
}

#[test]
fn a_genus_conflict_needs_the_genus_elsewhere_or_close_strangers() {
    let conflict = |strangers: usize, differences: usize, is_elsewhere: bool| {
        let mut shelf = Shelf::new();
        for number in 0..strangers {
            shelf.put(&format!("g{number}"), "Clamator glandarius", &gene(1));
        }
        shelf.put("x", "Cuculus canorus", &changed(&gene(1), 0, differences));
        if is_elsewhere {
            shelf.put("o", "Cuculus optatus", &gene(2));
        }
        let found = shelf.found(K::GenusConflict);
        found.into_iter().find(|(record, _)| record == "x").map(|(_, tier)| tier)
    };
    // 9 of 600 differ by 1.5 %: near, and not close. 6 are just close.
    assert_eq!(conflict(2, 9, false), None);
    assert_eq!(conflict(2, 9, true), Some(Quarantine));
    assert_eq!(conflict(2, 6, false), Some(Quarantine));
    assert_eq!(conflict(1, 6, false), Some(Screening));
    assert_eq!(conflict(1, 9, false), None);
}

#[test]
fn one_epithet_in_two_genera_is_a_new_name_and_no_conflict() {
    let mut shelf = Shelf::new();
    shelf.put("old1", "Coccyzus canora", &gene(1)).put("old2", "Coccyzus canora", &gene(1));
    shelf.put("new", "Cuculus canorus", &gene(1)).put("far", "Cuculus optatus", &gene(2));
    shelf.assert(K::GenusConflict, Quarantine, &[]);
    shelf.assert(K::SharedBarcode, Keep, &["new", "old1", "old2"]);
}

#[test]
fn a_species_conflict_is_a_record_in_another_species_whose_own_lies_apart() {
    let (one, other) = (gene(1), changed(&gene(1), 0, 30));
    let mut shelf = Shelf::new();
    shelf.put("c1", "Cuculus canorus", &one).put("c2", "Cuculus canorus", &changed(&one, 40, 1));
    shelf.put("o1", "Cuculus optatus", &other).put("o2", "Cuculus optatus", &other);
    shelf.put("wrong", "Cuculus optatus", &one);
    shelf.assert(K::SpeciesConflict, Quarantine, &["wrong"]);
    shelf.assert(K::SharedBarcode, Keep, &[]);
}

#[test]
fn species_that_share_their_barcodes_are_said_to_and_kept() {
    let one = gene(1);
    let mut shelf = Shelf::new();
    for (number, species) in (0..6).zip(["Cuculus canorus", "Cuculus optatus"].into_iter().cycle()) {
        shelf.put(&format!("r{number}"), species, &changed(&one, number, 1));
        shelf.put(&format!("s{number}"), species, &one);
    }
    shelf.assert(K::SpeciesConflict, Quarantine, &[]);
    let shared = ["s0", "s1", "s2", "s3", "s4", "s5"];
    shelf.assert(K::SharedBarcode, Keep, &shared);
    assert!(shelf.audit().grades.iter().all(|grade| grade.grade == Letter::E));
}

#[test]
fn outliers_are_quarantined_when_the_others_agree() {
    let one = gene(1);
    let mut shelf = Shelf::new();
    // 30 differences in 600 columns are 5 %, 31 are more.
    shelf.put("c1", "Cuculus canorus", &one).put("c2", "Cuculus canorus", &changed(&one, 100, 30));
    shelf.assert(K::Outlier, Screening, &[]);
    shelf.put("far", "Cuculus canorus", &changed(&one, 0, 31));
    shelf.assert(K::Outlier, Quarantine, &["far"]);
    let mut two = Shelf::new();
    two.put("c1", "Cuculus canorus", &one).put("far", "Cuculus canorus", &changed(&one, 0, 31));
    two.assert(K::Outlier, Screening, &["c1", "far"]);
    two.assert(K::SingleSpecimen, Keep, &[]);
}

#[test]
fn stop_codons_and_frame_shifts_in_coding_markers_only() {
    let one = gene(1);
    let mut stopped = one.clone();
    stopped[300..303].copy_from_slice(b"TAA");
    let mut shifted = one.clone();
    shifted.remove(300);
    let mut at_the_end = one.clone();
    at_the_end.remove(595);
    let mut shelf = Shelf::new();
    for (id, bases) in
        [("a", &one), ("b", &one), ("end", &at_the_end), ("shift", &shifted), ("stop", &stopped)]
    {
        shelf.put(id, "Cuculus canorus", bases);
        shelf.put_fields(&format!("{id}.spacer"), "Cuculus canorus", bases, &[("marker", "spacer")]);
    }
    shelf.assert(K::FrameShift, Quarantine, &["shift"]);
    let stops = shelf.found(K::StopCodons);
    assert!(stops.contains(&("stop".to_owned(), Quarantine)));
    assert!(stops.iter().all(|(record, _)| ["shift", "stop"].contains(&record.as_str())));
}

#[test]
fn three_bases_less_are_no_frame_shift() {
    let one = gene(1);
    let mut shorter = one.clone();
    shorter.drain(300..303);
    let mut shelf = Shelf::new();
    shelf.put("a", "Cuculus canorus", &one).put("b", "Cuculus canorus", &one).put(
        "c",
        "Cuculus canorus",
        &shorter,
    );
    shelf.assert(K::FrameShift, Quarantine, &[]);
}

#[test]
fn reversed_records_are_the_fewer_or_those_without_an_open_frame() {
    let one = gene(1);
    let back = reverse_complement(&one);
    let mut shelf = Shelf::new();
    shelf.put("a", "Cuculus canorus", &one).put("back", "Cuculus canorus", &back);
    shelf.assert(K::Reversed, Quarantine, &["back"]);
    let mut spacer = Shelf::new();
    let marker = [("marker", "spacer")];
    spacer.put_fields("a", "Cuculus canorus", &one, &marker).put_fields(
        "back",
        "Cuculus canorus",
        &back,
        &marker,
    );
    spacer.assert(K::Reversed, Quarantine, &["a", "back"]);
    spacer.put_fields("c", "Cuculus canorus", &one, &marker);
    spacer.assert(K::Reversed, Quarantine, &["back"]);
}

#[test]
fn what_is_unlike_all_its_relatives_is_no_sequence_of_the_marker() {
    let one = gene(1);
    let mut shelf = Shelf::new();
    shelf.put("a", "Cuculus canorus", &one).put("b", "Cuculus optatus", &changed(&one, 0, 40));
    shelf.put("odd", "Clamator glandarius", &reverse_complement(&gene(7))[..400]);
    shelf.assert(K::Unalignable, Quarantine, &["odd"]);
}

/// 30 of 600 bases are one in 20, 31 are more.
#[test]
fn a_sequence_with_too_many_ambiguous_bases_is_quarantined_and_no_witness() {
    let owl = gene(1);
    let with_gaps = |count: usize| [&b"N".repeat(count)[..], &owl[count..]].concat();
    let library = |ambiguous: usize| {
        let mut shelf = Shelf::new();
        shelf.put("owl", "Tyto alba", &owl).put("run", "Cuculus canorus", &with_gaps(ambiguous));
        shelf
    };
    library(31).assert(K::Ambiguous, Quarantine, &["run"]);
    library(31).assert(K::FamilyConflict, Quarantine, &[]);
    library(30).assert(K::Ambiguous, Screening, &["run"]);
    library(30).assert(K::FamilyConflict, Quarantine, &["owl", "run"]);
}

#[test]
fn what_labels_and_lengths_say() {
    let mut blurred = gene(1);
    blurred[..12].fill(b'N');
    let mut full = blurred.clone();
    full.splice(..12, [b'N'; 13]);
    let mut shelf = Shelf::new();
    shelf.put_fields("bin", "Cuculus canorus", &gene(1), &[("identification_method", "BIN Taxonomy Match")]);
    shelf.put_fields("sp", "Cuculus", &gene(2), &[("identification", "Cuculus sp. 1")]);
    shelf.put("blurred12", "Tyto alba", &blurred).put("blurred13", "Tyto alba", &full);
    shelf.put("short", "Tyto alba", &gene(1)[..299]).put("long", "Tyto alba", &gene(1)[..300]);
    shelf.put("unlisted", "Cuculus optatus", &gene(3));
    shelf.assert(K::CircularIdentification, Screening, &["bin"]);
    shelf.assert(K::NoSpecies, Screening, &["sp"]);
    // 12 of 600 bases are 2 %.
    shelf.assert(K::Ambiguous, Screening, &["blurred13"]);
    shelf.assert(K::Short, Screening, &["short"]);
    // The list of Cuculus has no C. optatus; Tyto has no list.
    shelf.assert(K::UnrecognisedName, Keep, &["unlisted"]);
}

#[test]
fn grades_follow_their_definition() {
    let one = gene(1);
    let specimens = |count: usize| {
        let mut shelf = Shelf::new();
        for number in 0..count {
            shelf.put(&format!("r{number}"), "Cuculus canorus", &changed(&one, number, 1));
        }
        let found = shelf.audit();
        (found.grades[0].grade, found.grades[0].specimens, found.grades[0].clusters)
    };
    assert_eq!(specimens(1), (Letter::D, 1, 1));
    assert_eq!(specimens(2), (Letter::D, 2, 1));
    assert_eq!(specimens(3), (Letter::B, 3, 1));
    assert_eq!(specimens(9), (Letter::B, 9, 1));
    assert_eq!(specimens(10), (Letter::A, 10, 1));
    let mut split = Shelf::new();
    for (id, bases) in
        [("a", one.clone()), ("b", one.clone()), ("c", changed(&one, 0, 14)), ("d", changed(&one, 0, 14))]
    {
        split.put(id, "Cuculus canorus", &bases);
    }
    // 14 differences in 600 columns are 2.3 %, more than the 2.2 % that link.
    let found = split.audit();
    assert_eq!((found.grades[0].grade, found.grades[0].clusters), (Letter::C, 2));
    assert_eq!(found.grades[0].spread.unwrap().to_string(), "0/600");
}

#[test]
fn coverage_counts_recognised_species_and_has_no_share_without_a_list() {
    let mut shelf = Shelf::new();
    shelf.put("a", "Cuculus canorus", &gene(1)).put("b", "Cuculus optatus", &gene(2)).put(
        "c",
        "Tyto alba",
        &gene(3),
    );
    let found = shelf.audit();
    let of = |name: &str| found.coverage.iter().find(|genus| genus.genus == name).unwrap();
    let cuckoos = of("Cuculus");
    assert_eq!((cuckoos.recognised, cuckoos.represented), (Some(2), 1));
    assert_eq!(
        (cuckoos.missing.as_slice(), cuckoos.unlisted.as_slice()),
        (["Cuculus poliocephalus".to_owned()].as_slice(), ["Cuculus optatus".to_owned()].as_slice())
    );
    assert_eq!((of("Tyto").recognised, of("Tyto").represented), (None, 1));
}

#[test]
fn markup_in_names_is_escaped_in_the_page() {
    let mut shelf = Shelf::new();
    let evil = [("identification", "Cuculus <script>alert(1)</script>")];
    shelf.put_fields("a", "Cuculus", &gene(1), &evil);
    let page = super::render_audit(&shelf.audit(), "<b>x</b>").unwrap();
    assert!(!page.contains("<script>") && !page.contains("<b>x") && page.contains("&lt;script&gt;"));
}

/// Records of a simulated library: copies of two genes with a few changes, under labels that fit or not.
fn simulated(rows: &[(usize, usize, usize, usize)]) -> Shelf {
    let species = ["Tyto alba", "Cuculus canorus", "Clamator glandarius"];
    let mut shelf = Shelf::new();
    for (number, (which, label, first, count)) in rows.iter().enumerate() {
        let bases = changed(&gene(1 + *which as u64), *first, *count);
        shelf.put_fields(&format!("r{number:02}"), species[*label], &bases, &[("marker", "spacer")]);
    }
    shelf
}

/// The records outvoted by so many or more, by the definition on all pairs and without any index.
fn outvoted(shelf: &Shelf, majority: usize) -> BTreeSet<String> {
    let records = &shelf.0.records;
    let family = |record: &NewRecord| shelf.0.taxonomy.at_rank(record.taxon, "family").unwrap();
    let is_outvoted = |record: &&NewRecord| {
        let near = records.iter().filter(|other| {
            let found = compare(&record.sequence, &other.sequence, 0..record.sequence.len()).unwrap();
            found.differences * 200 <= found.columns
        });
        let mut votes: BTreeMap<_, usize> = BTreeMap::new();
        for other in near {
            *votes.entry(family(other)).or_default() += 1;
        }
        let own = votes.remove(&family(record)).unwrap();
        votes.values().any(|count| *count >= own + majority)
    };
    records.iter().filter(is_outvoted).map(|record| record.fields["record_id"].clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    // Fewer records than the neighbours that are listed: the vote is among all.
    #[test]
    fn family_conflicts_are_what_the_definition_says(
        rows in proptest::collection::vec((0..2_usize, 0..3_usize, 0..150_usize, 0..9_usize), 1..10),
    ) {
        let shelf = simulated(&rows);
        let found: BTreeSet<String> =
            shelf.found(K::FamilyConflict).into_iter().map(|(record, _)| record).collect();
        // Where the vote is equal, the kin decides; where it is not, nothing else.
        let (outvoted, at_most) = (outvoted(&shelf, 1), outvoted(&shelf, 0));
        prop_assert!(found.is_superset(&outvoted), "{found:?} lacks some of {outvoted:?}");
        prop_assert!(found.is_subset(&at_most), "{found:?} has more than {at_most:?}");
    }

    #[test]
    fn the_same_bytes_on_any_number_of_threads(
        rows in proptest::collection::vec((0..2_usize, 0..3_usize, 0..150_usize, 0..40_usize), 1..30),
    ) {
        let shelf = simulated(&rows);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| serde_json::to_string(&shelf.audit()).unwrap())
        };
        let one = with(1);
        prop_assert_eq!(&one, &with(2));
        prop_assert_eq!(&one, &with(8));
    }
}
