//! Which reads belong together, by the names of their files.

use std::collections::BTreeMap;

use regex::Regex;

/// Names that end in a direction: `A17_F`, `A17-rev`, `BBBO256-10[LepF1,LepR1]_R`.
const BY_DIRECTION: &str = r"(?i)^(?P<sample>.+?)[ _.\-]+(?P<direction>F|R|fwd|rev|fw|rv|forward|reverse)$";
/// The same with the number of the read before it, 1 for forward and 2 for reverse: `A17_1_F`, `A17_2_R`.
const BY_NUMBER: &str = r"(?i)^(?P<sample>.+?)[ _.\-]+(?:1[ _.\-]*(?P<forward>F|fwd|forward)|2[ _.\-]*(?P<reverse>R|rev|reverse))$";

/// How files are paired.
#[derive(Clone, Debug)]
pub struct PairRule(Rule);

#[derive(Clone, Debug)]
enum Rule {
    Default { by_direction: Box<Regex>, by_number: Box<Regex> },
    Given(Box<Regex>),
}

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// It is no regular expression.
    #[error("{0}")]
    Pattern(#[from] regex::Error),
    /// It has no groups of the two names.
    #[error("the pattern has no group (?P<sample>...) or no group (?P<direction>...)")]
    Groups,
    /// A name that the pattern does not fit.
    #[error("{0:?} does not fit the pattern")]
    Name(String),
    /// A direction that is no direction.
    #[error("{0:?}: the pattern's direction {1:?} begins with neither F nor R")]
    Direction(String, String),
}

/// Where a read belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// Name of the sample.
    pub sample: String,
    /// Whether it reads the reverse strand; `None` when its name does not say.
    pub is_reverse: Option<bool>,
}

impl PairRule {
    /// The usual names; a file whose name says nothing is a sample of its own.
    ///
    /// # Errors
    ///
    /// None: the patterns are tested.
    pub fn usual() -> Result<Self, PairError> {
        Ok(Self(Rule::Default {
            by_direction: Box::new(Regex::new(BY_DIRECTION)?),
            by_number: Box::new(Regex::new(BY_NUMBER)?),
        }))
    }

    /// A pattern for the whole name without its extension, with groups `sample` and `direction` (beginning with F or R).
    ///
    /// # Errors
    ///
    /// [`PairError::Pattern`] or [`PairError::Groups`].
    pub fn new(pattern: &str) -> Result<Self, PairError> {
        let regex = Regex::new(&format!("^(?:{pattern})$"))?;
        let has = |wanted: &str| regex.capture_names().flatten().any(|name| name == wanted);
        if has("sample") && has("direction") {
            Ok(Self(Rule::Given(Box::new(regex))))
        } else {
            Err(PairError::Groups)
        }
    }

    /// Where each of some files belongs, by names without extension.
    ///
    /// # Errors
    ///
    /// [`PairError::Name`] or [`PairError::Direction`] for a name that a given pattern does not fit.
    pub fn pair(&self, stems: &[&str]) -> Result<Vec<Paired>, PairError> {
        match &self.0 {
            Rule::Given(regex) => stems.iter().map(|stem| given(regex, stem)).collect(),
            Rule::Default { by_direction, by_number } => {
                let directed: Vec<Paired> = stems.iter().map(|stem| directed(by_direction, stem)).collect();
                let numbered: Vec<Option<Paired>> =
                    stems.iter().map(|stem| numbered(by_number, stem)).collect();
                let (alone, pairs) = (members(directed.iter()), members(numbered.iter().flatten()));
                // The number is the read's only where there is one of each; else it is the specimen's.
                let choose = |(directed, numbered): (Paired, Option<Paired>)| {
                    let is_alone = alone.get(&directed.sample) == Some(&1);
                    let pair = numbered.filter(|paired| is_alone && pairs.get(&paired.sample) == Some(&2));
                    pair.unwrap_or(directed)
                };
                Ok(directed.iter().cloned().zip(numbered.clone()).map(choose).collect())
            }
        }
    }
}

