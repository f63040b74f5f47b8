//! The listing file that is built in, and downloads beside it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use saola::download::{Download, MOST_DOWNLOAD_BYTES};
use saola::{ListingFile, Listings};

use crate::failure::{Failure, Kind};
use crate::{arguments, clock};

const LISTINGS: &str = include_str!("../../reference-db/cites/listings.tsv");
const GROUPS: &str = include_str!("../../reference-db/cites/groups.tsv");

const HINT: &str = "see `saola cites --help` for the files that can be read";

#[derive(Args)]
pub(crate) struct ListingsOptions {
    /// Listings that you downloaded, for days after those of the built-in file; may be repeated.
    ///
    /// Read are the CSV files "History of CITES Listings" and "Index of CITES Species" of the Checklist of CITES Species, "CITES
    /// listings" of Species+, and JSON answers of the Species+ API (`taxon_concepts`, `cites_legislation` with `scope=all`).
    #[arg(long = "listings", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Day on which they were downloaded: they say nothing of later days.
    #[arg(long = "listings-date", value_name = "YYYY-MM-DD", value_parser = arguments::parse_date)]
    pub(crate) day: Option<Date>,
}

impl ListingsOptions {
    /// The built-in listings with the downloads; `recorded` is the day of a report that is repeated.
    pub(crate) fn read(&self, recorded: Option<Date>) -> Result<Listings, Failure> {
        let built_in =
            ListingFile::parse(LISTINGS, GROUPS).map_err(|error| Failure::new(Kind::Reference, error, ""))?;
        if self.files.is_empty() {
            return match self.day {
                None => Ok(built_in.into()),
                Some(_) => Err(Failure::new(Kind::Usage, "--listings-date without --listings", HINT)),
            };
        }
        let Some(day) = self.day.or(recorded) else {
            let hint = "give --listings-date: nothing in the files says when they were downloaded";
            return Err(Failure::new(Kind::Usage, "--listings without --listings-date", hint));
        };
        // A day further on than here: somewhere on Earth it is tomorrow already.
        let today = jiff::tz::Offset::UTC.to_datetime(clock::now()).date();
        if today.tomorrow().is_ok_and(|tomorrow| day > tomorrow) {
            let message = format!("--listings-date {day} is in the future");
            return Err(Failure::new(Kind::Usage, message, "give the day of the download"));
        }
        let files: Vec<(String, Vec<u8>)> =
            self.files.iter().map(|path| Ok((name(path), bytes(path)?))).collect::<Result<_, Failure>>()?;
        let downloads = Download::read(&files, day, &built_in).map_err(|error| {
            let message = format!("{}:{}: {}", error.file, error.line, error.problem);
            Failure::new(Kind::Failed, message, error.hint)
        })?;
        Ok(Listings::from(built_in).with_downloads(downloads))
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::new(Kind::Failed, error, HINT);
    let mut bytes = Vec::new();
    let file = fs_err::File::open(path).map_err(unreadable)?;
    file.take(MOST_DOWNLOAD_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MOST_DOWNLOAD_BYTES {
        let message = format!("{}: larger than 256 MiB", path.display());
        return Err(Failure::new(Kind::Failed, message, HINT));
    }
    Ok(bytes)
}
