//! `saola cites`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use saola::{Circumstances, CitesAnswer, CountryCode, cites};

use crate::failure::{Failure, Kind};
use crate::listings::ListingsOptions;
use crate::{arguments, database, terminal};

#[derive(Args)]
pub(crate) struct CitesOptions {
    /// Scientific name of a species, genus or higher taxon; synonyms are resolved.
    pub(crate) taxon: String,
    /// Day of the offence; without it no listing is determined.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = arguments::parse_date)]
    pub(crate) on: Option<jiff::civil::Date>,
    /// Country that the specimen's population belongs to (ISO 3166-1 alpha-2); unknown: every branch with its condition.
    #[arg(long, value_name = "XX")]
    pub(crate) origin: Option<CountryCode>,
    /// State whose reservations are shown (ISO 3166-1 alpha-2).
    #[arg(long, value_name = "XX")]
    pub(crate) party: Option<CountryCode>,
    /// Reference database whose taxonomy resolves the name; the built-in release unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listings: ListingsOptions,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(options: &CitesOptions) -> Result<(), Failure> {
    let release = database::open_checked(options.db.as_deref())?;
    let circumstances = Circumstances { date: options.on, origin: options.origin, party: options.party };
    let answers = cites(&release, &options.listings.read(None)?, &circumstances, &options.taxon)?;
    if options.json {
        return terminal::print(&(serde_json::to_string_pretty(&answers)? + "\n"));
    }
    terminal::print(&answers.iter().map(block).collect::<Vec<_>>().join("\n"))
}

/// An answer for people. Writing to a string cannot fail.
fn block(answer: &CitesAnswer) -> String {
    let mut text = format!("{} ({})", answer.taxon, answer.rank);
    if !answer.taxon.eq_ignore_ascii_case(&answer.asked) {
        let _ = write!(text, ", asked as {}", answer.asked);
    }
    let day = if answer.on.is_empty() { "no day given" } else { &answer.on };
    let determination = serde_json::to_value(answer.determination).unwrap_or_default();
    let determination = determination.as_str().unwrap_or_default().replace('_', " ");
    let _ = writeln!(text, "\n  {day}: {determination}");
    for listing in &answer.listings {
        let condition =
            if listing.condition.is_empty() { String::new() } else { format!("; {}", listing.condition) };
        let party = if listing.party.is_empty() { String::new() } else { format!(" by {}", listing.party) };
        let _ = writeln!(
            text,
            "  Appendix {}{party}  as {}, since {} ({}){condition}",
            listing.appendix, listing.taxon_listed, listing.effective_from, listing.status
        );
        if !listing.annotation.is_empty() {
            let _ = writeln!(text, "    {}", listing.annotation);
        }
    }
    if let Some(resolution) = &answer.resolution {
        let _ = writeln!(text, "  {}", resolution.statement);
    }
    for reason in &answer.reasons {
        let _ = writeln!(text, "  - {reason}");
    }
    if !answer.complete_through.is_empty() {
        let _ = writeln!(text, "  Listings of the taxon are complete through {}.", answer.complete_through);
    }
    text
}

impl From<saola::UnknownTaxon> for Failure {
    fn from(error: saola::UnknownTaxon) -> Self {
        let hint = match error.nearest.as_slice() {
            [] => "give a scientific name".to_owned(),
            nearest => format!("did you mean {}?", nearest.join(", ")),
        };
        Self::new(Kind::Usage, &error, &hint)
    }
}
