//! One entry of a `GenBank` flat file, read line by line.

/// A feature with the qualifiers that matter here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feature {
    pub(crate) line: u64,
    pub(crate) key: String,
    pub(crate) location: String,
    /// Name and value without quotes; the value is empty for a qualifier that has none.
    pub(crate) qualifiers: Vec<(String, String)>,
}

impl Feature {
    /// The first value of a qualifier; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.qualifiers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.qualifiers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.qualifiers.iter().any(|(key, _)| key == name)
    }
}

/// An entry: header lines, features, bases in lower or upper case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) line: u64,
    pub(crate) locus: String,
    pub(crate) definition: String,
    pub(crate) accession: String,
    pub(crate) version: String,
    pub(crate) keywords: String,
    pub(crate) source: String,
    pub(crate) organism: String,
    pub(crate) lineage: Vec<String>,
    pub(crate) biosample: String,
    /// `Field :: value` lines of structured comments.
    pub(crate) comment: Vec<(String, String)>,
    pub(crate) features: Vec<Feature>,
    pub(crate) sequence: Vec<u8>,
    /// More text or bases than the limits allow; nothing was kept of the rest.
    pub(crate) is_too_long: bool,
}

/// Where the reader is within the entry.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Other,
    Definition,
    Keywords,
    Source,
    Lineage,
    Dblink,
    Comment,
    Features,
    Origin,
}

/// Puts an entry together.
#[derive(Default)]
pub(crate) struct EntryReader {
    pub(crate) entry: Entry,
    section: Section,
    text_bytes: usize,
    in_quotes: bool,
}

/// Long qualifiers of no use here.
const SKIPPED: [&str; 2] = ["translation", "protein_id"];

impl EntryReader {
    pub(crate) fn new(line: u64, locus: &str) -> Self {
        let locus = locus.split_whitespace().next().unwrap_or_default().to_owned();
        Self { entry: Entry { line, locus, ..Entry::default() }, ..Self::default() }
    }

    /// Takes a line of the entry that is neither its first nor `//`.
    pub(crate) fn take(&mut self, line: &str, number: u64, text_limit: usize, base_limit: usize) {
        if self.section == Section::Origin && line.starts_with(' ') {
            return self.take_bases(line, base_limit);
        }
        self.text_bytes += line.len();
        if self.text_bytes > text_limit {
            self.entry.is_too_long = true;
            return;
        }
        if line.starts_with(|first: char| !first.is_whitespace()) {
            let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
            self.begin_section(keyword, rest.trim());
        } else if self.section == Section::Features {
            self.take_feature_line(line, number);
        } else {
            self.take_continued(line.trim());
        }
    }

    fn take_bases(&mut self, line: &str, limit: usize) {
        let letters = line.bytes().filter(|byte| !byte.is_ascii_digit() && !byte.is_ascii_whitespace());
        self.entry.sequence.extend(letters);
        if self.entry.sequence.len() > limit {
            self.entry.is_too_long = true;
            self.entry.sequence.clear();
        }
    }

    fn begin_section(&mut self, keyword: &str, rest: &str) {
        let entry = &mut self.entry;
        self.section = match keyword {
            "DEFINITION" => {
                rest.clone_into(&mut entry.definition);
                Section::Definition
            }
            "ACCESSION" => {
                rest.split_whitespace().next().unwrap_or_default().clone_into(&mut entry.accession);
                Section::Other
            }
            "VERSION" => {
                rest.split_whitespace().next().unwrap_or_default().clone_into(&mut entry.version);
                Section::Other
            }
            "KEYWORDS" => {
                rest.clone_into(&mut entry.keywords);
                Section::Keywords
            }
            "SOURCE" => {
                rest.clone_into(&mut entry.source);
                Section::Source
            }
            "DBLINK" => Section::Dblink,
            "COMMENT" => Section::Comment,
            "FEATURES" => Section::Features,
            "ORIGIN" => Section::Origin,
            _ => Section::Other,
        };
        if matches!(self.section, Section::Dblink | Section::Comment) {
            self.take_continued(rest);
        }
    }

    fn take_continued(&mut self, text: &str) {
        let entry = &mut self.entry;
        match self.section {
            Section::Definition => append(&mut entry.definition, text),
            Section::Keywords => append(&mut entry.keywords, text),
            Section::Source => match text.strip_prefix("ORGANISM") {
                Some(organism) => {
                    organism.trim().clone_into(&mut entry.organism);
                    self.section = Section::Lineage;
                }
                None => append(&mut entry.source, text),
            },
            // A long name goes on before the lineage, which has semicolons or ends with a full stop.
            Section::Lineage if entry.lineage.is_empty() && !text.contains(';') && !text.ends_with('.') => {
                append(&mut entry.organism, text);
            }
            Section::Lineage => {
                let names = text.trim_end_matches('.').split(';').map(str::trim);
                entry.lineage.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
            }
            Section::Dblink => {
                if let Some(sample) = text.strip_prefix("BioSample:") {
                    sample.trim().clone_into(&mut entry.biosample);
                }
            }
            Section::Comment => {
                if let Some((name, value)) = text.split_once("::") {
                    entry.comment.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            Section::Other | Section::Features | Section::Origin => {}
        }
    }

    fn take_feature_line(&mut self, line: &str, number: u64) {
        let text = line.trim();
        let is_key = line.len() > 5
            && line.as_bytes().iter().take(5).all(|byte| *byte == b' ')
            && line.as_bytes().get(5).is_some_and(|byte| *byte != b' ')
            && !self.in_quotes;
        if is_key {
            let (key, location) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            let (key, location) = (key.to_owned(), location.trim().to_owned());
            self.entry.features.push(Feature { line: number, key, location, qualifiers: Vec::new() });
            return;
        }
        let Some(feature) = self.entry.features.last_mut() else { return };
        match (text.strip_prefix('/').filter(|_| !self.in_quotes), feature.qualifiers.last_mut()) {
            (Some(text), _) => {
                let (name, value) = text.split_once('=').unwrap_or((text, ""));
                self.in_quotes = value.starts_with('"') && !closes(&value[1..]);
                let value = if SKIPPED.contains(&name) { "" } else { unquote(value) };
                feature.qualifiers.push((name.to_owned(), value.to_owned()));
            }
            (None, Some((name, value))) => {
                self.in_quotes &= !closes(text);
                if !SKIPPED.contains(&name.as_str()) {
                    append(value, unquote(text));
                }
            }
            (None, None) => feature.location.push_str(text),
        }
    }
}

/// A quotation mark in a value is written twice; an odd number of them at the end closes it.
fn closes(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'"').count() % 2 == 1
}

fn unquote(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !text.ends_with('-') {
        text.push(' ');
    }
    text.push_str(more);
}
