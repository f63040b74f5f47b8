//! Records to search among: of the starter release, of published alignments, simulated; and small releases of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use saola::{NewRecord, Release, ReleaseBuilder, Tier, reverse_complement};

use crate::changes::{ambiguous, piece, replaced};
use crate::prng::Random;
use crate::queries::QueryMaker;
use crate::roots::roots;

/// The sequences of one marker.
pub(crate) struct Library {
    pub(crate) name: String,
    pub(crate) marker: String,
    pub(crate) records: Vec<Vec<u8>>,
}

impl Library {
    /// At most `size` records in any order. One in five is cut to a piece, one in ten has some bases replaced, one in ten has IUPAC
    /// codes, and one in ten repeats another.
    pub(crate) fn sample(&self, random: &mut Random, size: usize) -> Vec<Vec<u8>> {
        let mut records = self.records.clone();
        random.shuffle(&mut records);
        records.truncate(size);
        let copies = records.clone();
        let mut vary = |bases: Vec<u8>| match random.below(10) {
            0 | 1 => piece(random, &bases, 80, 400),
            2 => replaced(random, bases, 30),
            3 => ambiguous(random, bases),
            4 => random.pick(&copies).clone(),
            _ => bases,
        };
        records.into_iter().map(&mut vary).collect()
    }

    /// The longest tenth of the records.
    pub(crate) fn longest(&self) -> Vec<Vec<u8>> {
        let mut records = self.records.clone();
        records.sort_by_key(|bases| std::cmp::Reverse(bases.len()));
        records.truncate(records.len().div_ceil(10));
        records
    }
}

/// The starter release, and what other releases take from it: markers, taxonomy, genetic codes.
pub(crate) struct Base {
    pub(crate) starter: Release,
    builder: ReleaseBuilder,
    record: NewRecord,
}

impl Base {
    pub(crate) fn starter() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference-db/saola-starter.saola");
        let starter = Release::open(&path).unwrap();
        let mut builder = starter.to_builder().unwrap();
        let record = builder.records.swap_remove(0);
        builder.records.clear();
        Self { starter, builder, record }
    }

    /// A release of one marker's records.
    pub(crate) fn release(&self, marker: &str, records: &[Vec<u8>]) -> Release {
        let record = |(number, sequence): (usize, &Vec<u8>)| NewRecord {
            fields: BTreeMap::from([("record_id".to_owned(), format!("r{number:05}"))]),
            sequence: sequence.clone(),
            marker: marker.to_owned(),
            taxon: self.record.taxon,
            tier: Tier::Screening,
        };
        let records = records.iter().enumerate().map(record).collect();
        let builder = ReleaseBuilder { records, ..self.builder.clone() };
        Release::from_bytes(builder.write().unwrap(), "exactness").unwrap()
    }
}

/// The starter's records, marker by marker.
pub(crate) fn starter_markers(base: &Base) -> Vec<Library> {
    let mut markers: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for record in base.starter.records() {
        markers.entry(record.marker().name.clone()).or_default().push(record.sequence().unwrap());
    }
    let library = |(marker, records)| Library { name: format!("starter {marker}"), marker, records };
    markers.into_iter().map(library).collect()
}

/// COI records of the starter, each with a piece of itself and that piece's reverse complement, changed a little, behind one another
/// at one of its ends.
pub(crate) fn folded(base: &Base, size: usize) -> Library {
    let mut random = Random::new(size as u64);
    let markers = starter_markers(base);
    let coi = markers.iter().find(|library| library.marker == "COI-5P").unwrap();
    let mut fold = |_| {
        let source = random.pick(&coi.records);
        let stem = piece(&mut random, source, 150, 450);
        let arm = piece(&mut random, &stem, 30, 120);
        let turned = replaced(&mut random, reverse_complement(&arm), 60);
        if random.chance(1, 2) { [stem, arm, turned].concat() } else { [arm, turned, stem].concat() }
    };
    Library {
        name: "folded".to_owned(),
        marker: "COI-5P".to_owned(),
        records: (0..size).map(&mut fold).collect(),
    }
}

/// A file of single-marker sequences of `TreeBASE`: those of 30 bases or more, what is no IUPAC code left out.
pub(crate) fn treebase(base: &Base, name: &str) -> Library {
    let folder =
        std::env::var_os("SAOLA_SHARED_DATA").expect("SAOLA_SHARED_DATA names the folder of the shared data");
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("scale/treebase_{name}.fasta.gz"));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(fs_err::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let bases = |block: &str| -> Vec<u8> {
        let lines = block.lines().skip(1).flat_map(str::bytes);
        let upper =
            lines.map(|byte| if byte.eq_ignore_ascii_case(&b'U') { b'T' } else { byte.to_ascii_uppercase() });
        upper.filter(|code| b"ACGTRYSWKMBDHVN".contains(code)).collect()
    };
    let records: BTreeSet<Vec<u8>> = text.split('>').map(bases).filter(|bases| bases.len() >= 30).collect();
    let marker = base.starter.markers().resolve(name).unwrap().name.clone();
    Library { name: format!("TreeBASE {name}"), marker, records: records.into_iter().collect() }
}

/// Queries with their class.
pub(crate) type Queries = Vec<(&'static str, Vec<u8>)>;

/// A simulated library and its thousand queries (class, bases), as the program `simulate_barcodes` makes them.
pub(crate) fn simulated(base: &Base, records: usize, seed: u64) -> (Vec<Vec<u8>>, Queries) {
    let mut random = Random::new(seed);
    let mut roots = roots(&base.starter);
    random.shuffle(&mut roots);
    let (held_out, present) = roots.split_at(50);
    let library = crate::library::Library::grow(&mut random, present, records);
    let maker = QueryMaker { random: &mut random, library: &library, roots: present, held_out, absent: 0 };
    let queries = maker.all().into_iter().map(|query| (query.class, query.bases)).collect();
    (library.records.into_iter().map(|record| record.bases).collect(), queries)
}
