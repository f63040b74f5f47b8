//! Writing an audit.

use std::path::Path;

use saola_curate::{Audit, coverage_tsv, findings_tsv, grades_tsv, render_audit};

use crate::{OutputError, output::write_new_folder};

/// Writes `findings.tsv`, `grades.tsv`, `coverage.tsv`, `audit.json` and `audit.html` into a new folder; `title` is what the
/// page calls the audited.
///
/// # Errors
///
/// [`OutputError`]; on any error the folder is not there.
pub fn write_audit(folder: &Path, audit: &Audit, title: &str) -> Result<(), OutputError> {
    let json = serde_json::to_string_pretty(audit)? + "\n";
    let files = [
        ("findings.tsv", findings_tsv(audit)),
        ("grades.tsv", grades_tsv(audit)),
        ("coverage.tsv", coverage_tsv(&audit.coverage)),
        ("audit.json", json),
        ("audit.html", render_audit(audit, title)?),
    ];
    write_new_folder(folder, &files)
}
