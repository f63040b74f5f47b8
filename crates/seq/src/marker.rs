use serde::{Deserialize, Serialize};

use crate::table::{self, TableError};

/// The genome that carries a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Genome {
    /// Mitochondrial DNA: inherited from one parent.
    Mitochondrion,
    /// Plastid DNA: inherited from one parent.
    Plastid,
    /// Nuclear DNA, such as the multicopy ITS.
    Nucleus,
}

/// A place on a named reference sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkerReference {
    /// Accession with version.
    pub accession: String,
    /// First position, 1-based.
    pub start: u32,
    /// Last position, 1-based and included.
    pub end: u32,
    /// `+` or `-`.
    pub strand: char,
}

/// A named primer, written 5' to 3'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Primer {
    /// Name in use.
    pub name: String,
    /// IUPAC codes, 5' to 3'.
    pub bases: String,
    /// True for the primer that reads the gene's forward strand.
    pub forward: bool,
}

/// A barcode marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Name in this project, for example `COI-5P`.
    pub name: String,
    /// Other names in use, compared without case.
    pub aliases: Vec<String>,
    /// The genome that carries it.
    pub genome: Genome,
    /// Whether it codes for a protein.
    pub coding: bool,
    /// Where it lies on a reference sequence.
    pub reference: Option<MarkerReference>,
    /// Least length in bases that a query needs for a species conclusion.
    pub minimum_length: u32,
    /// Usual primers.
    pub primers: Vec<Primer>,
}

/// All markers of a release, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MarkerTable(Vec<Marker>);

#[derive(Deserialize)]
struct MarkerRow {
    marker: String,
    aliases: String,
    genome: Genome,
    coding: String,
    reference_accession: String,
    reference_start: Option<u32>,
    reference_end: Option<u32>,
    reference_strand: String,
    minimum_length: u32,
    primers: String,
}

impl MarkerTable {
    /// Reads `markers.tsv`.
    ///
    /// # Errors
    ///
    /// [`TableError`] when a row does not parse or a name or alias stands for two markers.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self, TableError> {
        let mut table = Self::default();
        for row in table::read::<MarkerRow>(file, text)? {
            let marker = convert(row.value).map_err(|message| TableError::new(file, row.line, message))?;
            let names = std::iter::once(&marker.name).chain(&marker.aliases);
            if let Some(name) = names.into_iter().find(|name| table.resolve(name).is_some()) {
                let message = format!("{name:?} names two markers");
                return Err(TableError::new(file, row.line, message));
            }
            table.0.push(marker);
        }
        table.0.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(table)
    }

    /// The marker with this name or alias, compared without case.
    pub fn resolve(&self, name: &str) -> Option<&Marker> {
        self.0.iter().find(|marker| {
            std::iter::once(&marker.name).chain(&marker.aliases).any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// All markers, sorted by name.
    pub fn as_slice(&self) -> &[Marker] {
        &self.0
    }
}

fn convert(row: MarkerRow) -> Result<Marker, String> {
    let reference = match (row.reference_start, row.reference_end) {
        (Some(start), Some(end)) if start >= 1 && start <= end && !row.reference_accession.is_empty() => {
            let strand = if row.reference_strand == "-" { '-' } else { '+' };
            Some(MarkerReference { accession: row.reference_accession, start, end, strand })
        }
        (None, None) => None,
        _ => return Err("reference accession, start and end do not describe an interval".to_owned()),
    };
    let coding = match row.coding.as_str() {
        "yes" => true,
        "no" => false,
        other => return Err(format!("coding is yes or no, not {other:?}")),
    };
    let primers = split(&row.primers).map(parse_primer).collect::<Result<_, _>>()?;
    Ok(Marker {
        name: row.marker,
        aliases: split(&row.aliases).map(str::to_owned).collect(),
        genome: row.genome,
        coding,
        reference,
        minimum_length: row.minimum_length,
        primers,
    })
}

fn split(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// `NAME=BASES(forward)` or `NAME=BASES(reverse)`; `F` and `R` are accepted.
fn parse_primer(text: &str) -> Result<Primer, String> {
    let error = || format!("a primer is written NAME=BASES(forward|reverse), not {text:?}");
    let (name, rest) = text.split_once('=').ok_or_else(error)?;
    let (bases, direction) =
        rest.strip_suffix(')').and_then(|rest| rest.split_once('(')).ok_or_else(error)?;
    let forward = match direction {
        "forward" | "F" | "f" => true,
        "reverse" | "R" | "r" => false,
        _ => return Err(error()),
    };
    Ok(Primer { name: name.to_owned(), bases: bases.to_owned(), forward })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "marker\taliases\tgenome\tcoding\treference_accession\treference_start\t\
                          reference_end\treference_strand\tminimum_length\tprimers\tnote\n";

    fn parse(rows: &str) -> Result<MarkerTable, TableError> {
        MarkerTable::parse("markers.tsv", format!("{HEADER}{rows}").as_bytes())
    }

    #[test]
    fn aliases_resolve_without_case() {
        let table =
            parse("COI-5P\tCOI;cox1\tmitochondrion\tyes\tX.1\t5\t9\t+\t500\tA=ACG(forward)\t\n").unwrap();
        let marker = table.resolve("COX1").unwrap();
        assert_eq!((marker.name.as_str(), marker.coding), ("COI-5P", true));
        assert_eq!(marker.primers[0].bases, "ACG");
        assert!(table.resolve("12S").is_none());
    }

    #[test]
    fn one_name_never_stands_for_two_markers() {
        let row = |name: &str| format!("{name}\tx\tnucleus\tno\t\t\t\t\t1\t\t\n");
        let error = parse(&(row("a") + &row("b"))).unwrap_err();
        assert_eq!((error.line, error.message.as_str()), (3, "\"x\" names two markers"));
    }
}
