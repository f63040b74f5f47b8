//! Names as they are compared: case, surrounding blanks and underscores do not matter.

/// Words that name the rank within a name, as `var.` in that of a variety.
const RANK_WORDS: [&str; 3] = ["ssp.", "subsp.", "var."];

/// The form in which two names are compared: lower case, words parted by single blanks, without words for a rank.
pub(crate) fn comparable(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || c == '_')
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !RANK_WORDS.contains(&word.as_str()))
        .collect();
    words.join(" ")
}

/// The first `count` words of a name in comparable form; `None` when it has no more words than that.
pub(crate) fn prefix(comparable: &str, count: usize) -> Option<String> {
    let words: Vec<&str> = comparable.split(' ').collect();
    (words.len() > count).then(|| words[..count].join(" "))
}

/// The kingdom in the treaty's naming, in comparable form (`Metazoa` is `animalia`, `Viridiplantae` is `plantae`).
pub(crate) fn kingdom(name: &str) -> String {
    match comparable(name).as_str() {
        "metazoa" => "animalia".to_owned(),
        "viridiplantae" => "plantae".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_underscores_do_not_matter() {
        assert_eq!(comparable("  Canis__LUPUS "), "canis lupus");
        assert_eq!(comparable("Magnolia liliifera var. obovata"), "magnolia liliifera obovata");
        assert_eq!(comparable(""), "");
    }

    #[test]
    fn a_prefix_is_shorter_than_the_name() {
        assert_eq!(prefix("canis lupus pallipes", 2).as_deref(), Some("canis lupus"));
        assert_eq!(prefix("canis lupus", 2), None);
    }

    #[test]
    fn kingdoms_have_two_names() {
        assert_eq!(kingdom("Metazoa"), kingdom("Animalia"));
        assert_eq!(kingdom("Viridiplantae"), kingdom("Plantae"));
        assert_ne!(kingdom("Fungi"), kingdom("Animalia"));
    }
}
