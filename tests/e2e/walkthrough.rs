//! docs/reference-database.md: its commands are run as they stand there, one after the other.

use std::process::Command;

use crate::release::root;
use crate::support::Place;

/// The text of every block of commands.
fn commands() -> Vec<String> {
    let text = fs_err::read_to_string(root().join("docs/reference-database.md")).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.collect()
}

/// What a block prints; the program is found as `saola`.
fn run(place: &Place, block: &str) -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_saola")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    let output =
        shell.args(["-e", "-c", block]).current_dir(place.path("")).env("PATH", path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{block}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn the_commands_of_the_walk_through_do_what_it_says() {
    let place = Place::new();
    for file in ["birds.bcdm.tsv", "orchids.gb", "seized-falcon.fasta"] {
        place.write(file, fs_err::read(root().join("examples/walkthrough").join(file)).unwrap());
    }
    let blocks = commands();
    let said: Vec<String> = blocks.iter().map(|block| run(&place, block)).collect();
    let says = |words: &str| said.iter().any(|text| text.contains(words));
    // The figures of the text, from the files: 99 and 24 records, and four of them wrong.
    assert!(says("read 99 = kept 99 + collapsed 0 + rejected 0"));
    assert!(says("read 24 = kept 24 + collapsed 0 + rejected 0"));
    let findings = place.read("audit-1/findings.tsv");
    let mut quarantined: Vec<&str> = findings
        .lines()
        .filter(|line| line.split('\t').nth(4) == Some("quarantine"))
        .map(|line| line.split('.').next().unwrap())
        .collect();
    quarantined.dedup();
    assert_eq!(quarantined, ["NLAVE170-11", "NLAVE310-11", "NLAVE726-25", "NLAVE770-25"]);
    assert!(says("conclusion genus only  Falco") && says("33 congeners") && says("1/694  Falco peregrinus"));
    assert!(says("supported the conclusion: NLAVE409-11.COI-5P"));
    assert!(says("report/report.json: same"));
}
