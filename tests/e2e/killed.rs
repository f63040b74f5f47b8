//! A build that is killed, at whatever moment.

use std::process::{Child, Stdio};
use std::time::Instant;

use crate::release::{copy_folder, root};
use crate::support::Place;

/// A place with a reference folder of one source.
fn place() -> Place {
    let place = Place::new();
    copy_folder(&root().join("reference-db/taxonomy"), &place.path("folder/taxonomy"));
    for file in
        ["release.toml", "sources.toml", "markers.tsv", "genetic_codes.tsv", "decisions.tsv", "panel.tsv"]
    {
        place.write(&format!("folder/{file}"), fs_err::read(root().join("reference-db").join(file)).unwrap());
    }
    let records = "records/nl-vertebrates-coi.tsv";
    place.write(
        &format!("folder/{records}"),
        fs_err::read(root().join("reference-db").join(records)).unwrap(),
    );
    place
}

/// Starts `saola db build` of the folder into `release.saola`.
fn start(place: &Place) -> Child {
    let mut command = place.command(&["--quiet", "db", "build", "folder", "-o", "release.saola"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Bytes of the file that is written aside; none when there is no such file.
fn written_aside(place: &Place) -> Option<u64> {
    let aside = place.names().into_iter().find(|name| name.starts_with(".saola-"))?;
    Some(fs_err::metadata(place.path(&aside)).ok()?.len())
}

/// Waits until `moment` has come or the program has ended by itself; then kills it.
fn kill_at(child: &mut Child, mut moment: impl FnMut() -> bool) {
    while child.try_wait().unwrap().is_none() && !moment() {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
}

/// Under the final name stands all of the release or nothing; after a kill the build can be run again, with the same bytes.
fn assert_whole_or_absent(place: &Place, whole: &[u8]) {
    if let Ok(bytes) = fs_err::read(place.path("release.saola")) {
        assert!(bytes == whole, "half a file has the final name");
    } else {
        assert!(start(place).wait().unwrap().success());
        assert!(fs_err::read(place.path("release.saola")).unwrap() == whole);
    }
}

#[test]
fn a_killed_build_leaves_all_or_nothing() {
    let first = place();
    let begin = Instant::now();
    assert!(start(&first).wait().unwrap().success());
    let once = begin.elapsed();
    let whole = fs_err::read(first.path("release.saola")).unwrap();
    // Any time of the build, the last of them about its end.
    for part in 0..8 {
        let place = place();
        let (begin, delay) = (Instant::now(), once * part / 7);
        kill_at(&mut start(&place), || begin.elapsed() >= delay);
        assert_whole_or_absent(&place, &whole);
    }
    // While the file is written, which is soon over.
    for bytes in [0, 1, 500_000, 1_000_000] {
        let place = place();
        kill_at(&mut start(&place), || written_aside(&place).is_some_and(|length| length >= bytes));
        assert_whole_or_absent(&place, &whole);
    }
}
