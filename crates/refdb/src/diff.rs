//! The change log between two releases.
//!
//! Everything that decides a result is laid out as rows with an identity and named cells; the log is the comparison of
//! the rows, part by part, each in the order of identities:
//!
//! ```text
//! part     identity   cells
//! record   r7         identification "Sula sula"    tier screening    nuc ACGT
//! record   r7         identification "Sula sula"    tier quarantine   nuc ACGA
//!                     -> retiered  r7  tier  screening  quarantine
//!                        sequence  r7  nuc   ACGT       ACGA
//! ```
//!
//! Nothing is taken from the recorded hashes: two files are compared by what they say.
//! Time O(n) in the cells of both releases, memory O(changes + taxonomy).

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use serde::Serialize;
use serde_json::Value;

use crate::{Record, Release, TaxonNumber};

/// What a change is about; the order is that of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedPart {
    /// What the release says of itself.
    Release,
    /// A record, by its id.
    Record,
    /// An accepted taxon, by its identifier.
    Taxon,
    /// A synonym, by the name that is not accepted.
    Synonym,
    /// A recognised species, by its name; the cell `genus` holds the identifier of the genus.
    RecognisedSpecies,
    /// A taxon of the contamination panel, by its name.
    Panel,
    /// A marker, by its name.
    Marker,
    /// The genetic code of a clade and genome.
    GeneticCode,
    /// A data set, by its key.
    Source,
}

/// In which way it changed; the order is that of the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only the later release has it.
    Added,
    /// Only the earlier release has it.
    Removed,
    /// A record has another tier.
    Retiered,
    /// A record has another identification or accepted taxon; a taxon or recognised species another name.
    Renamed,
    /// A record has other bases.
    Sequence,
    /// Another cell is different.
    Changed,
}

/// One line of the change log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub part: ChangedPart,
    /// In which way it changed.
    pub change: ChangeKind,
    /// Its identity within the part.
    pub id: String,
    /// The cell that changed; of what was added or removed, the cell that names it.
    pub column: String,
    /// The cell in the earlier release; empty when it was not there.
    pub from: String,
    /// The cell in the later release; empty when it is not there.
    pub to: String,
    /// For a record that was added or has another tier: the reasons of its tier in the later release.
    pub reasons: String,
}

/// The change log between two releases: the same for the same two, on every machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseDiff {
    /// Root of the earlier release.
    pub from_root: String,
    /// Root of the later release.
    pub to_root: String,
    /// How many lines of each part and kind.
    pub counts: Vec<ChangeCount>,
    /// The lines, in the order of parts, identities and columns.
    pub changes: Vec<Change>,
}

/// How many lines of one part and kind a change log has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeCount {
    /// The part.
    pub part: ChangedPart,
    /// The kind.
    pub change: ChangeKind,
    /// Lines.
    pub count: u64,
}

impl ChangedPart {
    /// The name in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Record => "record",
            Self::Taxon => "taxon",
            Self::Synonym => "synonym",
            Self::RecognisedSpecies => "recognised_species",
            Self::Panel => "panel",
            Self::Marker => "marker",
            Self::GeneticCode => "genetic_code",
            Self::Source => "source",
        }
    }

    /// The cell that names a row that is only in one release.
    const fn naming_column(self) -> &'static str {
        match self {
            Self::Record => "accepted_taxon",
            Self::Taxon => "name",
            Self::Synonym => "accepted",
            Self::RecognisedSpecies => "genus",
            Self::Panel => "common_name",
            Self::Marker => "genome",
            Self::GeneticCode => "table",
            Self::Source => "title",
            Self::Release => "",
        }
    }

    fn kind_of(self, column: &str) -> ChangeKind {
        match (self, column) {
            (Self::Record, "tier") => ChangeKind::Retiered,
            (Self::Record, "identification" | "accepted_taxon" | "taxon_id") | (Self::Taxon, "name") => {
                ChangeKind::Renamed
            }
            (Self::Record, "nuc") => ChangeKind::Sequence,
            _ => ChangeKind::Changed,
        }
    }
}

impl ChangeKind {
    /// The name in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Retiered => "retiered",
            Self::Renamed => "renamed",
            Self::Sequence => "sequence",
            Self::Changed => "changed",
        }
    }
}

/// Names of the columns of [`ReleaseDiff::tsv`].
pub const CHANGE_COLUMNS: [&str; 7] = ["part", "change", "id", "column", "from", "to", "reasons"];

