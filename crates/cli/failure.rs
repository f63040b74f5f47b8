//! What went wrong, what to do about it, and the exit code.

use std::{fmt::Display, io, process::ExitCode};

use crate::terminal;

/// The documented exit codes but 0; clap itself ends with 2.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Failed = 1,
    Usage = 2,
    Verification = 3,
    Reference = 4,
}

/// An error for the user: one line what, one line what to do.
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hint: String,
    is_broken_pipe: bool,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Display, hint: impl Into<String>) -> Self {
        Self { kind, message: message.to_string(), hint: hint.into(), is_broken_pipe: false }
    }

    pub(crate) fn report(&self) -> ExitCode {
        if self.is_broken_pipe {
            return ExitCode::SUCCESS;
        }
        terminal::say(&format!("error: {}", self.message));
        if !self.hint.is_empty() {
            terminal::say(&format!("hint: {}", self.hint));
        }
        ExitCode::from(self.kind as u8)
    }
}

impl From<io::Error> for Failure {
    /// Writing to a closed pipe means that the reader has seen enough.
    fn from(error: io::Error) -> Self {
        let is_broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { is_broken_pipe, ..Self::new(Kind::Failed, error, "") }
    }
}

impl From<saola::InputError> for Failure {
    fn from(error: saola::InputError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::SheetError> for Failure {
    fn from(error: saola::SheetError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::DuplicateSample> for Failure {
    fn from(error: saola::DuplicateSample) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::OpenError> for Failure {
    fn from(error: saola::OpenError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Reference, error, hint)
    }
}

impl From<saola::OutputError> for Failure {
    fn from(error: saola::OutputError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::ProfileError> for Failure {
    fn from(error: saola::ProfileError) -> Self {
        Self::new(
            Kind::Usage,
            error,
            "give `screening`, `forensic`, `mini-barcode` or a TOML file with every limit",
        )
    }
}

impl From<saola::AnalysisError> for Failure {
    fn from(error: saola::AnalysisError) -> Self {
        use saola::AnalysisError::{Canonical, Damaged, Marker, Taxon};
        match error {
            Marker { .. } => Self::new(Kind::Usage, error, "leave the marker out to have it found"),
            Taxon(_) => Self::new(Kind::Usage, error, "check the spelling; give a scientific name"),
            Damaged(_) => Self::new(Kind::Reference, error, "take a fresh copy of the release"),
            Canonical(_) => Self::new(Kind::Failed, error, ""),
        }
    }
}

impl From<saola::CurateError> for Failure {
    fn from(error: saola::CurateError) -> Self {
        Self::new(Kind::Failed, error, "the README of the reference folder describes its files")
    }
}

impl From<saola::AuditError> for Failure {
    fn from(error: saola::AuditError) -> Self {
        Self::new(Kind::Failed, error, "`saola db verify` says what is wrong with a file")
    }
}

impl From<saola::import::ImportError> for Failure {
    fn from(error: saola::import::ImportError) -> Self {
        Self::new(Kind::Failed, error, "nothing was imported; the same command can be run again")
    }
}

impl From<saola::ExportError> for Failure {
    /// Of a closed pipe the reader has seen enough.
    fn from(error: saola::ExportError) -> Self {
        match error {
            saola::ExportError::Io(error) => error.into(),
            error => saola::OutputError::from(error).into(),
        }
    }
}

impl From<saola::UnknownSelection> for Failure {
    fn from(error: saola::UnknownSelection) -> Self {
        Self::new(
            Kind::Usage,
            error,
            "`saola db info` lists the markers; give a taxon by its scientific name",
        )
    }
}

impl From<saola::ProofError> for Failure {
    fn from(error: saola::ProofError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::ReportFileError> for Failure {
    fn from(error: saola::ReportFileError) -> Self {
        let hint = error.hint();
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<saola::RerunError> for Failure {
    fn from(error: saola::RerunError) -> Self {
        match error {
            saola::RerunError::Analysis(error @ saola::AnalysisError::Damaged(_)) => error.into(),
            error => {
                let hint = error.hint();
                Self::new(Kind::Failed, error, hint)
            }
        }
    }
}

impl From<saola::BuildError> for Failure {
    fn from(error: saola::BuildError) -> Self {
        let hint = match &error {
            saola::BuildError::UnsafeCell { .. } => {
                "correct the cell in the table that the record comes from"
            }
            _ => "",
        };
        Self::new(Kind::Failed, error, hint)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(Kind::Failed, error, "")
    }
}
