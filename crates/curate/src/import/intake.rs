//! Takes raw records in: their marker, their bases and where they stood.

use std::fmt;

use saola_seq::{Marker, MarkerTable, iupac};

use super::{
    ColumnMap, ImportError, Limits,
    fields::{Fields, tidy},
    marker_names::MarkerNames,
};

/// Why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    AlreadyThere,
    Ambiguous,
    CutShort,
    GeneraHybrid,
    InferredSpecies,
    Location,
    NoFeature,
    NoMarker,
    NoName,
    NoSequence,
    NotNucleotide,
    Pseudogene,
    TooLong,
    UnknownHeader,
    UnknownMarker,
    UnknownTaxon,
    Unreadable,
    Unverified,
}

impl Reason {
    /// The word in `rejected.tsv` and `summary.json`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AlreadyThere => "already_in_folder",
            Self::Ambiguous => "ambiguous_name",
            Self::CutShort => "entry_cut_short",
            Self::GeneraHybrid => "hybrid_of_genera",
            Self::InferredSpecies => "species_inferred",
            Self::Location => "unreadable_location",
            Self::NoFeature => "no_known_marker_feature",
            Self::NoMarker => "no_marker_named",
            Self::NoName => "no_scientific_name",
            Self::NoSequence => "no_sequence",
            Self::NotNucleotide => "not_a_nucleotide",
            Self::Pseudogene => "pseudogene",
            Self::TooLong => "too_long",
            Self::UnknownHeader => "unknown_header",
            Self::UnknownMarker => "unknown_marker",
            Self::UnknownTaxon => "unknown_taxon",
            Self::Unreadable => "unreadable_row",
            Self::Unverified => "unverified",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A record as a parser found it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raw {
    /// Line of the file on which it begins.
    pub(crate) line: u64,
    /// Accession, process id or whatever else names it in the file.
    pub(crate) name: String,
    /// Marker as the file names it; empty when it names none.
    pub(crate) marker: String,
    /// Columns and notes.
    pub(crate) fields: Fields,
    /// Names above the genus without ranks, from the highest, parted by `/`.
    pub(crate) lineage: String,
    /// Bases with gaps and white space.
    pub(crate) sequence: Vec<u8>,
    /// Whether `specimen` names an animal or plant, and not just this sequence.
    pub(crate) has_specimen: bool,
}

/// A record with known marker and clean bases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Draft {
    pub(crate) name: Box<str>,
    pub(crate) marker: Box<str>,
    pub(crate) fields: Fields,
    pub(crate) bases: Box<[u8]>,
    pub(crate) lineage: Box<str>,
    pub(crate) has_specimen: bool,
    pub(crate) file: usize,
    pub(crate) line: u64,
}

/// A record that is not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rejected {
    pub(crate) file: usize,
    pub(crate) line: u64,
    pub(crate) record: String,
    pub(crate) reason: Reason,
    pub(crate) detail: String,
}

/// A reason and what it is about.
pub(crate) type Refusal = (Reason, String);

