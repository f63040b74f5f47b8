//! The kinds of FASTA header in use, told apart by their punctuation.
//!
//! ```text
//! NLAVE001-11|Aphrodroma_brevirostris|COI-5P|BOLD:NLAVE001-11    bars          id, name, marker, accession
//! MF615374.1 Aotus nancymaae|txid=37293|marker=cytb|words        bars with =   id and name, keys, description
//! AF436029; species_name=Raninoides louisianensis; rank=species; attributes    as obitools writes them
//! ATP8 CDS - NC_065776.1--Caryophyllia_scobinosa                 product       marker, accession, name
//! 1234;tax=k:Viridiplantae_33090,..,s:Vitis_vinifera_29760;      SINTAX        id, lineage with NCBI numbers
//! NC_000860                                                      bare          id; name from a taxonomy table
//! ```

use regex::Regex;

use super::{
    ColumnMap,
    intake::{Raw, Reason, Refusal},
    map::set_lineage,
};

type Parsed = Result<Raw, Refusal>;

/// Reads a header by the map's expression, or else by the first kind that fits.
pub(crate) fn parse(text: &str, raw: Raw, map: &ColumnMap) -> Parsed {
    if let Some(expression) = &map.header {
        return by_expression(text, raw, map, expression);
    }
    let first = text.split_whitespace().next().unwrap_or_default();
    if text.contains(";tax=") {
        Ok(sintax(text, raw))
    } else if let Some((product, (accession, name))) =
        text.rsplit_once(" - ").and_then(|(product, rest)| Some((product, rest.split_once("--")?)))
    {
        Ok(product_header(product, accession, name, raw))
    } else if has_attributes(text) {
        Ok(attributes(text, raw))
    } else if text.contains('|') {
        bars(text, raw)
    } else if let Some(lineage) = map.lineages.get(first) {
        Ok(bare(first, lineage, raw))
    } else {
        Err((Reason::UnknownHeader, text.to_owned()))
    }
}

fn by_expression(text: &str, mut raw: Raw, map: &ColumnMap, expression: &Regex) -> Parsed {
    let unknown = || (Reason::UnknownHeader, text.to_owned());
    let found = expression.captures(text).ok_or_else(unknown)?;
    for group in expression.capture_names().flatten() {
        let Some(value) = found.name(group).map(|value| value.as_str().trim()) else { continue };
        match map.column(group) {
            "marker_code" => value.clone_into(&mut raw.marker),
            "identification" => raw.fields.set("identification", &value.replace('_', " ")),
            column => raw.fields.set(column, value),
        }
    }
    let names =
        ["processid", "insdc_acs", "sampleid", "specimen"].map(|column| raw.fields.get(column).to_owned());
    let whole = text.split_whitespace().next().unwrap_or_default().to_owned();
    raw.name = names.into_iter().find(|name| !name.is_empty()).unwrap_or(whole);
    if let Some(lineage) = map.lineages.get(&raw.name) {
        set_lineage(&mut raw.fields, lineage);
    }
    raw.has_specimen = !raw.fields.get("specimen").is_empty();
    set_default_specimen(&mut raw);
    Ok(raw)
}

fn bars(text: &str, raw: Raw) -> Parsed {
    let parts: Vec<&str> = text.split('|').collect();
    match parts.iter().position(|part| part.split_once('=').is_some_and(|(key, _)| is_key(key))) {
        Some(first_key) if first_key > 0 => Ok(bars_with_keys(&parts, first_key, raw)),
        _ => match parts.as_slice() {
            [id, name, marker] => four_parts(id, name, marker, ".", raw),
            [id, name, marker, accession] => four_parts(id, name, marker, accession, raw),
            _ => Err((Reason::UnknownHeader, text.to_owned())),
        },
    }
}

fn four_parts(id: &str, name: &str, marker: &str, accession: &str, mut raw: Raw) -> Parsed {
    if accession.starts_with("species-inferred") {
        return Err((Reason::InferredSpecies, format!("{name}: {accession}")));
    }
    set_name(&mut raw, id);
    match accession.strip_prefix("BOLD:") {
        Some(process) => {
            raw.fields.set("processid", process);
            process.clone_into(&mut raw.name);
        }
        None if is_accession(accession) => {
            raw.fields.set("insdc_acs", accession);
            accession.clone_into(&mut raw.name);
        }
        None if accession == "." => {}
        None => raw.fields.set("sequence_url_or_accession_note", accession),
    }
    marker.trim().clone_into(&mut raw.marker);
    raw.fields.set("identification", &name.replace('_', " "));
    set_default_specimen(&mut raw);
    Ok(raw)
}

fn bars_with_keys(parts: &[&str], first_key: usize, mut raw: Raw) -> Raw {
    let head = parts[..first_key].join("|");
    let (id, name) = head.split_once(char::is_whitespace).unwrap_or((&head, ""));
    set_name(&mut raw, id);
    raw.fields.set("identification", &name.replace('_', " "));
    for part in &parts[first_key..] {
        match part.split_once('=').filter(|(key, _)| is_key(key)) {
            Some(("marker", value)) => value.clone_into(&mut raw.marker),
            Some((_, "-")) => {}
            Some((key, value)) => raw.fields.note(key, value),
            None => raw.fields.note("description", part),
        }
    }
    set_default_specimen(&mut raw);
    raw
}

