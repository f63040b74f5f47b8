use crate::Genome;
use crate::table::{self, TableError};

/// A translation table of NCBI ("The Genetic Codes"), as far as stop codons go.
///
/// Each table is the standard code with the listed reassignments of its stop codons; codons with ambiguity codes
/// count as stops only when they cannot be anything else, which here means never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct GeneticCode {
    number: u8,
    stops: &'static [&'static [u8; 3]],
}

const CODES: [GeneticCode; 8] = [
    GeneticCode { number: 1, stops: &[b"TAA", b"TAG", b"TGA"] },
    GeneticCode { number: 2, stops: &[b"AGA", b"AGG", b"TAA", b"TAG"] },
    GeneticCode { number: 4, stops: &[b"TAA", b"TAG"] },
    GeneticCode { number: 5, stops: &[b"TAA", b"TAG"] },
    GeneticCode { number: 9, stops: &[b"TAA", b"TAG"] },
    GeneticCode { number: 11, stops: &[b"TAA", b"TAG", b"TGA"] },
    GeneticCode { number: 13, stops: &[b"TAA", b"TAG"] },
    GeneticCode { number: 14, stops: &[b"TAG"] },
];

impl GeneticCode {
    /// The table with NCBI's `number`; `None` when no barcode of this project uses it.
    pub fn by_number(number: u8) -> Option<Self> {
        CODES.into_iter().find(|code| code.number == number)
    }

    /// NCBI's number of the table.
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Whether an upper-case codon ends translation.
    pub fn is_stop(&self, codon: &[u8]) -> bool {
        self.stops.iter().any(|stop| stop.as_slice() == codon)
    }
}

impl From<GeneticCode> for u8 {
    fn from(code: GeneticCode) -> Self {
        code.number
    }
}

impl TryFrom<u8> for GeneticCode {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::by_number(number).ok_or_else(|| format!("unknown genetic code {number}"))
    }
}

/// What the reading frames of a sequence say about its coding integrity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodingCheck {
    /// The frame with fewest stops: 1, 2 or 3 is the position of its first codon's first base; ties: the lowest.
    pub frame: u8,
    /// Positions (1-based) of the first base of each stop codon in that frame, but for a stop at the very end.
    pub stops: Vec<usize>,
}

/// Reads `bases` (upper case, forward strand of the gene) in the frame with the fewest stop codons.
///
/// A stop codon that is the last complete codon is the gene's own end and is not counted.
pub fn check_coding(bases: &[u8], code: GeneticCode) -> CodingCheck {
    let stops_in = |frame: usize| -> Vec<usize> {
        let codons = bases.get(frame..).unwrap_or_default().chunks_exact(3);
        let last = codons.len();
        codons
            .enumerate()
            .filter(|(index, codon)| index + 1 < last && code.is_stop(codon))
            .map(|(index, _)| frame + 3 * index + 1)
            .collect()
    };
    let best = [(1, stops_in(0)), (2, stops_in(1)), (3, stops_in(2))];
    let (frame, stops) =
        best.into_iter().min_by_key(|(frame, stops)| (stops.len(), *frame)).unwrap_or((1, Vec::new()));
    CodingCheck { frame, stops }
}

/// Which table each clade uses (`genetic_codes.tsv`: `clade`, `genome`, `table`, `source`).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GeneticCodeTable(Vec<(String, Genome, GeneticCode)>);

#[derive(serde::Deserialize)]
struct GeneticCodeRow {
    clade: String,
    genome: Genome,
    table: u8,
}

impl GeneticCodeTable {
    /// Reads `genetic_codes.tsv`.
    ///
    /// # Errors
    ///
    /// [`TableError`] when a row does not parse or names a table that is not known here.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self, TableError> {
        let rows = table::read::<GeneticCodeRow>(file, text)?;
        let entries = rows.into_iter().map(|row| {
            let GeneticCodeRow { clade, genome, table } = row.value;
            let code =
                GeneticCode::try_from(table).map_err(|message| TableError::new(file, row.line, message))?;
            Ok((clade, genome, code))
        });
        Ok(Self(entries.collect::<Result<_, TableError>>()?))
    }

    /// The code for a marker of `genome` in a taxon whose lineage is given from the taxon to the root.
    pub fn for_lineage<'a>(
        &self,
        genome: Genome,
        lineage: impl IntoIterator<Item = &'a str>,
    ) -> Option<GeneticCode> {
        lineage.into_iter().find_map(|clade| {
            self.0.iter().find(|(name, of, _)| name == clade && *of == genome).map(|(_, _, code)| *code)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u8) -> GeneticCode {
        GeneticCode::by_number(number).unwrap()
    }

    #[test]
    fn tga_stops_only_where_the_table_says_so() {
        assert!(code(1).is_stop(b"TGA") && code(11).is_stop(b"TGA"));
        assert!(!code(2).is_stop(b"TGA") && !code(5).is_stop(b"TGA"));
        assert!(code(2).is_stop(b"AGA") && !code(5).is_stop(b"AGA"));
        assert!(!code(14).is_stop(b"TAA") && code(9).is_stop(b"TAA"));
        assert_eq!(GeneticCode::by_number(3), None);
    }

    #[test]
    fn stops_are_counted_in_the_best_frame_without_the_genes_own_end() {
        // Frame 1 reads ATG TAA CCC TAG: one stop inside, one at the end. Frame 2: TGT AAC CCT; frame 3: GTA ACC CTA.
        let check = check_coding(b"ATGTAACCCTAG", code(2));
        assert_eq!((check.frame, check.stops), (2, vec![]));
        // TAA in every frame: positions 1 (frame 1), 5 (frame 2), 9 (frame 3), each followed by more codons.
        let check = check_coding(b"TAACTAACTAACCCCCC", code(2));
        assert_eq!((check.frame, check.stops), (1, vec![1]));
        assert_eq!(check_coding(b"", code(2)).stops, Vec::<usize>::new());
    }

    #[test]
    fn the_nearest_clade_wins() {
        let text = b"clade\tgenome\ttable\tsource\nMetazoa\tmitochondrion\t5\t\nAves\tmitochondrion\t2\t\n";
        let table = GeneticCodeTable::parse("t", text).unwrap();
        let lineage = ["Falco", "Aves", "Metazoa"];
        assert_eq!(table.for_lineage(Genome::Mitochondrion, lineage), Some(code(2)));
        assert_eq!(table.for_lineage(Genome::Mitochondrion, ["Insecta", "Metazoa"]), Some(code(5)));
        assert_eq!(table.for_lineage(Genome::Plastid, lineage), None);
    }
}
