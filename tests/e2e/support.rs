//! Runs the program as a user would: in a folder of its own, with arguments and standard input.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A record that two markers' worth of tests use: a bird with near and distant relatives in the release.
pub(crate) const PETREL: (&str, &str) = ("nl-vertebrates-coi", "NLAVE001-11.COI-5P");
/// A record whose hits have gaps and ambiguity codes.
pub(crate) const PYTHON: (&str, &str) = ("pythons-mt", "pythons2008_Antaresia_childreni.12S");

/// A file of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Rows of a record table, each as `(record_id, nuc)`.
pub(crate) fn records(source: &str) -> Vec<(String, String)> {
    let text = fs_err::read_to_string(project(&format!("reference-db/records/{source}.tsv"))).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (id, nuc) = (column("record_id"), column("nuc"));
    lines.map(|row| (row[id].to_owned(), row[nuc].to_owned())).collect()
}

/// The bases of a record of reference-db.
pub(crate) fn bases((source, id): (&str, &str)) -> String {
    records(source).into_iter().find(|(name, _)| name == id).unwrap().1
}

pub(crate) fn fasta(name: &str, bases: &str) -> String {
    format!(">{name}\n{bases}\n")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a finished program left.
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder in which the program runs.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A place with the petrel's record as `petrel.fasta`.
    pub(crate) fn with_petrel() -> Self {
        let place = Self::new();
        place.write("petrel.fasta", fasta(PETREL.1, &bases(PETREL)));
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs_err::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs_err::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    /// Everything in the folder and below it.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                names.insert(path.strip_prefix(self.0.path()).unwrap().display().to_string());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saola"));
        command.args(arguments).current_dir(self.0.path()).env("COLUMNS", "100").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.command(arguments).output().unwrap())
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Finished {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || pipe.write_all(input));
            finish(child.wait_with_output().unwrap())
        })
    }

    /// Standard output of a run that must succeed.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let Finished { code, stdout, stderr } = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {stderr}");
        stdout
    }

    /// The report that `identify` prints as JSON.
    pub(crate) fn identify(&self, arguments: &[&str]) -> Value {
        let arguments = [&["identify", "--format", "json"], arguments].concat();
        serde_json::from_str(&self.succeeds(&arguments)).unwrap()
    }

    /// Runs and expects a clean failure: the exit code, `words` in the message, a hint, nothing on standard output,
    /// and nothing in the folder that was not there before.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str], words: &[&str]) {
        let before = self.names();
        let finished = self.run(arguments);
        finished.assert_failed(code, words);
        assert_eq!(before, self.names(), "{arguments:?} left something behind");
    }

    /// As [`Place::fails`] with exit code 1, for `identify` and `search` on one broken input.
    pub(crate) fn refuses(&self, file: &str, words: &[&str]) {
        let words = [&[file], words].concat();
        self.fails(1, &["identify", file, "--out", "case", "--offence-date", "2012-05-05"], &words);
        self.fails(1, &["search", file], &words);
    }
}

impl Finished {
    pub(crate) fn assert_failed(&self, code: i32, words: &[&str]) {
        let Self { code: found, stdout, stderr } = self;
        assert_eq!(*found, code, "{stderr}");
        assert_eq!(stdout, "", "{stderr}");
        assert!(stderr.starts_with("error: "), "{stderr}");
        for word in words {
            assert!(stderr.contains(word), "{word:?} is not in {stderr}");
        }
        let has_hint = stderr.lines().any(|line| line.starts_with("hint: ") && line.len() > 12);
        assert!(has_hint || code == 2 && stderr.contains("try '--help'"), "no hint in {stderr}");
        let is_text = |character: char| character == '\n' || !character.is_control();
        assert!(stderr.chars().all(is_text), "{stderr:?}");
    }
}

fn finish(output: std::process::Output) -> Finished {
    Finished {
        // A program that a signal ended has no code.
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
