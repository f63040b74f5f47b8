//! Standard output, standard error, progress.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use saola::{Progress, SampleFile};

use crate::failure::{Failure, Kind};

/// Writes results.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// Writes anything else. There is nobody left to tell when this fails.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A sign of life on a terminal; elsewhere, and with `--quiet`, nothing.
pub(crate) fn progress(message: &str, quiet: bool) -> ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(message.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Shows how far a long work is.
pub(crate) fn show(bar: &ProgressBar, progress: Progress) {
    if progress.all > 0 && bar.length() != Some(progress.all as u64) {
        bar.set_length(progress.all as u64);
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len} {elapsed} {eta}")
        {
            bar.set_style(style);
        }
    }
    if progress.done <= 1 {
        bar.set_message(progress.step);
    }
    bar.set_position(progress.done as u64);
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read_samples(path: &Path) -> Result<SampleFile, Failure> {
    if path != Path::new("-") {
        return Ok(SampleFile::read(path)?);
    }
    Ok(SampleFile::from_reader("standard input", io::stdin().lock())?)
}

/// Sets the number of threads of this run.
pub(crate) fn use_threads(threads: Option<u16>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    pool.map_err(|error| Failure::new(Kind::Failed, error, ""))
}

/// Characters in a line of the terminal, or 100.
pub(crate) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100)
}
