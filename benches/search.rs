//! Search of the starter's COI records: by the index, exhaustively, and one pair against rust-bio's bit-parallel kernel on the same
//! work: `cargo bench --bench search`. Other programs are compared by `benches/peers/run.py`.

use std::hint::black_box;

use bio::pattern_matching::myers::long::Myers;
use criterion::{Criterion, criterion_group, criterion_main};
use saola::{Options, Pattern, Ratio, Release, ReleaseSearch, index_sections};

const NEAR: &str = "NLAVE238-11.COI-5P";
const FAR: &str = "NLSM070-14.COI-5P";

fn search(criterion: &mut Criterion) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reference-db/saola-starter.saola");
    let release = Release::open(path.as_ref()).expect("the starter release");
    let search = ReleaseSearch::new(&release).expect("a sound release");
    let marker = release.markers().resolve("COI").expect("COI");
    let sequence =
        |id: &str| release.record_by_id(id).and_then(|record| record.sequence()).expect("a record");
    let all = Options::default();
    let best = Options { max_hits: Some(1), prove_down_to: Ratio::DEFAULT_MIN_IDENTITY, ..all };
    for id in [NEAR, FAR] {
        let query = sequence(id);
        for (name, options) in [("best", &best), ("all", &all)] {
            criterion.bench_function(&format!("{name} of {id}"), |bench| {
                bench.iter(|| search.search(marker, black_box(&query), options));
            });
        }
    }
    let query = sequence(NEAR);
    criterion.bench_function(&format!("all of {NEAR}, exhaustively"), |bench| {
        bench.iter(|| search.search_exhaustively(marker, black_box(&query), &all));
    });
    criterion.bench_function("index of the starter release", |bench| {
        bench.iter(|| index_sections(black_box(&release)));
    });
}

fn pair(criterion: &mut Criterion) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reference-db/saola-starter.saola");
    let release = Release::open(path.as_ref()).expect("the starter release");
    let sequence =
        |id: &str| release.record_by_id(id).and_then(|record| record.sequence()).expect("a record");
    let (query, reference) = (sequence(NEAR), sequence(FAR));
    let pattern = Pattern::new(&query);
    criterion.bench_function("differences of one pair, saola", |bench| {
        bench.iter(|| pattern.differences(black_box(&reference), saola::Kind::Spanning, None));
    });
    criterion.bench_function("differences of one pair, rust-bio Myers", |bench| {
        let myers = Myers::<u64>::new(&query);
        bench.iter(|| {
            myers.find_all_end(black_box(&reference), query.len()).map(|(_, distance)| distance).min()
        });
    });
}

criterion_group!(benches, search, pair);
criterion_main!(benches);
