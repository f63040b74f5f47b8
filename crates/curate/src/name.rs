/// What a label says: `Genus`, `Genus species` or more, and whether something keeps it from naming a species.
///
/// Open nomenclature (`sp.`, `cf.`, `aff.`, `nr.`, `gr.`, `?`), hybrids (`x`), misapplied names (`auct.`) and working
/// names with digits never name a species (Sigovini et al. 2016 describe the signs in use).
///
/// ```text
/// "Aedes (Stegomyia) aegypti formosus (Walker, 1848)"
///  genus  left out   epithet infraspecific authorship
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScientificName {
    /// First word, as written.
    pub genus: String,
    /// Species epithet, when the label names a species without reservation.
    pub epithet: Option<String>,
    /// Epithet of a subspecies, variety or form, when the label names the species without reservation.
    pub infraspecific: Option<String>,
    /// What follows the epithets, such as `Linnaeus, 1758`; empty when nothing does or the label names no species.
    pub authorship: String,
    /// The first word that keeps the label from naming a species, in lower case without its full stop.
    pub qualifier: Option<String>,
}

const OPEN_NOMENCLATURE: [&str; 28] = [
    "sp",
    "spp",
    "cf",
    "aff",
    "nr",
    "near",
    "gr",
    "agg",
    "group",
    "x",
    "×",
    "hybrid",
    "indet",
    "complex",
    "auct",
    "undetermined",
    "unidentified",
    "unknown",
    "uncultured",
    "unclassified",
    "environmental",
    "sample",
    "specimen",
    "voucher",
    "isolate",
    "strain",
    "clone",
    "hybrids",
];
/// Words before an epithet below the species; right behind a genus they say that the species is not named.
const BELOW_SPECIES: [&str; 10] =
    ["ssp", "subsp", "subspp", "var", "subvar", "f", "fo", "forma", "morph", "cv"];
/// Words in lower case that belong to an author or a concept and are no epithet.
const NO_EPITHET: [&str; 30] = [
    "de", "da", "do", "dos", "del", "della", "den", "der", "des", "du", "di", "la", "le", "van", "von", "zu",
    "zur", "af", "ex", "et", "in", "and", "non", "nec", "not", "sensu", "emend", "nom", "bis", "filius",
];

impl ScientificName {
    /// Reads a label; `None` when it does not begin with a capitalised Latin word.
    ///
    /// Underscores are spaces, and so are full stops in a label without any; quotes around the label, a subgenus in
    /// brackets and notes such as `(in: primates)` are left out.
    ///
    /// ```
    /// use saola_curate::ScientificName;
    /// let name = ScientificName::parse("Falco peregrinus Tunstall, 1771").unwrap();
    /// assert_eq!(name.binomial().as_deref(), Some("Falco peregrinus"));
    /// assert_eq!(ScientificName::parse("Falco cf. peregrinus").unwrap().binomial(), None);
    /// ```
    pub fn parse(label: &str) -> Option<Self> {
        let label = plain(label);
        let mut words = label.split_whitespace().peekable();
        let genus = words.next().filter(|word| is_genus(word))?.to_owned();
        words.next_if(|word| is_subgenus(word));
        let rest: Vec<&str> = words.collect();
        let qualifier = find_qualifier(&rest);
        let mut name =
            Self { genus, epithet: None, infraspecific: None, authorship: String::new(), qualifier };
        let epithet = rest.first().filter(|word| name.qualifier.is_none() && is_epithet(word));
        if let Some(epithet) = epithet {
            name.epithet = Some((*epithet).to_owned());
            name.read_behind_epithet(&rest[1..]);
        }
        Some(name)
    }

    /// `Genus species`, when the label names a species without reservation.
    pub fn binomial(&self) -> Option<String> {
        self.epithet.as_ref().map(|epithet| format!("{} {epithet}", self.genus))
    }

    fn read_behind_epithet(&mut self, mut rest: &[&str]) {
        while let [first, behind @ ..] = rest {
            let is_marker = BELOW_SPECIES.contains(&bare(first).as_str());
            if !is_marker && (!is_epithet(first) || NO_EPITHET.contains(first)) {
                break;
            }
            if !is_marker {
                self.infraspecific = Some((*first).to_owned());
            }
            rest = behind;
        }
        self.authorship = rest.join(" ");
    }
}

