//! The folder that an import makes or extends.
//!
//! A new folder is written aside and renamed. In a folder that is there, the order of writing is: taxa, source, account,
//! and `records/SOURCE.tsv` last, each aside and renamed. Before that last step nothing refers to the others, so that an
//! interrupted import is found by the missing record file, and the same import run again ends in the same bytes.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::{Path, PathBuf},
};

use saola_digest::Sha256Digest;
use saola_refdb::{Synonym, Taxon, Taxonomy};
use saola_seq::table;

use super::{
    Import, ImportError, Skeleton,
    fields::{COLUMNS, tidy},
    intake::Draft,
    settle::Settled,
    summary::Summary,
};
use crate::{
    ScientificName,
    folder::Folder,
    label::{HIGHER_RANKS, resolve_label},
    taxonomy::read_taxonomy,
};

const TAXA: &str = "taxon_id\tname\trank\tparent_id\tsource\n";
const NOTICE: &str = "imported and not reviewed: not for casework";

/// What is known of the folder before the import.
pub(crate) struct Target {
    root: PathBuf,
    is_new: bool,
    /// The text of `markers.tsv`.
    pub(crate) markers: Vec<u8>,
    pub(crate) taxa: Vec<Taxon>,
    pub(crate) synonyms: Vec<Synonym>,
    /// Names that records or lists of the folder use without anything to tell a second taxon of that name apart.
    pub(crate) fragile: BTreeSet<String>,
    /// Record ids in use.
    pub(crate) ids: BTreeSet<String>,
    /// Ids of records by process id, marker and digest of the bases.
    known: BTreeMap<(String, String, Sha256Digest), String>,
}

impl Target {
    pub(crate) fn open(root: &Path, source: &str, skeleton: &Skeleton) -> Result<Self, ImportError> {
        let is_empty = match fs_err::read_dir(root) {
            Ok(mut entries) => entries.next().is_none(),
            Err(_) if fs_err::symlink_metadata(root).is_err() => true,
            Err(error) => return Err(error.into()),
        };
        if is_empty {
            return Ok(Self {
                root: root.to_owned(),
                is_new: true,
                markers: skeleton.markers.clone(),
                taxa: skeleton.taxa.clone(),
                synonyms: skeleton.synonyms.clone(),
                fragile: BTreeSet::new(),
                ids: BTreeSet::new(),
                known: BTreeMap::new(),
            });
        }
        let records = root.join("records").join(format!("{source}.tsv"));
        if records.exists() {
            let message = format!("{}: is there already; nothing is overwritten", records.display());
            return Err(ImportError::Request(message));
        }
        if !root.join("release.toml").is_file() {
            let message = format!("{}: not empty, and no reference folder", root.display());
            return Err(ImportError::Request(message));
        }
        Self::open_existing(root)
    }

    fn open_existing(root: &Path) -> Result<Self, ImportError> {
        let folder = Folder::new(root);
        let taxonomy = read_taxonomy(&folder)?;
        let mut target = Self {
            root: root.to_owned(),
            is_new: false,
            markers: folder.read("markers.tsv")?,
            taxa: taxonomy.taxa().to_vec(),
            synonyms: taxonomy.synonyms().to_vec(),
            fragile: BTreeSet::new(),
            ids: BTreeSet::new(),
            known: BTreeMap::new(),
        };
        // A list of a genus is found by the genus' name, and of several by that which is not local.
        let listed = taxonomy.taxa().iter().filter(|taxon| taxon.id.starts_with("local:"));
        let listed = listed.filter(|taxon| {
            taxonomy.by_id(&taxon.id).is_some_and(|genus| taxonomy.recognised_species(genus).is_some())
        });
        target.fragile.extend(listed.map(|taxon| taxon.name.clone()));
        for path in folder.record_files()? {
            target.read_records(&path, &taxonomy)?;
        }
        Ok(target)
    }