/// Collects the records of all files.
pub(crate) struct Intake<'a> {
    pub(crate) markers: MarkerNames<'a>,
    pub(crate) map: &'a ColumnMap,
    pub(crate) limits: Limits,
    default_marker: Option<&'a Marker>,
    files: usize,
    read: u64,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) rejected: Vec<Rejected>,
    /// Features of `GenBank` entries that are no known marker; they are not records.
    pub(crate) other_features: u64,
    pub(crate) gaps_removed: u64,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(
        table: &'a MarkerTable,
        map: &'a ColumnMap,
        marker: Option<&str>,
        limits: Limits,
    ) -> Result<Self, ImportError> {
        let markers = MarkerNames::new(table);
        let find = |name: &str| {
            let error = || ImportError::Request(format!("the folder knows no marker {name:?}"));
            markers.find(name).ok_or_else(error)
        };
        for name in map.markers.values() {
            find(name)?;
        }
        let default_marker = marker.or(map.marker.as_deref()).map(find).transpose()?;
        Ok(Self {
            markers,
            map,
            limits,
            default_marker,
            files: 0,
            read: 0,
            drafts: Vec::new(),
            rejected: Vec::new(),
            other_features: 0,
            gaps_removed: 0,
        })
    }

    pub(crate) fn begin_file(&mut self) {
        self.files += 1;
    }

    /// Records read so far.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// Counts and rejects a record.
    pub(crate) fn reject(&mut self, line: u64, record: &str, reason: Reason, detail: &str) {
        self.read += 1;
        let (record, detail) = (shorten(record), shorten(detail));
        self.rejected.push(Rejected { file: self.files - 1, line, record, reason, detail });
    }

    /// Counts a record and takes or rejects it.
    pub(crate) fn add(&mut self, mut raw: Raw) {
        for (column, value) in &self.map.defaults {
            raw.fields.set_default(column, value);
        }
        match self.examine(&mut raw) {
            Ok((marker, bases)) => {
                self.read += 1;
                self.drafts.push(Draft {
                    name: tidy(&raw.name).into(),
                    marker: marker.name.as_str().into(),
                    fields: raw.fields,
                    bases,
                    lineage: raw.lineage.into(),
                    has_specimen: raw.has_specimen,
                    file: self.files - 1,
                    line: raw.line,
                });
            }
            Err((reason, detail)) => self.reject(raw.line, &raw.name, reason, &detail),
        }
    }

    /// Rejects what the folder holds already, from another source, so that it does not count twice.
    pub(crate) fn reject_known(&mut self, known: impl Fn(&Draft) -> Option<String>) {
        let drafts = std::mem::take(&mut self.drafts);
        for draft in drafts {
            match known(&draft) {
                None => self.drafts.push(draft),
                Some(detail) => self.rejected.push(Rejected {
                    file: draft.file,
                    line: draft.line,
                    record: shorten(&draft.name),
                    reason: Reason::AlreadyThere,
                    detail,
                }),
            }
        }
    }

    fn examine(&mut self, raw: &mut Raw) -> Result<(&'a Marker, Box<[u8]>), Refusal> {
        let (bases, gaps) = clean(&raw.sequence)?;
        if bases.len() > self.limits.record_bases {
            return Err((Reason::TooLong, format!("{} bases", bases.len())));
        }
        let marker = self.find_marker(&raw.marker)?;
        if raw.fields.get("identification").is_empty() {
            return Err((Reason::NoName, String::new()));
        }
        if gaps > 0 {
            self.gaps_removed += gaps;
            raw.fields.note("gaps_removed", &gaps.to_string());
        }
        raw.fields.set("marker_code", &marker.name);
        raw.fields.set("nuc_basecount", &bases.len().to_string());
        Ok((marker, bases.into()))
    }

    fn find_marker(&self, name: &str) -> Result<&'a Marker, Refusal> {
        if name.is_empty() {
            return self.default_marker.ok_or((Reason::NoMarker, String::new()));
        }
        let name = self.map.markers.get(name).map_or(name, String::as_str);
        self.markers.find(name).ok_or_else(|| (Reason::UnknownMarker, name.to_owned()))
    }
}

fn shorten(text: &str) -> String {
    let text = tidy(text);
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Bases without gaps and white space, and the number of gaps; at least one of them is A, C, G or T.
fn clean(sequence: &[u8]) -> Result<(Vec<u8>, u64), Refusal> {
    let (mut bases, mut gaps) = (Vec::with_capacity(sequence.len()), 0);
    for byte in sequence {
        match (iupac::normalise(*byte), byte) {
            (Some(code), _) => bases.push(code),
            (None, b'-' | b'.') => gaps += 1,
            (None, byte) if byte.is_ascii_whitespace() => {}
            (None, byte) => {
                let position = bases.len() as u64 + gaps + 1;
                let detail = format!("{:?} at position {position}", char::from(*byte));
                return Err((Reason::NotNucleotide, detail));
            }
        }
    }
    if !bases.iter().any(|base| iupac::is_base(*base)) {
        return Err((Reason::NoSequence, String::new()));
    }
    bases.shrink_to_fit();
    Ok((bases, gaps))
}
