//! Text that is shown: times, and names from certificates that anyone may have written.

use std::{fmt::Write as _, time::Duration};

use x509_cert::der::DateTime;

/// `2027-01-15T08:00:00Z` for seconds since 1970-01-01 UTC.
pub fn utc(seconds: u64) -> String {
    moment(seconds).map_or_else(|| "after the year 9999".to_owned(), |moment| moment.to_string())
}

/// `2027-01-15` for seconds since 1970-01-01 UTC.
pub fn date(seconds: u64) -> String {
    utc(seconds).split('T').next().unwrap_or_default().to_owned()
}

pub(crate) fn moment(seconds: u64) -> Option<DateTime> {
    DateTime::from_unix_duration(Duration::from_secs(seconds)).ok()
}

/// As Rust writes them: what a terminal or a page would obey or hide instead of showing.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        let is_hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if character.is_control() || is_hidden {
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}
