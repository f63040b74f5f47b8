//! Identification of one barcode against the starter release: `cargo bench --bench identify`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use saola::{Analysis, ListingFile, Listings, Profile, Release, SampleFile, samples_of};

/// Real records: a kestrel with close relatives in the release, and a slipper orchid.
const QUERIES: [&str; 2] = ["NLAVE238-11.COI-5P", "Z78533.1.ITS"];

fn identify(criterion: &mut Criterion) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference-db");
    let release =
        Release::open(format!("{folder}/saola-starter.saola").as_ref()).expect("the starter release");
    let text =
        |name: &str| fs_err::read_to_string(format!("{folder}/cites/{name}")).expect("the listing file");
    let file = ListingFile::parse(&text("listings.tsv"), &text("groups.tsv")).expect("listings");
    let listings = Listings::from(file);
    let profile = Profile::built_in("screening").expect("a built-in profile");
    let analysis = Analysis::new(&release, &listings, profile).expect("a sound release");
    for id in QUERIES {
        let sequence = release.record_by_id(id).and_then(|record| record.sequence()).expect("a record");
        let fasta = format!(">{id}\n{}\n", String::from_utf8_lossy(&sequence));
        let file = SampleFile::from_bytes("bench.fasta", fasta.as_bytes()).expect("a sequence");
        let samples = samples_of(&[file]).expect("one sample");
        criterion.bench_function(&format!("identify {id}"), |bench| {
            bench.iter(|| analysis.run(black_box(&samples)));
        });
    }
    criterion.bench_function("open and check the starter release", |bench| {
        bench.iter(|| Release::open(format!("{folder}/saola-starter.saola").as_ref()));
    });
}

criterion_group!(benches, identify);
criterion_main!(benches);
