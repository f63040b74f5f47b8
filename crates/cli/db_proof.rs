//! `saola db proof` and `saola db verify-proof`.

use std::path::PathBuf;

use clap::Args;
use saola::{ProofError, RecordProof, Sha256Digest, Verification, write_new_file};

use crate::failure::{Failure, Kind};
use crate::{database, terminal};

#[derive(Args)]
pub(crate) struct ProofOptions {
    /// Id of the record.
    pub(crate) record: String,
    /// The file; the built-in release unless given.
    pub(crate) file: Option<PathBuf>,
    /// Write into this new file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct VerifyProofOptions {
    /// The proof that `saola db proof` wrote.
    pub(crate) proof: PathBuf,
    /// The published root of the release; without it the answer is only that the proof fits itself.
    #[arg(long, value_name = "HEX")]
    pub(crate) root: Option<Sha256Digest>,
}

pub(crate) fn prove(options: &ProofOptions) -> Result<(), Failure> {
    let release = database::open_checked(options.file.as_deref())?;
    let text = serde_json::to_string_pretty(&release.prove(&options.record)?)? + "\n";
    match &options.output {
        Some(path) => Ok(write_new_file(path, text.as_bytes())?),
        None => terminal::print(&text),
    }
}

pub(crate) fn verify(options: &VerifyProofOptions) -> Result<(), Failure> {
    let name = options.proof.display().to_string();
    let proof = RecordProof::read(&name, fs_err::File::open(&options.proof).map_err(ProofError::Io)?)?;
    let root = options.root.unwrap_or(proof.root);
    if let Verification::Bad(fault) = proof.verify(root) {
        let hint = "ask for the proof again, and compare the root with the published one";
        return Err(Failure::new(Kind::Verification, format!("{name}: Bad: {fault}"), hint));
    }
    let what = proof.describe().replace(|letter: char| letter.is_control(), " ");
    let under = match options.root {
        Some(root) => format!("  is in the release with the root {root}, as given\n"),
        None => format!(
            "  is in the release with the root {root},\n  \
             CLAIMED BY THE PROOF ITSELF: nothing is proven until it is compared with the published root (--root)\n"
        ),
    };
    terminal::print(&format!("Good: record {} ({what})\n{under}", proof.record))
}