    fn read_records(&mut self, path: &Path, taxonomy: &Taxonomy) -> Result<(), ImportError> {
        let cells = table::read_cells(&path.display().to_string(), &fs_err::read(path)?)?;
        let column = |name: &str| cells.columns.iter().position(|column| column == name);
        let (id, label) = (column("record_id"), column("identification"));
        let (process, marker, nuc) = (column("processid"), column("marker_code"), column("nuc"));
        let ranks = HIGHER_RANKS.map(column);
        for row in cells.rows {
            let cell = |place: Option<usize>| place.map_or("", |place| row.value[place].as_str());
            self.ids.insert(cell(id).to_owned());
            if !cell(process).is_empty() {
                let digest = Sha256Digest::of(cell(nuc).as_bytes());
                let key = (cell(process).to_owned(), cell(marker).to_owned(), digest);
                self.known.entry(key).or_insert_with(|| cell(id).to_owned());
            }
            let lineage = ranks.map(cell);
            let Ok(taxon) = resolve_label(taxonomy, cell(label), &lineage) else { continue };
            let mut ancestors = taxonomy.lineage(taxon).map(|ancestor| taxonomy.name(ancestor));
            if !ancestors.any(|name| lineage.contains(&name))
                && let Some(name) = ScientificName::parse(cell(label))
            {
                self.fragile.insert(name.binomial().unwrap_or(name.genus));
            }
        }
        Ok(())
    }

    /// The record of the folder with the same process id, marker and bases, if there is one.
    pub(crate) fn record_like(&self, draft: &Draft) -> Option<String> {
        let process = Some(draft.fields.get("processid")).filter(|process| !process.is_empty())?;
        let digest = Sha256Digest::of(&draft.bases);
        self.known.get(&(process.to_owned(), draft.marker.to_string(), digest)).cloned()
    }

