//! `saola schema`, `saola completions`, `saola man`.

use std::path::Path;

use clap::CommandFactory as _;

use crate::arguments::Arguments;
use crate::failure::{Failure, Kind};
use crate::terminal;

pub(crate) fn print_schema(name: Option<&str>) -> Result<(), Failure> {
    match name {
        None => terminal::print("report\n"),
        Some("report") => terminal::print(&(serde_json::to_string_pretty(&saola::report_schema())? + "\n")),
        Some(other) => Err(Failure::new(
            Kind::Usage,
            format!("there is no schema {other:?}"),
            "`saola schema` lists the names",
        )),
    }
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
