/// What a label says: `Genus`, `Genus species` or more, and whether something keeps it from naming a species.
///
/// Open nomenclature (`sp.`, `cf.`, `aff.`, `nr.`, `gr.`), hybrids (`x`) and working names with digits never name
/// a species (Sigovini et al. 2016 describe the signs in use).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScientificName {
    /// First word, as written.
    pub genus: String,
    /// Species epithet, when the label names a species without reservation.
    pub epithet: Option<String>,
}

const OPEN_NOMENCLATURE: [&str; 14] =
    ["sp", "spp", "ssp", "cf", "aff", "nr", "near", "gr", "agg", "group", "x", "hybrid", "indet", "complex"];

impl ScientificName {
    /// Reads a label; `None` when it does not begin with a capitalised Latin word.
    ///
    /// ```
    /// use saola_curate::ScientificName;
    /// let name = ScientificName::parse("Falco peregrinus Tunstall, 1771").unwrap();
    /// assert_eq!(name.binomial().as_deref(), Some("Falco peregrinus"));
    /// assert_eq!(ScientificName::parse("Falco cf. peregrinus").unwrap().binomial(), None);
    /// ```
    pub fn parse(label: &str) -> Option<Self> {
        let label = label.replace('_', " ");
        let mut words = label.split_whitespace();
        let genus = words.next().filter(|word| is_genus(word))?;
        let rest: Vec<&str> = words.collect();
        let open = rest.iter().any(|word| is_open_nomenclature(word));
        let epithet = rest.first().filter(|word| !open && is_epithet(word));
        Some(Self { genus: genus.to_owned(), epithet: epithet.map(|word| (*word).to_owned()) })
    }

    /// `Genus species`, when the label names a species without reservation.
    pub fn binomial(&self) -> Option<String> {
        self.epithet.as_ref().map(|epithet| format!("{} {epithet}", self.genus))
    }
}

fn is_genus(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && word.chars().count() > 1
        && letters.all(|letter| letter.is_lowercase() || letter == '-')
}

fn is_epithet(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|letter| letter.is_lowercase() || letter == '-')
}

fn is_open_nomenclature(word: &str) -> bool {
    let bare = word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    word == "×" || OPEN_NOMENCLATURE.contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binomial(label: &str) -> Option<String> {
        ScientificName::parse(label).and_then(|name| name.binomial())
    }

    #[test]
    fn species_with_authors_and_subspecies() {
        assert_eq!(binomial("Canis lupus familiaris").as_deref(), Some("Canis lupus"));
        assert_eq!(binomial("Larus_argentatus").as_deref(), Some("Larus argentatus"));
        assert_eq!(binomial("Polygonia c-album (Linnaeus, 1758)").as_deref(), Some("Polygonia c-album"));
    }

    #[test]
    fn what_names_no_species() {
        for label in [
            "Falco",
            "Falco sp.",
            "Falco sp. 1",
            "Falco cf. peregrinus",
            "Falco aff peregrinus",
            "Acipenser baerii x Acipenser gueldenstaedtii",
            "Crataegus × media",
            "Falco BOLD:AAA1",
            "Larus argentatus agg.",
            "",
            "peregrinus",
            "not_collected",
        ] {
            assert_eq!(binomial(label), None, "{label}");
        }
    }
}
