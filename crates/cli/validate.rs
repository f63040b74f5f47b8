//! `saola validate`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use saola::import::{ColumnMap, Format, Import, Limits};
use saola::trial::Scheme;
use saola::validate::{Defect, Fragment, Plan, Recognition, TrialFolder, Validation, trial_table};
use saola::{
    Profile, RULES_VERSION, ReferenceFolder, Release, ReliabilityData, Sha256Digest, canonical_json,
};

use crate::{
    db_import,
    failure::{Failure, Kind},
    identify, terminal,
};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeftOut {
    /// One specimen at a time: is the species named rightly?
    Loso,
    /// One species at a time: is a species named all the same?
    Lspo,
    /// One genus at a time: is a genus named all the same?
    Lgo,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpeciesList {
    /// What is left out, nobody knows of: a species that is not described.
    Unknown,
    /// What is left out is on the list of recognised species, and known to be missing.
    Known,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DefectChoice {
    /// Nothing.
    None,
    /// One base in 110 masked with N.
    Masked,
    /// A stop codon in the middle, as in a nuclear copy.
    Stop,
    /// The second half of a species of another genus.
    Chimera,
    /// The second half of another species of the genus.
    Congener,
}

#[derive(Args)]
pub(crate) struct ValidateOptions {
    /// Reference folder with the records, or files as for `saola db import` (BCDM, `GenBank`, FASTA, SINTAX), with the built-in
    /// taxonomy; what became of each record of theirs is in the folder `library` beside the trials.
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) records: Vec<PathBuf>,
    /// Try only records of this marker; the others stay in the library. Records of files that name no marker are of this one.
    #[arg(long, value_name = "MARKER")]
    pub(crate) marker: Option<String>,
    /// Parts of each record to try: `full`, or so many bases of its middle.
    #[arg(long, value_name = "PARTS", value_delimiter = ',', default_value = "full,300,150")]
    pub(crate) fragments: Vec<Fragment>,
    /// What is left out of the library.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "loso,lspo,lgo")]
    pub(crate) scheme: Vec<LeftOut>,
    /// What gate S5 takes for the recognised species of a genus.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "unknown")]
    pub(crate) species_list: Vec<SpeciesList>,
    /// Shares of bases that are substituted, up to 0.1.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_value = "0", value_parser = per_thousand)]
    pub(crate) errors: Vec<u32>,
    /// What is done to the queries, to see what falls for it.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "none")]
    pub(crate) defects: Vec<DefectChoice>,
    /// Shares of the library's records that get a wrong label, up to 0.1.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_value = "0", value_parser = per_thousand)]
    pub(crate) mislabels: Vec<u32>,
    /// How many libraries are made for each scheme; each lacks one part in so many.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) folds: u32,
    /// Profile: `screening`, `forensic`, `mini-barcode`, or a TOML file.
    #[arg(long, value_name = "NAME|FILE", default_value = "screening")]
    pub(crate) profile: String,
    /// Folder for trials.tsv, table.tsv and gates.tsv; an interrupted run with the same folder goes on where it was.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Threads; never changes a result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

fn per_thousand(text: &str) -> Result<u32, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let thousandths = (share * 1000.0).round();
    if !(0.0..=100.0).contains(&thousandths) || (thousandths - share * 1000.0).abs() > 1e-6 {
        return Err("a share from 0 to 0.1, in thousandths".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    Ok(thousandths as u32)
}

pub(crate) fn run(options: &ValidateOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    let profile = identify::named_profile(&options.profile)?;
    let plan = plan(options);
    let bar = terminal::progress("reading records", quiet);
    let folder = ReferenceFolder::read(&library(options)?, &[])?;
    let store = TrialFolder::open(&options.out, &premises(&folder, &plan, &profile)?)?;
    let validation = Validation::new(&folder, &plan, &profile, &|progress| terminal::show(&bar, progress))?;
    bar.finish_and_clear();
    let parts = validation.parts();
    let bar = terminal::progress("trials", quiet);
    let mut trials = Vec::new();
    for (done, part) in parts.iter().enumerate() {
        terminal::show(&bar, saola::Progress { step: "trials", done, all: parts.len() });
        let found = if let Some(found) = store.read(*part)? {
            found
        } else {
            let found = validation.run(*part, &saola::unwatched)?;
            store.write(*part, &found)?;
            found
        };
        trials.extend(found);
    }
    bar.finish_and_clear();
    trials.sort();
    store.finish(&trials)?;
    let text = canonical_json(&profile).map_err(|error| Failure::new(Kind::Failed, error, ""))?;
    let digest = Sha256Digest::of(text.as_bytes()).to_string();
    let reliability =
        ReliabilityData::of_trials(&trials, &validation.root().to_string(), &digest, plan.folds);
    store.write_reliability(&reliability)?;
    terminal::print(&trial_table(&trials))
}

/// The folder that was given, or the one that is made of the files.
fn library(options: &ValidateOptions) -> Result<PathBuf, Failure> {
    match options.records.as_slice() {
        [folder] if folder.is_dir() => return Ok(folder.clone()),
        files if files.iter().any(|file| file.is_dir()) => {
            let message = "--records: a folder stands alone";
            return Err(Failure::new(Kind::Usage, message, "one reference folder, or files only"));
        }
        _ => {}
    }
    let library = options.out.join("library");
    let is_ours = options.out.join("premises.json").is_file();
    if library.exists() && !is_ours {
        let message = format!("{}: is there already, and not of trials", library.display());
        return Err(Failure::new(Kind::Failed, message, "give a new folder with --out"));
    }
    // Made anew each time, so that it is never that of other files; the same files make the same library.
    fs_err::create_dir_all(&options.out)?;
    let new = tempfile::tempdir_in(&options.out)?;
    import_all(options, new.path())?;
    if library.exists() {
        fs_err::remove_dir_all(&library)?;
    }
    fs_err::rename(new.keep(), &library)?;
    Ok(library)
}

/// Imports the files into an empty folder.
fn import_all(options: &ValidateOptions, folder: &Path) -> Result<(), Failure> {
    for (format, files) in by_format(&options.records)? {
        let import = Import {
            format,
            files: &files,
            folder,
            skeleton: &db_import::skeleton(Some(Path::new("built-in")))?,
            map: ColumnMap::default(),
            marker: options.marker.clone(),
            licence: "not stated".to_owned(),
            source: format.name().to_owned(),
            // A day of its own would make the library of an interrupted run another one on the next day.
            date: "1970-01-01".to_owned(),
            limits: Limits::default(),
        };
        let summary = import.run(&mut |_, _| {})?;
        if summary.kept == 0 {
            let message = format!("{}: no record was kept", files[0].display());
            let hint = "name the marker with --marker; `saola db import` says more of each record";
            return Err(Failure::new(Kind::Failed, message, hint));
        }
    }
    Ok(())
}

/// The files by the format that their content shows, in the order of their names.
fn by_format(files: &[PathBuf]) -> Result<Vec<(Format, Vec<PathBuf>)>, Failure> {
    let mut groups = [Format::Bcdm, Format::Genbank, Format::Fasta].map(|format| (format, Vec::new()));
    for file in files {
        let format = Format::of_file(file)?;
        for (_, files) in groups.iter_mut().filter(|(known, _)| *known == format) {
            files.push(file.clone());
        }
    }
    Ok(groups.into_iter().filter(|(_, files)| !files.is_empty()).collect())
}

fn plan(options: &ValidateOptions) -> Plan {
    let schemes = options.scheme.iter().map(|scheme| match scheme {
        LeftOut::Loso => Scheme::Specimen,
        LeftOut::Lspo => Scheme::Species,
        LeftOut::Lgo => Scheme::Genus,
    });
    let lists = options.species_list.iter().map(|list| match list {
        SpeciesList::Unknown => Recognition::Unknown,
        SpeciesList::Known => Recognition::Known,
    });
    let mut plan = Plan {
        marker: options.marker.clone(),
        schemes: schemes.collect(),
        recognitions: lists.collect(),
        fragments: options.fragments.clone(),
        errors: options.errors.clone(),
        defects: options.defects.iter().map(|defect| defect_of(*defect)).collect(),
        mislabels: options.mislabels.clone(),
        folds: options.folds,
    };
    // Each once, in one order.
    plan.schemes.sort();
    plan.schemes.dedup();
    plan.recognitions.sort();
    plan.recognitions.dedup();
    plan.fragments.sort();
    plan.fragments.dedup();
    plan.errors.sort_unstable();
    plan.errors.dedup();
    plan.defects.sort();
    plan.defects.dedup();
    plan.mislabels.sort_unstable();
    plan.mislabels.dedup();
    plan
}

const fn defect_of(choice: DefectChoice) -> Defect {
    match choice {
        DefectChoice::None => Defect::None,
        DefectChoice::Masked => Defect::Masked,
        DefectChoice::Stop => Defect::Stop,
        DefectChoice::Chimera => Defect::Chimera,
        DefectChoice::Congener => Defect::Congener,
    }
}

/// All that trials depend on, so that a folder is not gone on with by others.
fn premises(folder: &ReferenceFolder, plan: &Plan, profile: &Profile) -> Result<String, Failure> {
    let library = Release::from_bytes(folder.content.clone().write()?, "the records")?;
    let premises = serde_json::json!({
        "library_root": library.root().to_string(),
        "plan": plan,
        "profile": profile,
        "rules_version": RULES_VERSION,
        "saola_version": env!("CARGO_PKG_VERSION"),
    });
    Ok(serde_json::to_string_pretty(&premises)? + "\n")
}

impl From<saola::validate::ValidateError> for Failure {
    fn from(error: saola::validate::ValidateError) -> Self {
        Self::new(Kind::Failed, error, "`saola db audit` says more of the records")
    }
}

impl From<saola::validate::TrialFolderError> for Failure {
    fn from(error: saola::validate::TrialFolderError) -> Self {
        Self::new(Kind::Failed, error, "give a new folder with --out")
    }
}
