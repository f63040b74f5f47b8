//! Listings that a lab downloads for itself: read, bounded, and turned into events.
//!
//! Four forms are known, told apart by their content: the CSV files *History of CITES Listings* and *Index of CITES
//! Species* of the Checklist of CITES Species, the CSV file of CITES listings of Species+, and the JSON answers
//! `taxon_concepts` and `cites_legislation` of the Species+ API (version 1). A history holds dated changes; the others
//! tell the state on the day of the download. Nothing in the files says when they were downloaded: the caller does.

mod api;
mod change;
mod history;
mod replay;
mod state;
mod table;
mod whole;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use saola_digest::Sha256Digest;

use crate::event::{Event, EventKind, EventStatus};
use crate::file::ListingFile;
use crate::group::Group;
use crate::name;
use crate::rank::Rank;
use change::{Act, Change};

/// Most bytes of a download: 256 MiB. The index of all species has about 20.
pub const MOST_DOWNLOAD_BYTES: usize = 256 << 20;

/// What a downloaded file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DownloadKind {
    /// *History of CITES Listings*, CSV, of the Checklist of CITES Species.
    ChecklistHistory,
    /// *Index of CITES Species*, CSV, of the Checklist of CITES Species.
    ChecklistIndex,
    /// CITES listings, CSV, of Species+.
    SpeciesPlusListings,
    /// Answers of the Species+ API with past listings (`scope=all`).
    SpeciesPlusApiHistory,
    /// Answers of the Species+ API with current listings only.
    SpeciesPlusApiState,
}

impl DownloadKind {
    /// Whether the file tells past changes with their days, and not only a state.
    pub fn is_history(self) -> bool {
        matches!(self, Self::ChecklistHistory | Self::SpeciesPlusApiHistory)
    }
}

impl fmt::Display for DownloadKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ChecklistHistory => "Checklist of CITES Species, history of listings",
            Self::ChecklistIndex => "Checklist of CITES Species, index of species",
            Self::SpeciesPlusListings => "Species+, CITES listings",
            Self::SpeciesPlusApiHistory => "Species+ API, all listings",
            Self::SpeciesPlusApiState => "Species+ API, current listings",
        })
    }
}

/// One file of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadFile {
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// What it is.
    pub kind: DownloadKind,
}

/// The listings of one downloaded file; answers of the API, of which one is about one taxon, count as one together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// What it is.
    pub kind: DownloadKind,
    /// The files it was read from.
    pub files: Vec<DownloadFile>,
    /// The day of the download, as the caller states it.
    pub day: Date,
    /// What stands above each taxon (in comparable form), as far as the files name it.
    pub(crate) above: BTreeMap<String, Vec<(Rank, String)>>,
    pub(crate) listings: ListingFile,
}

/// What is wrong with a downloaded file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}; hint: {hint}")]
pub struct DownloadError {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub hint: String,
}

/// A file on its way in.
struct Source<'a> {
    file: DownloadFile,
    bytes: &'a [u8],
}

impl Source<'_> {
    fn error(&self, line: u64, problem: impl Into<String>, hint: impl Into<String>) -> DownloadError {
        DownloadError { file: self.file.name.clone(), line, problem: problem.into(), hint: hint.into() }
    }
}

impl Download {
    /// Reads files (name and content) that were downloaded on `day`. `built_in` lends the names under which higher taxa
    /// are known elsewhere, and tells by its own listings whether a file is whole or narrowed to some taxa: only a whole
    /// one can say that something is not listed.
    ///
    /// # Errors
    ///
    /// The first file that is none of the known forms or has a malformed row.
    pub fn read(
        files: &[(String, Vec<u8>)],
        day: Date,
        built_in: &ListingFile,
    ) -> Result<Vec<Self>, DownloadError> {
        let mut downloads = Vec::new();
        let mut answers = Vec::new();
        for (name, bytes) in files {
            let sha256 = Sha256Digest::of(bytes);
            let file = DownloadFile { name: name.clone(), sha256, kind: DownloadKind::SpeciesPlusApiState };
            let mut source = Source { file, bytes };
            if bytes.len() > MOST_DOWNLOAD_BYTES {
                return Err(source.error(1, "larger than 256 MiB", "give the file as it was downloaded"));
            }
            if without_mark(bytes).trim_ascii_start().starts_with(b"{") {
                answers.push(source);
                continue;
            }
            let table = table::Table::read(&source)?;
            source.file.kind = table.kind;
            let changes = match table.kind {
                DownloadKind::ChecklistHistory => history::changes(&source, &table)?,
                _ => state::changes(&source, &table)?,
            };
            let kind = table.kind;
            downloads.push(Self::of_table(kind, source.file, day, changes, built_in));
        }
        downloads.extend(api::read(answers, day, built_in)?);
        Ok(downloads)
    }

