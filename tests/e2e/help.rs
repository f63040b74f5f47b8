//! The texts that the program shows of itself, held as snapshots.

use std::fmt::Write as _;

use crate::support::{PYTHON, Place, bases, fasta};

/// Every command, in the order of the help.
const COMMANDS: [&[&str]; 28] = [
    &[],
    &["identify"],
    &["search"],
    &["db"],
    &["db", "import"],
    &["db", "audit"],
    &["db", "coverage"],
    &["db", "build"],
    &["db", "info"],
    &["db", "diff"],
    &["db", "export"],
    &["db", "sign"],
    &["db", "verify"],
    &["db", "proof"],
    &["db", "verify-proof"],
    &["db", "affected"],
    &["consensus"],
    &["cites"],
    &["permit"],
    &["permit", "check"],
    &["validate"],
    &["rerun"],
    &["key"],
    &["key", "new"],
    &["schema"],
    &["completions"],
    &["man"],
    &["help"],
];

#[test]
fn help() {
    let place = Place::new();
    let mut tree = String::new();
    for command in &COMMANDS[..COMMANDS.len() - 1] {
        let help = place.succeeds(&[command, &["--help"][..]].concat());
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 100), "{help}");
        let _ = write!(
            tree,
            "$ saola {}\n{}\n\n",
            [command, &["--help"][..]].concat().join(" "),
            lines.join("\n")
        );
    }
    insta::assert_snapshot!(tree.trim_end());
}

/// The list above leaves none out.
#[test]
fn every_command_is_in_the_tree() {
    let place = Place::new();
    for parent in [&[][..], &["db"], &["key"], &["permit"]] {
        let help = place.succeeds(&[parent, &["--help"]].concat());
        let section = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        for line in section.lines() {
            let name = line.split_whitespace().next().unwrap();
            let command = [parent, &[name]].concat();
            assert!(name == "help" || COMMANDS.contains(&command.as_slice()), "{command:?}");
        }
    }
}

#[test]
fn wrong_command_lines_end_with_2() {
    let place = Place::new();
    let lines: [&[&str]; 6] = [
        &[],
        &["identfy"],
        &["identify"],
        &["search"],
        &["identify", "--format", "xml", "x.fasta"],
        &["db", "build", "x"],
    ];
    for arguments in lines {
        let finished = place.run(arguments);
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{arguments:?}");
        let says_how = ["Usage: saola", "try '--help'"].iter().any(|words| finished.stderr.contains(words));
        assert!(says_how, "{}", finished.stderr);
    }
    place.fails(2, &["schema", "reports"], &["\"reports\"", "saola schema"]);
    let version = place.succeeds(&["--version"]);
    assert_eq!(version, format!("saola {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn schemas_are_listed_and_printed() {
    let place = Place::new();
    let names = place.succeeds(&["schema"]);
    assert!(names.lines().any(|name| name == "report"));
    for name in names.lines() {
        let schema: serde_json::Value = serde_json::from_str(&place.succeeds(&["schema", name])).unwrap();
        assert!(schema["$schema"].as_str().unwrap().starts_with("https://json-schema.org/"), "{name}");
    }
}

#[test]
fn completions_for_each_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = place.succeeds(&["completions", shell]);
        assert!(text.contains("saola") && text.contains("offence-date"), "{shell}");
    }
    assert_eq!(place.run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn manual_pages_are_written() {
    let place = Place::new();
    place.succeeds(&["man", "pages/man1"]);
    for command in &COMMANDS[..COMMANDS.len() - 1] {
        let page = format!("pages/man1/{}.1", [&["saola"], *command].concat().join("-"));
        let text = place.read(&page);
        assert!(text.contains(".TH") && text.contains("SYNOPSIS"), "{page}");
    }
    assert!(place.read("pages/man1/saola-identify.1").contains("offence"));
}

/// The table for people, with the release's root replaced.
#[test]
fn table() {
    let place = Place::new();
    place.write("python.fasta", fasta(PYTHON.1, &bases(PYTHON)));
    let questions = ["--question", "Antaresia", "--question", "Python"];
    let arguments = ["identify", "python.fasta", "--offence-date", "2012-05-05"];
    let table = place.succeeds(&[&arguments[..], &questions[..]].concat());
    let (text, root) = table.split_once("root ").unwrap();
    let (root, rest) = root.split_once('\n').unwrap();
    assert!(root.len() == 16 && root.bytes().all(|byte| byte.is_ascii_hexdigit()), "{root}");
    insta::assert_snapshot!(format!("{text}root [16 digits]\n{rest}"));
}