    /// A file of the folder as errors name it.
    pub(crate) fn name(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    pub(crate) fn write(
        &self,
        import: &Import<'_>,
        summary: &Summary,
        settled: &Settled,
    ) -> Result<(), ImportError> {
        if self.is_new {
            self.write_new(import, summary, settled)
        } else {
            self.extend(import, summary, settled)
        }
    }

    fn write_new(
        &self,
        import: &Import<'_>,
        summary: &Summary,
        settled: &Settled,
    ) -> Result<(), ImportError> {
        let aside = aside_folder(parent(&self.root)?)?;
        let root = aside.path();
        let write = |path: &str, bytes: &[u8]| fs_err::write(root.join(path), bytes);
        fs_err::create_dir_all(root.join("taxonomy"))?;
        fs_err::create_dir_all(root.join("records"))?;
        let name = self.root.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        write("release.toml", release_toml(&name, &import.date).as_bytes())?;
        write("sources.toml", source_block(import, summary).trim_start().as_bytes())?;
        write("markers.tsv", &self.markers)?;
        write("genetic_codes.tsv", &import.skeleton.genetic_codes)?;
        write("decisions.tsv", b"record\tdecision\ttier\treason\twho\tdate\n")?;
        write("panel.tsv", b"taxon\tkind\tcommon_name\twild_relative\tmarker\trecords\tstatus\n")?;
        write("taxonomy/synonyms.tsv", synonyms_tsv(&self.synonyms).as_bytes())?;
        write("taxonomy/recognised.tsv", recognised_tsv(import.skeleton).as_bytes())?;
        let mut taxa: Vec<&Taxon> = self.taxa.iter().chain(&settled.added).collect();
        taxa.sort_by(|a, b| a.id.cmp(&b.id));
        let has_root = taxa.iter().any(|taxon| taxon.parent.is_empty());
        let root_row =
            if has_root { String::new() } else { format!("1\troot\troot\t1\t{}\n", import.source) };
        write("taxonomy/taxa.tsv", format!("{TAXA}{root_row}{}", taxa_rows(taxa)).as_bytes())?;
        let account = root.join("imports").join(&import.source);
        fs_err::create_dir_all(&account)?;
        write_account(&account, summary, settled)?;
        fs_err::write(root.join("records").join(format!("{}.tsv", import.source)), records_tsv(settled))?;
        if self.root.is_dir() {
            fs_err::remove_dir(&self.root)?;
        }
        fs_err::rename(root, &self.root)?;
        // The folder has its new name; there is nothing left to clean up under the old one.
        let _ = aside.keep();
        Ok(())
    }

    fn extend(&self, import: &Import<'_>, summary: &Summary, settled: &Settled) -> Result<(), ImportError> {
        if !settled.added.is_empty() {
            let more = taxa_rows(&settled.added);
            append(&self.root.join("taxonomy/taxa.tsv"), &more)?;
        }
        self.append_source(import, summary)?;
        let imports = self.root.join("imports");
        fs_err::create_dir_all(&imports)?;
        let aside = aside_folder(&imports)?;
        write_account(aside.path(), summary, settled)?;
        let account = imports.join(&import.source);
        if account.is_dir() {
            // Left by an import that was interrupted before its records were written.
            fs_err::remove_dir_all(&account)?;
        }
        fs_err::rename(aside.path(), &account)?;
        let _ = aside.keep();
        let records = self.root.join("records").join(format!("{}.tsv", import.source));
        replace(&records, &records_tsv(settled))
    }

    fn append_source(&self, import: &Import<'_>, summary: &Summary) -> Result<(), ImportError> {
        let path = self.root.join("sources.toml");
        let text = fs_err::read_to_string(&path)?;
        let block = source_block(import, summary);
        let is_described =
            text.lines().any(|line| line.trim() == format!("id = {}", toml_text(&import.source)));
        if !is_described {
            return append(&path, &block);
        }
        if text.contains(block.trim()) {
            return Ok(());
        }
        let message =
            format!("{}: describes the source {:?} already, and otherwise", path.display(), import.source);
        Err(ImportError::Request(message))
    }
}

fn parent(path: &Path) -> Result<&Path, ImportError> {
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let error =
        || ImportError::Request(format!("{}: there is no such folder to write into", parent.display()));
    if parent.is_dir() { Ok(parent) } else { Err(error()) }
}

/// A temporary folder that has the rights of any other folder when it gets its name.
fn aside_folder(parent: &Path) -> Result<tempfile::TempDir, ImportError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".saola-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    Ok(builder.tempdir_in(parent)?)
}

/// Writes a file aside and puts it in the place of one that is there or not.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".saola-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut aside = builder.tempfile_in(parent(path)?)?;
    aside.write_all(bytes)?;
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Adds text behind what is there, which stays byte for byte.
fn append(path: &Path, more: &str) -> Result<(), ImportError> {
    let mut bytes = fs_err::read(path)?;
    if bytes.last().is_some_and(|byte| *byte != b'\n') {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(more.as_bytes());
    replace(path, &bytes)
}

fn records_tsv(settled: &Settled) -> Vec<u8> {
    let length: usize = settled.rows.iter().map(|row| row.len() + 1).sum();
    let mut text = Vec::with_capacity(length + 1000);
    text.extend_from_slice(COLUMNS.join("\t").as_bytes());
    text.push(b'\n');
    for row in &settled.rows {
        text.extend_from_slice(row.as_bytes());
        text.push(b'\n');
    }
    text
}

fn write_account(folder: &Path, summary: &Summary, settled: &Settled) -> Result<(), ImportError> {
    let json = serde_json::to_string_pretty(summary).map_err(std::io::Error::from)?;
    fs_err::write(folder.join("summary.json"), json + "\n")?;
    let table = |header: &str, rows: &[[String; 5]]| {
        let rows = rows.iter().map(|row| row.join("\t") + "\n");
        header.to_owned() + &rows.collect::<String>()
    };
    let rejected = table("file\tline\trecord\treason\tdetail\n", &settled.rejected);
    fs_err::write(folder.join("rejected.tsv"), rejected)?;
    let collapsed = table("record\tkept_record\treason\tfile\tline\n", &settled.collapsed);
    Ok(fs_err::write(folder.join("collapsed.tsv"), collapsed)?)
}

fn taxa_rows<'a>(taxa: impl IntoIterator<Item = &'a Taxon>) -> String {
    let row = |taxon: &Taxon| {
        let Taxon { id, name, rank, parent, source } = taxon;
        // As in the NCBI taxonomy the root is its own parent.
        let parent = if parent.is_empty() { id } else { parent };
        format!("{id}\t{name}\t{rank}\t{parent}\t{source}\n")
    };
    taxa.into_iter().map(row).collect()
}