fn attributes(text: &str, mut raw: Raw) -> Raw {
    let (id, rest) = text.split_once([';', ' ']).unwrap_or((text, ""));
    set_name(&mut raw, id);
    for part in rest.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=').filter(|(key, _)| is_key(key)) {
            Some((_, "nan" | "NA" | "None" | "")) => {}
            Some((key @ ("species_name" | "scientific_name"), name)) => {
                raw.fields.set_default("identification", name);
                if key == "species_name" {
                    raw.fields.set("species", name);
                }
            }
            Some((
                key @ ("genus_name" | "family_name" | "order_name" | "class_name" | "phylum_name"
                | "kingdom_name"),
                name,
            )) => raw.fields.set(key.trim_end_matches("_name"), name),
            Some(("marker", value)) => value.clone_into(&mut raw.marker),
            // Numbers of taxa: they have the names of ranks, and are not.
            Some((
                key @ ("kingdom" | "phylum" | "class" | "order" | "family" | "genus" | "species"),
                value,
            )) => {
                raw.fields.note(&format!("{key}_taxid"), value);
            }
            Some((key, value)) => raw.fields.note(key, value),
            None => raw.fields.note("description", part),
        }
    }
    set_default_specimen(&mut raw);
    raw
}

/// `ID; key=value; ...` or `ID key=value; ...`
fn has_attributes(text: &str) -> bool {
    let (_, rest) = text.split_once([';', ' ']).unwrap_or((text, ""));
    let first = rest.split(';').next().unwrap_or_default();
    rest.contains(';') && first.split_once('=').is_some_and(|(key, _)| is_key(key.trim()))
}

fn product_header(product: &str, accession: &str, name: &str, mut raw: Raw) -> Raw {
    set_name(&mut raw, accession.trim());
    // The feature's kind stands behind the product.
    let marker = product.trim();
    let kinds = [" CDS", " rRNA", " tRNA", " gene"];
    let marker = kinds.iter().find_map(|kind| marker.strip_suffix(kind)).unwrap_or(marker);
    raw.marker = marker.replace('_', " ");
    raw.fields.set("identification", &name.replace('_', " "));
    set_default_specimen(&mut raw);
    raw
}

fn sintax(text: &str, mut raw: Raw) -> Raw {
    let (id, rest) = text.split_once(";tax=").unwrap_or((text, ""));
    set_name(&mut raw, id.trim());
    let (lineage, behind) = rest.split_once(';').unwrap_or((rest, ""));
    let mut lowest = String::new();
    for part in lineage.split(',') {
        let Some((letter, name)) = part.split_once(':') else { continue };
        let (name, number) = split_number(name);
        let rank = match letter.trim() {
            "k" => "kingdom",
            "p" => "phylum",
            "c" => "class",
            "o" => "order",
            "f" => "family",
            "g" => "genus",
            "s" => "species",
            other => {
                raw.fields.note(&format!("tax_{other}"), &name);
                continue;
            }
        };
        if name.contains(':') {
            // `c:sub:rosids`: a clade below the class, not the class.
            raw.fields.note(&format!("tax_{letter}"), &name);
            continue;
        }
        if !name.is_empty() {
            raw.fields.set(rank, &name);
            lowest = name;
            if let (Some(number), "species" | "genus") = (number, rank) {
                raw.fields.note(&format!("{rank}_taxid"), number);
            }
        }
    }
    raw.fields.set("identification", &lowest);
    raw.fields.note("description", behind);
    set_default_specimen(&mut raw);
    raw
}

/// `Vitis_vinifera_29760` is a name and its NCBI number.
fn split_number(name: &str) -> (String, Option<&str>) {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('_').filter(|(_, number)| digits(number)) {
        Some((name, number)) => (name.replace('_', " ").trim().to_owned(), Some(number)),
        None => (name.replace('_', " ").trim().to_owned(), None),
    }
}

fn bare(id: &str, lineage: &str, mut raw: Raw) -> Raw {
    set_name(&mut raw, id);
    set_lineage(&mut raw.fields, lineage);
    set_default_specimen(&mut raw);
    raw
}

/// The name of the record, and the column that it belongs into.
fn set_name(raw: &mut Raw, id: &str) {
    id.clone_into(&mut raw.name);
    if is_accession(id) {
        raw.fields.set("insdc_acs", id);
    } else if is_process_id(id) {
        raw.fields.set("processid", id);
    }
}

/// Without a better key, the accession without version, or the label, is the animal or plant.
fn set_default_specimen(raw: &mut Raw) {
    let accession = raw.fields.get("insdc_acs");
    let base = accession.rsplit_once('.').map_or(accession, |(base, _)| base).to_owned();
    raw.fields.set_default("specimen", &base);
    let name = raw.name.clone();
    raw.fields.set_default("specimen", &name);
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `AB123456.1`, `NC_000860`: one to six capitals, perhaps an underscore, at least five digits, perhaps a version.
pub(crate) fn is_accession(text: &str) -> bool {
    let (base, version) = text.split_once('.').unwrap_or((text, "1"));
    let letters = base.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = base[letters..].strip_prefix('_').unwrap_or(&base[letters..]);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=6).contains(&letters) && digits.len() >= 5 && all_digits(digits) && all_digits(version)
}

/// `NLAVE001-11`: capitals, digits, a hyphen and two digits of a year.
fn is_process_id(text: &str) -> bool {
    let Some((code, year)) = text.split_once('-') else { return false };
    let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    letters >= 3
        && code.len() > letters
        && all_digits(&code[letters..])
        && year.len() == 2
        && all_digits(year)
}
