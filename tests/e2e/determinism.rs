//! The same bytes at any number of threads.

use saola::{Analysis, Circumstances, Profile, SampleFile, canonical_json, samples_of};

use crate::release::{fasta, listings, starter};

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let (release, listings) = (starter(), listings());
    let fasta = fasta(&release, release.records().step_by(397).map(|record| record.id()));
    let samples = samples_of(&[SampleFile::from_bytes("many.fasta", fasta.as_bytes()).unwrap()]).unwrap();
    let result = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let circumstances =
                Circumstances { date: Some("2010-01-01".parse().unwrap()), ..Circumstances::default() };
            let analysis = Analysis::new(&release, &listings, Profile::built_in("screening").unwrap())
                .unwrap()
                .with_circumstances(circumstances);
            canonical_json(&analysis.run(&samples).unwrap()).unwrap()
        })
    };
    let one = result(1);
    assert!(one == result(2), "2 threads");
    assert!(one == result(8), "8 threads");
}