impl ReleaseDiff {
    /// Compares two releases; a change is what `later` has and `earlier` has not.
    pub fn between(earlier: &Release, later: &Release) -> Self {
        use ChangedPart::{GeneticCode, Marker, Panel, RecognisedSpecies, Source, Synonym, Taxon};
        let mut changes = compare_row(ChangedPart::Release, "", &release_row(earlier), &release_row(later));
        changes.extend(record_changes(earlier, later));
        let (before, after) = (earlier.taxonomy(), later.taxonomy());
        let mut tables = |part, before, after| changes.extend(compare_tables(part, &before, &after));
        tables(Taxon, by_cell(before.taxa(), "id"), by_cell(after.taxa(), "id"));
        tables(Synonym, by_cell(before.synonyms(), "name"), by_cell(after.synonyms(), "name"));
        tables(RecognisedSpecies, recognised(earlier), recognised(later));
        tables(Panel, by_cell(before.panel(), "taxon"), by_cell(after.panel(), "taxon"));
        let markers = |release: &Release| by_cell(release.markers().as_slice(), "name");
        tables(Marker, markers(earlier), markers(later));
        tables(GeneticCode, genetic_codes(earlier), genetic_codes(later));
        let sources = |release: &Release| by_cell(&release.manifest().sources, "id");
        tables(Source, sources(earlier), sources(later));
        let changes = join_renamed_species(changes, earlier, later);
        Self {
            from_root: earlier.root().to_string(),
            to_root: later.root().to_string(),
            counts: count(&changes),
            changes,
        }
    }

    /// The log as a tab-separated table with the columns [`CHANGE_COLUMNS`]; a cell's tabs and line breaks become
    /// spaces.
    pub fn tsv(&self) -> String {
        let mut text = CHANGE_COLUMNS.join("\t") + "\n";
        for change in &self.changes {
            let Change { part, change: kind, id, column, from, to, reasons } = change;
            let cells = [part.as_str(), kind.as_str(), id, column, from, to, reasons];
            let cells = cells.map(|cell| cell.replace(|letter: char| letter.is_control(), " "));
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        text
    }
}

fn count(changes: &[Change]) -> Vec<ChangeCount> {
    let mut counts = BTreeMap::new();
    for change in changes {
        *counts.entry((change.part, change.change)).or_insert(0) += 1;
    }
    counts.into_iter().map(|((part, change), count)| ChangeCount { part, change, count }).collect()
}

/// Cells by name; an empty cell is left out.
type Row = BTreeMap<String, String>;
/// Rows by identity.
type Table = BTreeMap<String, Row>;

/// The lines for one identity that both releases have.
fn compare_row(part: ChangedPart, id: &str, before: &Row, after: &Row) -> Vec<Change> {
    let columns: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let cell = |row: &Row, column: &str| row.get(column).cloned().unwrap_or_default();
    let mut changes = Vec::new();
    for column in columns.into_iter().filter(|column| before.get(*column) != after.get(*column)) {
        let change = part.kind_of(column);
        let reasons =
            if change == ChangeKind::Retiered { cell(after, "tier_reasons") } else { String::new() };
        let (from, to) = (cell(before, column), cell(after, column));
        changes.push(Change { part, change, id: id.to_owned(), column: column.clone(), from, to, reasons });
    }
    changes
}

fn added(part: ChangedPart, id: &str, row: &Row) -> Change {
    let column = part.naming_column();
    let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
    let reasons = match part {
        ChangedPart::Record => format!("{}: {}", cell("tier"), cell("tier_reasons")),
        _ => String::new(),
    };
    let (id, column, from, to) = (id.to_owned(), column.to_owned(), String::new(), cell(column));
    Change { part, change: ChangeKind::Added, id, column, from, to, reasons }
}

fn removed(part: ChangedPart, id: &str, row: &Row) -> Change {
    let Change { id, column, to: from, .. } = added(part, id, row);
    Change { part, change: ChangeKind::Removed, id, column, from, to: String::new(), reasons: String::new() }
}

fn compare_tables(part: ChangedPart, before: &Table, after: &Table) -> Vec<Change> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changes = |id: &String| match (before.get(id), after.get(id)) {
        (None, None) => Vec::new(),
        (None, Some(row)) => vec![added(part, id, row)],
        (Some(row), None) => vec![removed(part, id, row)],
        (Some(before), Some(after)) => compare_row(part, id, before, after),
    };
    ids.into_iter().flat_map(changes).collect()
}

/// Merges the records of both, which are sorted by id, without holding them.
fn record_changes(earlier: &Release, later: &Release) -> Vec<Change> {
    let part = ChangedPart::Record;
    let (mut before, mut after) = (earlier.records().peekable(), later.records().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.id().cmp(new.id()),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        match (old, new) {
            (Some(old), None) => changes.push(removed(part, old.id(), &record_row(&old))),
            (None, Some(new)) => changes.push(added(part, new.id(), &record_row(&new))),
            (Some(old), Some(new)) if is_same(&old, &new) => {}
            (Some(old), Some(new)) => {
                changes.extend(compare_row(part, old.id(), &record_row(&old), &record_row(&new)));
            }
            (None, None) => {}
        }
    }
}

