//! Search of one barcode among the starter's COI records, and one pair against rust-bio's bit-parallel kernel on the
//! same work: `cargo bench --bench search`.

use std::hint::black_box;

use bio::pattern_matching::myers::long::Myers;
use criterion::{Criterion, criterion_group, criterion_main};
use saola::{Options, Release, ReleaseSearch};

const NEAR: &str = "NLAVE238-11.COI-5P";
const FAR: &str = "NLSM070-14.COI-5P";

fn search(criterion: &mut Criterion) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reference-db/saola-starter.saola");
    let release = Release::open(path.as_ref()).expect("the starter release");
    let search = ReleaseSearch::new(&release).expect("a sound release");
    let marker = release.markers().resolve("COI").expect("COI");
    let sequence =
        |id: &str| release.record_by_id(id).and_then(|record| record.sequence()).expect("a record");
    for id in [NEAR, FAR] {
        let query = sequence(id);
        criterion.bench_function(&format!("search {id}"), |bench| {
            bench.iter(|| search.search(marker, black_box(&query), &Options::default()));
        });
    }
    let (query, reference) = (sequence(NEAR), sequence(FAR));
    let pattern = saola::Pattern::new(&query);
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

criterion_group!(benches, search);
criterion_main!(benches);
