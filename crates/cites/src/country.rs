//! Two-letter country codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A country code in the form of ISO 3166-1 alpha-2: two upper-case ASCII letters.
///
/// Only the form is checked, as codes come and go and old events name states that are no more; the codes that ISO 3166-1 leaves to its
/// users (AA, QM to QZ, XA to XZ, ZZ; `XX` stands for an unknown country on permits) are no country's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

/// A text that is no country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no country code; hint: two upper-case letters as in ISO 3166-1 alpha-2, for example TH")]
pub struct ParseCountryCodeError(String);

impl FromStr for CountryCode {
    type Err = ParseCountryCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                let is_left_to_users =
                    matches!((first, second), (b'A', b'A') | (b'Q', b'M'..=b'Z') | (b'X', _) | (b'Z', b'Z'));
                if is_left_to_users {
                    Err(ParseCountryCodeError(text.to_owned()))
                } else {
                    Ok(Self([*first, *second]))
                }
            }
            _ => Err(ParseCountryCodeError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for CountryCode {
    type Error = ParseCountryCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        write!(formatter, "{}{}", char::from(first), char::from(second))
    }
}

impl schemars::JsonSchema for CountryCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CountryCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Z]{2}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_upper_case_letters_and_nothing_else() {
        assert_eq!("TH".parse::<CountryCode>().unwrap().to_string(), "TH");
        for wrong in ["", "T", "th", "THA", "T1", "É", "XX", "XA", "QM", "AA", "ZZ"] {
            assert!(wrong.parse::<CountryCode>().is_err(), "{wrong}");
        }
    }
}
