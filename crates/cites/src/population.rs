//! Populations that a listing includes or excludes, and whether a specimen is of them.

use std::collections::BTreeSet;
use std::fmt;

use crate::country::CountryCode;

/// A population: that of a country, or one that only words describe (a whale stock, a river basin).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Population {
    /// The specimens that originate from a country.
    Country(CountryCode),
    /// Described in words; whether a specimen is of it is never decided here.
    Described(String),
}

impl Population {
    /// A country code, or else words.
    pub(crate) fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Described(text.to_owned()), Self::Country)
    }
}

impl fmt::Display for Population {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(code) => write!(formatter, "{code}"),
            Self::Described(words) => formatter.write_str(words),
        }
    }
}

/// Whether a listing covers a specimen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Covered {
    Yes,
    No,
    /// Not decidable from the origin that is known.
    Open,
}

/// A set of populations: some, or all but some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    Only(BTreeSet<Population>),
    AllBut(BTreeSet<Population>),
}

impl Coverage {
    /// What a listing with these two cells covers; no cell filled means all populations.
    pub(crate) fn of(included: &[Population], excluded: &[Population]) -> Self {
        let excluded: BTreeSet<_> = excluded.iter().cloned().collect();
        if included.is_empty() {
            Self::AllBut(excluded)
        } else {
            Self::Only(included.iter().filter(|population| !excluded.contains(population)).cloned().collect())
        }
    }

    pub(crate) fn nothing() -> Self {
        Self::Only(BTreeSet::new())
    }

    pub(crate) fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(a), Self::Only(b)) => Self::Only(a.union(&b).cloned().collect()),
            (Self::AllBut(a), Self::AllBut(b)) => Self::AllBut(a.intersection(&b).cloned().collect()),
            (Self::AllBut(but), Self::Only(only)) | (Self::Only(only), Self::AllBut(but)) => {
                Self::AllBut(but.difference(&only).cloned().collect())
            }
        }
    }

    /// What is left.
    pub(crate) fn complement(&self) -> Self {
        match self {
            Self::Only(set) => Self::AllBut(set.clone()),
            Self::AllBut(set) => Self::Only(set.clone()),
        }
    }

    /// Whether a specimen of that origin is covered.
    pub(crate) fn covers(&self, origin: Option<CountryCode>) -> Covered {
        let (set, inside) = match self {
            Self::Only(set) => (set, true),
            Self::AllBut(set) => (set, false),
        };
        let answer = |is_member| if is_member == inside { Covered::Yes } else { Covered::No };
        if set.is_empty() {
            return answer(false);
        }
        let Some(origin) = origin else { return Covered::Open };
        if set.contains(&Population::Country(origin)) {
            return answer(true);
        }
        let described = set.iter().any(|population| matches!(population, Population::Described(_)));
        if described { Covered::Open } else { answer(false) }
    }

    /// The condition in words; empty when everything is covered.
    pub(crate) fn condition(&self) -> String {
        match self {
            Self::Only(set) => format!("only the populations: {}", join(set)),
            Self::AllBut(set) if set.is_empty() => String::new(),
            Self::AllBut(set) => format!("all populations except: {}", join(set)),
        }
    }
}

fn join(set: &BTreeSet<Population>) -> String {
    set.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn populations(texts: &[&str]) -> Vec<Population> {
        texts.iter().map(|text| Population::parse(text)).collect()
    }

    #[test]
    fn two_halves_make_everything() {
        let south = populations(&["BT", "IN", "NP", "PK"]);
        let only = Coverage::of(&south, &[]);
        let rest = Coverage::of(&[], &south);
        assert_eq!(only.clone().union(rest.clone()).covers(None), Covered::Yes);
        assert_eq!(only.clone().union(Coverage::nothing()), only);
        assert_eq!(only.complement(), rest);
    }

    #[test]
    fn the_origin_decides_countries_and_not_stocks() {
        let nepal = Some("NP".parse().unwrap());
        let norway = Some("NO".parse().unwrap());
        let south = populations(&["BT", "IN", "NP", "PK"]);
        assert_eq!(Coverage::of(&south, &[]).covers(nepal), Covered::Yes);
        assert_eq!(Coverage::of(&south, &[]).covers(norway), Covered::No);
        assert_eq!(Coverage::of(&[], &south).covers(nepal), Covered::No);
        assert_eq!(Coverage::of(&[], &south).covers(None), Covered::Open);
        let stock = populations(&["stock off Iceland"]);
        assert_eq!(Coverage::of(&stock, &[]).covers(norway), Covered::Open);
        assert_eq!(Coverage::of(&[], &[]).covers(None), Covered::Yes);
    }
}