/// The lists of the skeleton. A species has an identifier when one taxon of the skeleton has its name.
fn recognised_tsv(skeleton: &Skeleton) -> String {
    let names: BTreeMap<&str, &str> =
        skeleton.taxa.iter().map(|taxon| (taxon.id.as_str(), taxon.name.as_str())).collect();
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for taxon in skeleton.taxa.iter().filter(|taxon| taxon.rank == "species") {
        ids.entry(&taxon.name).or_default().push(&taxon.id);
    }
    let mut rows: Vec<String> = Vec::new();
    for list in &skeleton.recognised {
        let Some(genus) = names.get(list.genus.as_str()) else { continue };
        rows.extend(list.species.iter().map(|name| {
            let id = match ids.get(name.as_str()).map(Vec::as_slice) {
                Some([only]) => only,
                _ => "",
            };
            format!("{genus}\t{name}\t{id}\t{}\n", list.source)
        }));
    }
    rows.sort();
    format!("genus\tspecies\ttaxon_id\tsource\n{}", rows.concat())
}

fn synonyms_tsv(synonyms: &[Synonym]) -> String {
    let rows = synonyms.iter().map(|synonym| {
        let Synonym { name, accepted, source } = synonym;
        format!("{name}\t{accepted}\tverified\t{source}\t\n")
    });
    "name\taccepted\tstatus\tsource\tnote\n".to_owned() + &rows.collect::<String>()
}

fn release_toml(name: &str, date: &str) -> String {
    format!(
        "name = {}\nversion = \"0\"\ndate = {}\ndefault_profile = \"screening\"\nnotice = {}\n",
        toml_text(name),
        toml_text(date),
        toml_text(NOTICE)
    )
}

/// The source as a table of `sources.toml`. For several files, `sha256` is that of the lines `SHA-256  NAME` that
/// `sha256sum` prints for them, sorted by name.
fn source_block(import: &Import<'_>, summary: &Summary) -> String {
    let names: Vec<&str> = summary.files.iter().map(|file| file.name.as_str()).collect();
    let sha256 = match summary.files.as_slice() {
        [only] => only.sha256.clone(),
        files => {
            let lines = files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name));
            Sha256Digest::of(lines.collect::<String>().as_bytes()).to_string()
        }
    };
    let account =
        format!("imports/{}/summary.json lists the files and what became of their records", import.source);
    let keys = [
        ("id", import.source.as_str()),
        ("title", &format!("{}: imported from {} files", import.source, import.format.name())),
        ("registry", "file"),
        ("package", &import.source),
        ("version", &import.date),
        ("path", &names.join("; ")),
        ("licence", &import.licence),
        ("sha256", &sha256),
        ("retrieved", &import.date),
    ];
    let keys = keys.map(|(key, value)| format!("{key} = {}\n", toml_text(value))).concat();
    let cautions =
        format!("cautions = [\n    \"imported and not reviewed\",\n    {},\n]\n", toml_text(&account));
    format!("\n[[source]]\n{keys}{cautions}")
}

/// A basic string of TOML; control characters become blanks.
fn toml_text(text: &str) -> String {
    format!("\"{}\"", tidy(text).replace('\\', "\\\\").replace('"', "\\\""))
}