    fn of_table(
        kind: DownloadKind,
        file: DownloadFile,
        day: Date,
        changes: Vec<Change>,
        built_in: &ListingFile,
    ) -> Self {
        let groups = whole::kingdoms(&changes, day, built_in);
        let above = changes.iter().map(|change| (name::comparable(&change.taxon), change.above.clone()));
        let above = above.collect();
        let maker = EventMaker { file: &file, day };
        let events = if kind.is_history() { maker.replayed(changes) } else { maker.of_state(changes) };
        Self { kind, files: vec![file], day, above, listings: ListingFile::of_events(events, groups) }
    }

    /// The groups of taxa for which the file can say that nothing else is listed.
    pub fn complete_for(&self) -> BTreeSet<&str> {
        let groups = self.listings.groups().filter(|group| group.complete_through.is_some());
        groups.map(|group| group.taxon.as_str()).collect()
    }

    /// What it is, where from, and when, in one phrase.
    pub fn describe(&self) -> String {
        let files: Vec<String> =
            self.files.iter().map(|file| format!("{} (SHA-256 {})", file.name, file.sha256)).collect();
        format!("{}: {}, downloaded {}", self.kind, files.join(", "), self.day)
    }
}

/// Bytes without the mark of UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The built-in groups as bridges between names only: they say nothing about completeness here.
fn bridges(built_in: &ListingFile) -> impl Iterator<Item = Group> {
    built_in.groups().map(|group| Group {
        complete_through: None,
        reservations_through: None,
        note: String::new(),
        ..group.clone()
    })
}

/// Makes events of changes.
struct EventMaker<'a> {
    file: &'a DownloadFile,
    day: Date,
}

impl EventMaker<'_> {
    fn event(&self, change: &Change, kind: EventKind, status: EventStatus) -> Event {
        let ended = if kind == EventKind::Deletion && !change.is_deletion() { " ended" } else { "" };
        let sha256 = self.file.sha256.to_string();
        Event {
            event_id: format!("{}:{}{ended}", &sha256[..12], change.line),
            taxon: change.taxon.clone(),
            rank: change.rank,
            within: change.within.clone(),
            kind,
            appendix: change.appendix,
            populations_included: wording::populations(&change.wording),
            populations_excluded: Vec::new(),
            excluded_taxa: Vec::new(),
            hash_annotation: wording::short(&change.hash_annotation),
            annotation: if wording::limits(&change.wording) {
                String::new()
            } else {
                wording::short(&change.wording)
            },
            effective_from: change.day.unwrap_or(self.day),
            party: change.party,
            document: format!("{}, {}, line {}", self.file.kind, self.file.name, change.line),
            status,
            status_note: String::new(),
        }
    }

    /// A state holds from the day of the download, as far as the file tells.
    fn of_state(&self, changes: Vec<Change>) -> Vec<Event> {
        // What ended, what is a reservation and what comes later is no listing of the day.
        let holds = |change: &Change| {
            matches!(change.act, Act::Addition | Act::Exception)
                && change.day.is_none_or(|day| day <= self.day)
        };
        let held = changes.into_iter().filter(holds).map(|change| Change { day: None, ..change });
        let made = held.map(|change| {
            let kind = if change.act == Act::Exception { EventKind::Exception } else { EventKind::Inclusion };
            self.event(&change, kind, EventStatus::Stated)
        });
        numbered(made)
    }

    fn replayed(&self, changes: Vec<Change>) -> Vec<Event> {
        numbered(replay::replay(changes).into_iter().map(|step| Event {
            effective_from: step.day,
            status_note: step.note.to_owned(),
            ..self.event(&step.change, step.kind, step.status)
        }))
    }
}

/// Events with ids that are there once: a line that gives several events numbers them.
fn numbered(events: impl Iterator<Item = Event>) -> Vec<Event> {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    events
        .map(|mut event| {
            let count = seen.entry(event.event_id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                event.event_id = format!("{} ({count})", event.event_id);
            }
            event
        })
        .collect()
}

/// A scientific name as treaties write it, without the `spp.` of a higher taxon and without markup.
fn scientific_name(text: &str) -> String {
    let plain = wording::plain(text);
    let name = plain.strip_suffix(" spp.").unwrap_or(&plain);
    if name.chars().any(char::is_lowercase) { name.to_owned() } else { capitalised(name) }
}

/// `FELIDAE` as `Felidae`.
fn capitalised(name: &str) -> String {
    let lower = name::comparable(name);
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
