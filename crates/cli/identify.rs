//! `saola identify`.

use std::path::Path;

use saola::{
    Analysis, Circumstances, Profile, RULES_VERSION, Release, Report, SCHEMA_VERSION, SampleInput,
    check_new_folder, new_run, read_sheet, render_table, samples_tsv, write_report,
};

use crate::arguments::{IdentifyFormat, IdentifyOptions};
use crate::failure::{Failure, Kind};
use crate::{clock, database, terminal, trust};

pub(crate) fn run(options: &IdentifyOptions, quiet: bool) -> Result<(), Failure> {
    terminal::use_threads(options.threads)?;
    if let Some(folder) = &options.out {
        check_new_folder(folder)?;
    }
    let started = now();
    let bar = terminal::progress("identifying", quiet);
    let release = database::open_checked(options.db.as_deref())?;
    let signature = trust::check(&release, options.db.as_deref(), &options.trust)?;
    let listings = options.listings.read(None)?;
    let samples = read_inputs(options)?;
    let profile = read_profile(options.profile.as_deref(), &release)?;
    let circumstances =
        Circumstances { date: options.offence_date, origin: options.origin, party: options.party };
    let analysis = Analysis::new(&release, &listings, profile)?
        .with_reliability(database::reliability(options.db.as_deref(), &release)?)
        .with_circumstances(circumstances)
        .with_questions(&options.questions)?;
    let result = analysis.run(&samples)?;
    let mut run = new_run(&result).map_err(|error| Failure::new(Kind::Failed, error, ""))?;
    run.started = Some(started);
    run.release_signature = signature;
    run.command = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let report = Report {
        schema_version: SCHEMA_VERSION.to_owned(),
        rules_version: RULES_VERSION.to_owned(),
        result,
        run,
    };
    if let Some(folder) = &options.out {
        write_report(folder, &report, &samples)?;
    }
    bar.finish_and_clear();
    terminal::print(&render(&report, options.format)?)?;
    if let Some(folder) = options.out.as_ref().filter(|_| !quiet) {
        terminal::say(&format!("report written to {}", folder.display()));
    }
    Ok(())
}

fn now() -> String {
    let now = clock::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

fn read_inputs(options: &IdentifyOptions) -> Result<Vec<SampleInput>, Failure> {
    let files =
        options.samples.iter().map(|path| terminal::read_samples(path)).collect::<Result<Vec<_>, _>>()?;
    let rules = options.reads.rules()?;
    let mut samples = match &options.sheet {
        Some(sheet) => read_sheet(sheet, &files, &rules)?,
        None => rules.samples(&files)?,
    };
    for sample in &mut samples {
        sample.marker = sample.marker.take().or_else(|| options.marker.clone());
    }
    Ok(samples)
}

/// A built-in profile by name, else a file; the release's default unless one is asked for.
pub(crate) fn read_profile(wanted: Option<&str>, release: &Release) -> Result<Profile, Failure> {
    let Some(wanted) = wanted else {
        return Profile::built_in(&release.manifest().default_profile).map_err(|error| {
            let message = format!("the reference database names an unknown profile: {error}");
            Failure::new(Kind::Reference, message, "name one with --profile")
        });
    };
    named_profile(wanted)
}

/// A built-in profile by name, else a file.
pub(crate) fn named_profile(wanted: &str) -> Result<Profile, Failure> {
    // A word is a name; what has a dot or a folder in it is a file, there or not.
    let is_file = Path::new(wanted).exists() || wanted.contains(['.', '/', '\\']);
    if Profile::built_in_names().any(|name| name == wanted) || !is_file {
        return Ok(Profile::built_in(wanted)?);
    }
    let unreadable = |error| {
        Failure::new(Kind::Failed, error, "give `screening`, `forensic`, `mini-barcode` or a TOML file")
    };
    Ok(Profile::parse(wanted, &fs_err::read_to_string(wanted).map_err(unreadable)?)?)
}

fn render(report: &Report, format: IdentifyFormat) -> Result<String, Failure> {
    Ok(match format {
        IdentifyFormat::Table => render_table(report, terminal::width()),
        IdentifyFormat::Tsv => samples_tsv(report),
        IdentifyFormat::Json => serde_json::to_string_pretty(report)? + "\n",
        IdentifyFormat::Jsonl => {
            let mut text = String::new();
            for (_, sample) in report.samples() {
                text.push_str(&serde_json::to_string(sample)?);
                text.push('\n');
            }
            text
        }
    })
}
