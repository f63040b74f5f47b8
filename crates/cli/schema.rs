//! `saola schema`, `saola completions`, `saola man`.

use std::path::Path;

use clap::CommandFactory as _;

use crate::arguments::Arguments;
use crate::failure::{Failure, Kind};
use crate::terminal;

pub(crate) fn print_schema(name: Option<&str>) -> Result<(), Failure> {
    match name {
        None => terminal::print("report\nrecord-proof\npermit-check\nconsensus\n"),
        Some("report") => print_json(&saola::report_schema()),
        Some("permit-check") => print_json(&saola::permit_check_schema()),
        Some("consensus") => print_json(&saola::reads::consensus_schema()),
        Some("record-proof") => print_json(&saola::record_proof_schema()),
        Some(other) => Err(Failure::new(
            Kind::Usage,
            format!("there is no schema {other:?}"),
            "`saola schema` lists the names",
        )),
    }
}

/// The schema of each output is kept in `schemas/` and held up to date by a test.
fn print_json(schema: &impl serde::Serialize) -> Result<(), Failure> {
    terminal::print(&(serde_json::to_string_pretty(schema)? + "\n"))
}

pub(crate) fn print_completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "saola", &mut text);
    terminal::print(&String::from_utf8_lossy(&text))
}

pub(crate) fn write_manual(folder: &Path) -> Result<(), Failure> {
    fs_err::create_dir_all(folder)?;
    Ok(clap_mangen::generate_to(Arguments::command(), folder)?)
}