/// Whether the two have the same row: most have, and this builds none.
fn is_same(old: &Record<'_>, new: &Record<'_>) -> bool {
    let taxon = |record: &Record<'_>| {
        let taxon = record.release.taxonomy().get(record.taxon());
        taxon.map(|taxon| (taxon.id.clone(), taxon.name.clone()))
    };
    (old.tier(), &old.marker().name) == (new.tier(), &new.marker().name)
        && old.fields().eq(new.fields())
        && old.sequence() == new.sequence()
        && taxon(old) == taxon(new)
}

fn record_row(record: &Record<'_>) -> Row {
    let release = record.release;
    let taxon = release.taxonomy().get(record.taxon());
    let bases = record.sequence().unwrap_or_default();
    let own = [
        ("nuc", String::from_utf8_lossy(&bases).into_owned()),
        ("tier", record.tier().to_string()),
        ("marker", record.marker().name.clone()),
        ("accepted_taxon", taxon.map_or_else(String::new, |taxon| taxon.name.clone())),
        ("taxon_id", taxon.map_or_else(String::new, |taxon| taxon.id.clone())),
    ];
    let fields = record.fields().map(|(name, text)| (name.to_owned(), text.to_owned()));
    fields.chain(own.map(|(name, text)| (name.to_owned(), text))).collect()
}

fn release_row(release: &Release) -> Row {
    let manifest = release.manifest();
    let cells = [
        ("name", &manifest.name),
        ("version", &manifest.version),
        ("date", &manifest.date),
        ("default_profile", &manifest.default_profile),
        ("notice", &manifest.notice),
    ];
    cells.into_iter().map(|(name, text)| (name.to_owned(), text.clone())).collect()
}

/// The rows of a list whose entries are JSON objects, by the text of one cell. Entries of one identity are counted on:
/// the second is `NAME (2)`.
fn by_cell<T: Serialize>(list: &[T], key: &str) -> Table {
    let mut table = Table::new();
    for entry in list {
        let Ok(Value::Object(cells)) = serde_json::to_value(entry) else { continue };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut row: Row = cells.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        row.retain(|_, text| !text.is_empty());
        let name = row.remove(key).unwrap_or_default();
        insert(&mut table, &name, row);
    }
    table
}

fn insert(table: &mut Table, name: &str, row: Row) {
    let numbered = (2_u32..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    if let Some(free) = names.find(|name| !table.contains_key(name)) {
        table.insert(free, row);
    }
}

fn recognised(release: &Release) -> Table {
    let mut table = Table::new();
    for list in release.taxonomy().recognised() {
        for species in &list.species {
            let cells = [("genus", &list.genus), ("source", &list.source)];
            let row = cells.map(|(name, text)| (name.to_owned(), text.clone())).into();
            insert(&mut table, species, row);
        }
    }
    table
}

/// Clade and genome with the number of the table.
fn genetic_codes(release: &Release) -> Table {
    let mut table = Table::new();
    let value = serde_json::to_value(release.genetic_codes()).unwrap_or_default();
    for entry in value.as_array().map_or(&[][..], Vec::as_slice) {
        let text = |place: usize| match entry.get(place) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let row = Row::from([("table".to_owned(), text(2))]);
        insert(&mut table, &format!("{} {}", text(0), text(1)), row);
    }
    table
}

/// A recognised species that went while the name that it is now accepted under came, is one line: renamed. The new name
/// is that of the same taxon in the later taxonomy, or the one that a synonym of the later taxonomy names.
fn join_renamed_species(mut changes: Vec<Change>, earlier: &Release, later: &Release) -> Vec<Change> {
    let is = |change: &Change, kind| change.part == ChangedPart::RecognisedSpecies && change.change == kind;
    let came: BTreeMap<String, String> = changes
        .iter()
        .filter(|change| is(change, ChangeKind::Added))
        .map(|change| (change.id.clone(), change.to.clone()))
        .collect();
    let mut joined = BTreeSet::new();
    for change in changes.iter_mut().filter(|change| is(change, ChangeKind::Removed)) {
        let Some(name) = name_now(&change.id, earlier, later).filter(|name| came.contains_key(name)) else {
            continue;
        };
        if joined.insert(name.clone()) {
            change.change = ChangeKind::Renamed;
            "name".clone_into(&mut change.column);
            change.from.clone_from(&change.id);
            change.to = name;
        }
    }
    changes.retain(|change| !(is(change, ChangeKind::Added) && joined.contains(&change.id)));
    changes
}

fn name_now(name: &str, earlier: &Release, later: &Release) -> Option<String> {
    let same_taxon = |number: &TaxonNumber| {
        let id = &earlier.taxonomy().get(*number)?.id;
        let now = later.taxonomy().by_id(id)?;
        Some(later.taxonomy().name(now)).filter(|now| *now != name)
    };
    let renamed = earlier.taxonomy().by_name(name).iter().find_map(same_taxon);
    renamed.or_else(|| later.taxonomy().accepted_name(name)).map(str::to_owned)
}

#[cfg(test)]
mod tests;
