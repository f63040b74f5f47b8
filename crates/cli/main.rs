//! The `saola` command: arguments, progress, exit codes and the embedded default release.

mod arguments;
mod cites;
mod clock;
mod database;
mod db_affected;
mod db_audit;
mod db_coverage;
mod db_diff;
mod db_export;
mod db_import;
mod db_proof;
mod db_sign;
mod failure;
mod identify;
mod key;
mod listings;
mod permit;
mod query_search;
mod reads;
mod rerun;
mod schema;
mod terminal;
mod trust;
mod validate;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    arguments::{Arguments, Command, DatabaseCommand},
    failure::Failure,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let quiet = arguments.quiet;
    match arguments.command {
        Command::Identify(options) => identify::run(&options, quiet),
        Command::Consensus(options) => reads::run(&options, quiet),
        Command::Search(options) => query_search::run(&options, quiet),
        Command::Db { command } => match command {
            DatabaseCommand::Build(options) => database::build(&options, quiet),
            DatabaseCommand::Audit(options) => db_audit::run(&options, quiet),
            DatabaseCommand::Coverage(options) => db_coverage::run(&options),
            DatabaseCommand::Import(options) => db_import::run(&options, quiet),
            DatabaseCommand::Info(options) => database::info(&options),
            DatabaseCommand::Verify(options) => database::verify(&options),
            DatabaseCommand::Diff(options) => db_diff::run(&options),
            DatabaseCommand::Export(options) => db_export::run(&options, quiet),
            DatabaseCommand::Proof(options) => db_proof::prove(&options),
            DatabaseCommand::VerifyProof(options) => db_proof::verify(&options),
            DatabaseCommand::Affected(options) => db_affected::run(&options, quiet),
            DatabaseCommand::Sign(options) => db_sign::run(&options, quiet),
        },
        Command::Validate(options) => validate::run(&options, quiet),
        Command::Cites(options) => cites::run(&options),
        Command::Permit { command } => permit::run(&command),
        Command::Rerun(options) => rerun::run(&options, quiet),
        Command::Key { command } => key::run(&command, quiet),
        Command::Schema { name } => schema::print_schema(name.as_deref()),
        Command::Completions { shell } => schema::print_completions(shell),
        Command::Man { folder } => schema::write_manual(&folder),
    }
}