/// One space between words, and nothing around the name that is not part of it.
fn plain(label: &str) -> String {
    let label = label.replace('_', " ");
    let label = label.trim().trim_matches(['"', '\'', '`', '“', '”', '‘', '’']).trim();
    let dotted = !label.contains(char::is_whitespace);
    let label = if dotted { label.replace('.', " ") } else { label.to_owned() };
    match label.split_once("(in:") {
        Some((before, after)) => {
            format!("{before} {}", after.split_once(')').map_or("", |(_, after)| after))
        }
        None => label,
    }
}

fn find_qualifier(rest: &[&str]) -> Option<String> {
    let names_none = rest.first().filter(|word| BELOW_SPECIES.contains(&bare(word).as_str()));
    let open = |word: &&&str| {
        OPEN_NOMENCLATURE.contains(&bare(word).as_str()) || word.contains('?') || word.starts_with('×')
    };
    let found = names_none.or_else(|| rest.iter().find(open))?;
    Some(if found.contains('?') { "?".to_owned() } else { bare(found) })
}

fn bare(word: &str) -> String {
    word.trim_matches(|character: char| !character.is_alphanumeric() && character != '×').to_lowercase()
}

fn is_genus(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && word.chars().count() > 1
        && letters.all(|letter| letter.is_lowercase() || letter == '-')
}

/// `(Stegomyia)`: one capitalised word; an author has a comma, a full stop or a year with it.
fn is_subgenus(word: &str) -> bool {
    word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).is_some_and(is_genus)
}

fn is_epithet(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|letter| letter.is_lowercase() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn binomial(label: &str) -> Option<String> {
        ScientificName::parse(label).and_then(|name| name.binomial())
    }

    #[test]
    fn species_with_authors_and_subspecies() {
        assert_eq!(binomial("Canis lupus familiaris").as_deref(), Some("Canis lupus"));
        assert_eq!(binomial("Larus_argentatus").as_deref(), Some("Larus argentatus"));
        assert_eq!(binomial("Polygonia c-album (Linnaeus, 1758)").as_deref(), Some("Polygonia c-album"));
        assert_eq!(binomial("Albinaria.turrita").as_deref(), Some("Albinaria turrita"));
        assert_eq!(binomial("'Falco peregrinus'").as_deref(), Some("Falco peregrinus"));
        assert_eq!(binomial("Aotus azarae (in: primates)").as_deref(), Some("Aotus azarae"));
    }

    #[test]
    fn parts_of_a_name() {
        let parts = |label: &str| {
            let name = ScientificName::parse(label).unwrap();
            (name.binomial().unwrap_or_default(), name.infraspecific.unwrap_or_default(), name.authorship)
        };
        let expected = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(
            parts("Aedes (Stegomyia) aegypti formosus (Walker, 1848)"),
            expected("Aedes aegypti", "formosus", "(Walker, 1848)")
        );
        assert_eq!(parts("Acer campestre subsp. leiocarpum"), expected("Acer campestre", "leiocarpum", ""));
        assert_eq!(parts("Poa annua var. supina Schrad."), expected("Poa annua", "supina", "Schrad."));
        assert_eq!(parts("Larus fuscus van Oort, 1923"), expected("Larus fuscus", "", "van Oort, 1923"));
        assert_eq!(parts("Aotus sp. (in: primates)"), expected("", "", ""));
    }

    #[test]
    fn what_names_no_species() {
        for label in [
            "Falco",
            "Falco sp.",
            "Falco_sp.",
            "Falco sp. 1",
            "Falco sp. nov.",
            "Falco ssp.",
            "Falco cf. peregrinus",
            "Falco aff peregrinus",
            "Falco nr. peregrinus",
            "Falco ?peregrinus",
            "Falco peregrinus?",
            "Falco peregrinus auct.",
            "Acipenser baerii x Acipenser gueldenstaedtii",
            "Crataegus × media",
            "Crataegus ×media",
            "Falco BOLD:AAA1",
            "Larus argentatus agg.",
            "",
            "peregrinus",
            "not_collected",
        ] {
            assert_eq!(binomial(label), None, "{label}");
        }
        let qualifier = |label: &str| ScientificName::parse(label).unwrap().qualifier;
        assert_eq!(qualifier("Falco cf. peregrinus").as_deref(), Some("cf"));
        assert_eq!(qualifier("Falco peregrinus?").as_deref(), Some("?"));
        assert_eq!(qualifier("Falco peregrinus"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(label in "\\PC*") {
            if let Some(name) = ScientificName::parse(&label) {
                prop_assert!(name.epithet.is_none() || name.qualifier.is_none());
            }
        }
    }
}