/// How many reads each sample has.
fn members<'p>(paired: impl Iterator<Item = &'p Paired>) -> BTreeMap<String, usize> {
    let mut members = BTreeMap::new();
    for one in paired {
        *members.entry(one.sample.clone()).or_default() += 1;
    }
    members
}

fn given(regex: &Regex, stem: &str) -> Result<Paired, PairError> {
    let found = regex.captures(stem).ok_or_else(|| PairError::Name(stem.to_owned()))?;
    let group = |name: &str| found.name(name).map_or("", |group| group.as_str());
    let direction = group("direction");
    let is_reverse = match direction.chars().next().map(|first| first.to_ascii_uppercase()) {
        Some('F') => Some(false),
        Some('R') => Some(true),
        None => None,
        Some(_) => return Err(PairError::Direction(stem.to_owned(), direction.to_owned())),
    };
    Ok(Paired { sample: group("sample").to_owned(), is_reverse })
}

fn numbered(regex: &Regex, stem: &str) -> Option<Paired> {
    let found = regex.captures(stem)?;
    let sample = found.name("sample")?.as_str().to_owned();
    Some(Paired { sample, is_reverse: Some(found.name("reverse").is_some()) })
}

fn directed(regex: &Regex, stem: &str) -> Paired {
    let Some(found) = regex.captures(stem) else {
        return Paired { sample: stem.to_owned(), is_reverse: None };
    };
    let group = |name: &str| found.name(name).map_or("", |group| group.as_str());
    let is_reverse = group("direction").to_ascii_lowercase().starts_with('r');
    Paired { sample: group("sample").to_owned(), is_reverse: Some(is_reverse) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(stems: &[&str]) -> Vec<(String, Option<bool>)> {
        let found = PairRule::usual().unwrap().pair(stems).unwrap();
        found.into_iter().map(|paired| (paired.sample, paired.is_reverse)).collect()
    }

    #[test]
    fn usual_names() {
        let known = [
            ("BBBO256-10[LepF1,LepR1]_F", "BBBO256-10[LepF1,LepR1]", Some(false)),
            ("case 12 rev", "case 12", Some(true)),
            ("x-11_F", "x-11", Some(false)),
            ("3100", "3100", None),
            ("no_direction_here", "no_direction_here", None),
        ];
        for (stem, sample, is_reverse) in known {
            assert_eq!(paired(&[stem]), [(sample.to_owned(), is_reverse)]);
        }
    }

    #[test]
    fn a_number_is_the_reads_only_where_it_makes_a_pair() {
        let pair = paired(&["A_ACHLO006-09_1_F", "A_ACHLO006-09_2_R"]);
        assert_eq!(pair[0], ("A_ACHLO006-09".to_owned(), Some(false)));
        assert_eq!(pair[1], ("A_ACHLO006-09".to_owned(), Some(true)));
        let specimens = paired(&["owl_1_F", "owl_1_R", "owl_2_F", "owl_2_R"]);
        let names: Vec<&str> = specimens.iter().map(|(sample, _)| sample.as_str()).collect();
        // One F of number 1 and one R of number 2 fit, but there are others of both numbers.
        assert_eq!(names, ["owl_1", "owl_1", "owl_2", "owl_2"]);
    }

    #[test]
    fn a_given_pattern_must_fit_and_name_its_groups() {
        let rule = PairRule::new(r"(?P<sample>\d+)(?P<direction>[FR].*)").unwrap();
        assert_eq!(
            rule.pair(&["12Rx"]).unwrap()[0],
            Paired { sample: "12".to_owned(), is_reverse: Some(true) }
        );
        assert!(matches!(rule.pair(&["x"]), Err(PairError::Name(_))));
        assert!(matches!(PairRule::new("(?P<sample>.*)"), Err(PairError::Groups)));
        assert!(matches!(PairRule::new("("), Err(PairError::Pattern(_))));
    }
}
