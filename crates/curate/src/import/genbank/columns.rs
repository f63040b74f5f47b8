//! What an entry says of its specimen, as columns and notes.

use super::entry::{Entry, Feature};
use crate::import::{fields::Fields, header::is_accession, intake::Raw};

/// The accession with its version, or the best there is.
pub(crate) fn record_name(entry: &Entry) -> &str {
    [&entry.version, &entry.accession, &entry.locus]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("", |name| name)
}

/// Qualifiers that have a column; `collection_date`, `country` and others are rewritten below.
const COLUMNS_OF: [(&str, &str); 4] = [
    ("specimen_voucher", "museumid"),
    ("identified_by", "identified_by"),
    ("collected_by", "collectors"),
    ("type_material", "voucher_type"),
];
/// Qualifiers that become notes under their own name.
const NOTES: [&str; 17] = [
    "isolate",
    "strain",
    "bio_material",
    "culture_collection",
    "organelle",
    "haplotype",
    "haplogroup",
    "sex",
    "dev_stage",
    "tissue_type",
    "host",
    "isolation_source",
    "altitude",
    "sub_species",
    "variety",
    "ecotype",
    "cultivar",
];
/// Fields of structured comments, in lower case without blanks and underscores, and their columns.
const COMMENT_COLUMNS: [(&str, &str); 5] = [
    ("basisofidentification", "identification_method"),
    ("identificationmethod", "identification_method"),
    ("identifiedby", "identified_by"),
    ("institution", "inst"),
    ("institutionstoring", "inst"),
];

/// What all records of the entry share.
pub(crate) fn common(entry: &Entry) -> Raw {
    let mut raw = Raw::default();
    let nothing = Feature::default();
    let source = entry.features.iter().find(|feature| feature.key == "source").unwrap_or(&nothing);
    let fields = &mut raw.fields;
    let name = record_name(entry);
    fields.set(if is_accession(name) { "insdc_acs" } else { "sequence_url_or_accession_note" }, name);
    let organism = [source.get("organism"), &entry.organism].into_iter().find(|name| !name.is_empty());
    fields.set("identification", organism.unwrap_or_default());
    set_comment(fields, entry);
    for (qualifier, column) in COLUMNS_OF {
        fields.set_default(column, source.get(qualifier));
    }
    set_institution(fields, source.get("specimen_voucher"));
    set_place(fields, source);
    fields.set("collection_date_start", &iso_date(source.get("collection_date")));
    set_primers(fields, source.get("PCR_primers"));
    for qualifier in NOTES {
        fields.note(qualifier, source.get(qualifier));
    }
    for reference in source.all("db_xref") {
        match reference.split_once(':') {
            Some(("taxon", number)) => fields.note("taxid", number),
            Some(("BOLD", process)) => {
                fields.set("processid", process.split_once('.').map_or(process, |(process, _)| process));
            }
            Some(("BioSample", sample)) => fields.note("biosample", sample),
            _ => {}
        }
    }
    fields.note("biosample", &entry.biosample);
    raw.lineage = entry.lineage.join("/");
    raw.has_specimen = set_specimen(fields, entry, source);
    raw
}

/// `INST:COLLECTION:NUMBER` names the institution first.
fn set_institution(fields: &mut Fields, voucher: &str) {
    if let Some((institution, _)) = voucher.split_once(':') {
        fields.set_default("inst", institution);
    }
}

/// `Country: region, site` and `lat_lon`.
fn set_place(fields: &mut Fields, source: &Feature) {
    let place = [source.get("geo_loc_name"), source.get("country")].into_iter().find(|text| !text.is_empty());
    let (country, site) =
        place.unwrap_or_default().split_once(':').unwrap_or((place.unwrap_or_default(), ""));
    fields.set("country/ocean", country);
    fields.set("site", site);
    let position = source.get("lat_lon");
    fields.note("coord", &coordinates(position).unwrap_or_else(|| position.to_owned()));
}

/// `53.2 N 6.5 W` as `53.2,-6.5`.
fn coordinates(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [latitude, north, longitude, east] = words[..] else { return None };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let sign = |letter: &str, minus: &str, plus: &str| match letter {
        letter if letter == minus => Some("-"),
        letter if letter == plus => Some(""),
        _ => None,
    };
    if !is_number(latitude) || !is_number(longitude) {
        return None;
    }
    Some(format!("{}{latitude},{}{longitude}", sign(north, "S", "N")?, sign(east, "W", "E")?))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `21-Oct-1952` as `1952-10-21`, `Oct-1952` as `1952-10`; anything else as it stands.
pub(crate) fn iso_date(text: &str) -> String {
    let month = |name: &str| MONTHS.iter().position(|month| *month == name).map(|place| place + 1);
    match text.split('-').collect::<Vec<_>>()[..] {
        [day, name, year] if day.len() == 2 => month(name).map(|month| format!("{year}-{month:02}-{day}")),
        [name, year] => month(name).map(|month| format!("{year}-{month:02}")),
        _ => None,
    }
    .unwrap_or_else(|| text.to_owned())
}

/// `fwd_name: A, fwd_seq: acg, rev_name: B, rev_seq: tgc`.
fn set_primers(fields: &mut Fields, text: &str) {
    let value = |key: &str| {
        let parts = text.split(',').filter_map(|part| part.split_once(':'));
        let values: Vec<&str> =
            parts.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim()).collect();
        values.join(" ")
    };
    let joined = |name: &str, bases: &str| [value(name), value(bases)].join(" ");
    fields.set("primers_forward", &joined("fwd_name", "fwd_seq"));
    fields.set("primers_reverse", &joined("rev_name", "rev_seq"));
}

fn set_comment(fields: &mut Fields, entry: &Entry) {
    for (name, value) in &entry.comment {
        let folded: String =
            name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        match COMMENT_COLUMNS.iter().find(|(known, _)| *known == folded) {
            Some((_, column)) => fields.set_default(column, value),
            None => fields.note(name, value),
        }
    }
}

/// The voucher, the `BioSample`, or the isolate or strain with the species' name; true when there is one of these.
/// Without, the accession without version stands for the animal or plant.
fn set_specimen(fields: &mut Fields, entry: &Entry, source: &Feature) -> bool {
    let species = fields.get("identification").to_owned();
    let voucher = source.get("specimen_voucher");
    // A bare number is a voucher only together with its species.
    let has_letters = voucher.chars().any(char::is_alphabetic);
    let labelled = |label: &str| if label.is_empty() { String::new() } else { format!("{species} {label}") };
    let keys = [
        if has_letters { voucher.to_owned() } else { labelled(voucher) },
        entry.biosample.clone(),
        source.get("bio_material").to_owned(),
        labelled(source.get("isolate")),
        labelled(source.get("strain")),
    ];
    let found = keys.into_iter().find(|key| !key.is_empty());
    let accession = entry.accession.clone();
    fields.set("specimen", found.as_deref().unwrap_or(&accession));
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_places() {
        assert_eq!(iso_date("21-Oct-1952"), "1952-10-21");
        assert_eq!(iso_date("Oct-1952"), "1952-10");
        assert_eq!(iso_date("1952-10-21"), "1952-10-21");
        assert_eq!(iso_date("before 1900"), "before 1900");
        assert_eq!(coordinates("53.2 N 6.5 W").as_deref(), Some("53.2,-6.5"));
        assert_eq!(coordinates("53.2 6.5"), None);
    }
}
