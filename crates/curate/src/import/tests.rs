//! Each format by hand, homonyms, the account, repeatability, and hostile bytes.

use std::{collections::BTreeMap, io::Cursor};

use proptest::prelude::*;
use saola_refdb::Taxon;

use super::{fields::COLUMNS, *};
use crate::read_folder;

const MARKERS: &[u8] =
    b"marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
    reference_strand\tminimum_length\tprimers\n\
    12S\trrnS\tmitochondrion\tno\t\t\t\t\t300\t\n\
    16S\trrnL\tmitochondrion\tno\t\t\t\t\t300\t\n\
    COI-5P\tCOI;cox1\tmitochondrion\tno\t\t\t\t\t500\t\n\
    ITS\t\tnucleus\tno\t\t\t\t\t400\t\n\
    cytb\t\tmitochondrion\tno\t\t\t\t\t300\t\n\
    rbcL\t\tplastid\tno\t\t\t\t\t500\t\n";
const GENETIC_CODES: &[u8] = b"clade\tgenome\ttable\tsource\n";

fn taxon(id: &str, name: &str, rank: &str, parent: &str) -> Taxon {
    let [id, name, rank, parent, source] = [id, name, rank, parent, "test"].map(str::to_owned);
    Taxon { id, name, rank, parent, source }
}

fn skeleton() -> Skeleton {
    let taxa = vec![
        taxon("1", "root", "root", ""),
        taxon("2", "Metazoa", "kingdom", "1"),
        taxon("3", "Chordata", "phylum", "2"),
        taxon("4", "Mammalia", "class", "3"),
        taxon("5", "Delphinidae", "family", "4"),
        taxon("6", "Stenella", "genus", "5"),
        taxon("7", "Stenella frontalis", "species", "6"),
        taxon("8", "Sulidae", "family", "3"),
        taxon("9", "Morus", "genus", "8"),
    ];
    let synonym = |name: &str, accepted: &str| {
        let [name, accepted, source] = [name, accepted, "test"].map(str::to_owned);
        Synonym { name, accepted, source }
    };
    let synonyms = vec![synonym("Delphinus frontalis", "Stenella frontalis")];
    Skeleton {
        markers: MARKERS.to_vec(),
        genetic_codes: GENETIC_CODES.to_vec(),
        taxa,
        synonyms,
        recognised: Vec::new(),
    }
}

/// A folder with files to import and the folder that is made.
struct Trial {
    place: tempfile::TempDir,
    skeleton: Skeleton,
}

impl Trial {
    fn new() -> Self {
        Self { place: tempfile::tempdir().unwrap(), skeleton: skeleton() }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.place.path().join(name);
        fs_err::write(&path, text).unwrap();
        path
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join("lab")
    }

    fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.folder().join(name)).unwrap()
    }

    fn import(&self, format: Format, files: &[PathBuf], source: &str) -> Result<Summary, ImportError> {
        self.import_with(format, files, source, ColumnMap::default(), None)
    }

    fn import_with(
        &self,
        format: Format,
        files: &[PathBuf],
        source: &str,
        map: ColumnMap,
        marker: Option<&str>,
    ) -> Result<Summary, ImportError> {
        let import = Import {
            format,
            files,
            folder: &self.folder(),
            skeleton: &self.skeleton,
            map,
            marker: marker.map(str::to_owned),
            licence: "CC0".to_owned(),
            source: source.to_owned(),
            date: "2026-01-02".to_owned(),
            limits: Limits::default(),
        };
        let summary = import.run(&mut |_, _| {})?;
        assert_eq!(summary.read, summary.kept + summary.collapsed + summary.rejected);
        Ok(summary)
    }

    /// The cells of a source's rows that are not empty.
    fn rows(&self, source: &str) -> Vec<BTreeMap<String, String>> {
        let text = self.read(&format!("records/{source}.tsv"));
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap(), COLUMNS.join("\t"));
        let cells = |line: &str| {
            let cells = COLUMNS.iter().zip(line.split('\t')).filter(|(_, cell)| !cell.is_empty());
            cells.map(|(column, cell)| ((*column).to_owned(), cell.to_owned())).collect()
        };
        lines.map(cells).collect()
    }
}

fn row(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    cells.iter().map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).collect()
}

const BCDM: &str = "processid\tsampleid\tmuseumid\tinst\tidentification\tidentification_rank\tidentified_by\t\
    identifier_email\tkingdom\tphylum\tclass\tfamily\tgenus\tspecies\tsex\tcoord\tcountry/ocean\tinsdc_acs\t\
    marker_code\tnuc\tnuc_basecount\n";

#[test]
fn a_bcdm_row_by_hand() {
    let trial = Trial::new();
    let text = BCDM.to_owned()
        + "DOLF001-20\tS1\tZMA.1\tMuseum\tStenella frontalis\tspecies\tA. Expert\ta@b.c\tAnimalia\tChordata\tMammalia\t\
           Delphinidae\tStenella\tStenella frontalis\tF\t[5.5, -6.25]\tAzores\tPending (#1)\tCOI-5P\t--acgtrn-ACGT\t10\n"
        + "DOLF002-20\tS2\tNone\tNone\tNone\tNone\t\t\tAnimalia\tChordata\tMammalia\tDelphinidae\tNone\tNone\t \tNone\t\t\t\
           COI-5P\tNone\tNone\n"
        + "DOLF003-20\tS3\n"
        + "DOLF004-20\tS1\t\t\tStenella frontalis\tspecies\t\t\tAnimalia\tChordata\tMammalia\tDelphinidae\t\t\t\t\t\t\t\
           COI\tACGTRN\t\n";
    let summary = trial.import(Format::Bcdm, &[trial.write("b.tsv", text)], "bold").unwrap();
    assert_eq!((summary.read, summary.kept, summary.collapsed, summary.rejected), (4, 1, 1, 2));
    let expected = row(&[
        ("record_id", "DOLF001-20.COI-5P"),
        ("source", "bold"),
        ("processid", "DOLF001-20"),
        ("sampleid", "S1"),
        ("museumid", "ZMA.1"),
        ("inst", "Museum"),
        ("identification", "Stenella frontalis"),
        ("identification_rank", "species"),
        ("identified_by", "A. Expert"),
        ("country/ocean", "Azores"),
        ("kingdom", "Animalia"),
        ("phylum", "Chordata"),
        ("class", "Mammalia"),
        ("family", "Delphinidae"),
        ("genus", "Stenella"),
        ("species", "Stenella frontalis"),
        ("marker_code", "COI-5P"),
        ("nuc", "ACGTRNACGT"),
        ("nuc_basecount", "10"),
        ("specimen", "S1"),
        ("notes", "sex=F; coord=5.5,-6.25; insdc_acs=Pending (#1); gaps_removed=3"),
    ]);
    assert_eq!(trial.rows("bold"), [expected]);
    assert_eq!(
        trial.read("imports/bold/rejected.tsv"),
        "file\tline\trecord\treason\tdetail\n\
         b.tsv\t3\tDOLF002-20\tno_sequence\t\n\
         b.tsv\t4\tDOLF003-20\tunreadable_row\t2 cells, but the header has 21\n"
    );
    assert_eq!(
        trial.read("imports/bold/collapsed.tsv"),
        "record\tkept_record\treason\tfile\tline\n\
         DOLF004-20.COI-5P\tDOLF001-20.COI-5P\tsame_specimen_contained\tb.tsv\t5\n"
    );
    read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
}

const GENBANK: &str = r#"LOCUS       AB000001                  40 bp    DNA     linear   VRT 27-NOV-2001
DEFINITION  Stenella frontalis genes; mitochondrial.
ACCESSION   AB000001
VERSION     AB000001.2
DBLINK      BioProject: PRJ1
            BioSample: SAMN1
KEYWORDS    .
SOURCE      mitochondrion Stenella frontalis
  ORGANISM  Stenella frontalis
            Eukaryota; Metazoa; Chordata; Craniata; Mammalia; Odontoceti;
            Delphinidae; Stenella.
COMMENT     ##International Barcode of Life Metadata-START##
            Basis Of Identification :: Morphology
            Seal number             :: 77
            ##International Barcode of Life Metadata-END##
FEATURES             Location/Qualifiers
     source          1..40
                     /organism="Stenella frontalis"
                     /organelle="mitochondrion"
                     /specimen_voucher="ZMA:Mam:12"
                     /geo_loc_name="Portugal: Azores, Faial"
                     /lat_lon="38.5 N 28.7 W"
                     /collection_date="03-Mar-2004"
                     /collected_by="B. Boat"
                     /identified_by="A. Expert"
                     /note="found
                     dead"
                     /PCR_primers="fwd_name: F1, fwd_seq: acg, rev_name: R1,
                     rev_seq: tgc"
                     /db_xref="taxon:9736"
     gene            1..10
                     /gene="COX1"
     CDS             <2..9
                     /gene="COX1"
                     /product="cytochrome c oxidase
                     subunit I"
                     /translation="MACDEFGHIKLMNPQRSTVWYMACDEFGHIKLMNPQRSTVWY
                     MACD"
     rRNA            complement(join(11..14,16..18))
                     /product="12S ribosomal RNA"
     tRNA            19..25
                     /product="tRNA-Val"
     gene            26..30
                     /gene="CYTB"
                     /pseudo
     rRNA            31..50
                     /product="16S ribosomal RNA"
ORIGIN
        1 aaccggttac ggttaaccgg acgtacgtac gtacgtacgt
//
LOCUS       AB000002                   4 bp    DNA
DEFINITION  UNVERIFIED: Stenella frontalis cytb.
ACCESSION   AB000002
ORIGIN
        1 acgt
//
LOCUS       AB000003                   4 bp    DNA
ACCESSION   AB000003
"#;

#[test]
fn a_genbank_entry_by_hand() {
    let trial = Trial::new();
    let summary = trial.import(Format::Genbank, &[trial.write("g.gb", GENBANK)], "gb").unwrap();
    assert_eq!((summary.read, summary.kept, summary.collapsed, summary.rejected), (6, 2, 0, 4));
    assert_eq!(summary.other_features, 1);
    let common = [
        ("source", "gb"),
        ("insdc_acs", "AB000001.2"),
        ("museumid", "ZMA:Mam:12"),
        ("inst", "ZMA"),
        ("identification", "Stenella frontalis"),
        ("identified_by", "A. Expert"),
        ("identification_method", "Morphology"),
        ("collectors", "B. Boat"),
        ("collection_date_start", "2004-03-03"),
        ("country/ocean", "Portugal"),
        ("site", "Azores, Faial"),
        ("kingdom", "Metazoa"),
        ("phylum", "Chordata"),
        ("class", "Mammalia"),
        ("family", "Delphinidae"),
        ("specimen", "ZMA:Mam:12"),
        ("primers_forward", "F1 acg"),
        ("primers_reverse", "R1 tgc"),
    ];
    let notes = "Seal number=77; coord=38.5,-28.7; organelle=mitochondrion; taxid=9736; biosample=SAMN1; ";
    // Bases 1-10 are AACCGGTTAC, 11-20 GGTTAACCGG: 11..14 and 16..18 are GGTT and ACC, together GGTTACC.
    let expected = |id: &str, marker: &str, nuc: &str, more: &str| {
        let (count, notes) = (nuc.len().to_string(), format!("{notes}{more}"));
        let mut cells = row(&common);
        cells.extend(row(&[
            ("record_id", id),
            ("marker_code", marker),
            ("nuc", nuc),
            ("nuc_basecount", &count),
            ("notes", &notes),
        ]));
        cells
    };
    assert_eq!(
        trial.rows("gb"),
        [
            expected("AB000001.2.12S", "12S", "GGTAACC", "location=complement(join(11..14,16..18))"),
            expected("AB000001.2.COI-5P", "COI-5P", "ACCGGTTA", "partial=yes; location=<2..9"),
        ]
    );
    assert_eq!(
        trial.read("imports/gb/rejected.tsv"),
        "file\tline\trecord\treason\tdetail\n\
         g.gb\t43\tAB000001.2\tpseudogene\tcytb: 26..30\n\
         g.gb\t46\tAB000001.2\tunreadable_location\t16S: 31..50 does not lie within the 40 bases\n\
         g.gb\t51\tAB000002\tunverified\tUNVERIFIED: Stenella frontalis cytb.\n\
         g.gb\t57\tAB000003\tentry_cut_short\tthe line // is missing\n"
    );
    read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
}

#[test]
fn its_is_cut_from_its_first_to_its_last_part() {
    let trial = Trial::new();
    let text = "LOCUS       Z1\nACCESSION   Z1\nFEATURES\n     source          1..12\n                     \
        /organism=\"Vitis vinifera\"\n     misc_feature    2..4\n                     /note=\"internal transcribed spacer 1\"\n     \
        rRNA            5..7\n                     /product=\"5.8S ribosomal RNA\"\n     misc_feature    8..11\n                     \
        /note=\"internal transcribed spacer 2\"\nORIGIN\n        1 aaccggttac gt\n//\n";
    trial.import(Format::Genbank, &[trial.write("z.gb", text)], "gb").unwrap();
    let rows = trial.rows("gb");
    assert_eq!(
        (rows.len(), rows[0]["nuc"].as_str(), rows[0]["marker_code"].as_str()),
        (1, "ACCGGTTACG", "ITS")
    );
}

/// Kept rows as `(id, marker, name, specimen, notes)`.
fn short(rows: &[BTreeMap<String, String>]) -> Vec<[&str; 5]> {
    let columns = ["record_id", "marker_code", "identification", "specimen", "notes"];
    rows.iter().map(|row| columns.map(|column| row.get(column).map_or("", String::as_str))).collect()
}

#[test]
fn fasta_headers_by_hand() {
    let trial = Trial::new();
    let text = ">NLAVE001-11|Stenella_frontalis|COI|BOLD:NLAVE001-11\nACGT\nacgt\n\
        >dolphin 1|Stenella_frontalis|cytb|.\nAC-GT\n\
        >Duck|Stenella_frontalis|COI|species-inferred-from-label-Duck\nACGT\n\
        >KR528418.1 Stenella frontalis|txid=9|marker=cytb|Stenella frontalis gene, partial\nACGTA\n\
        >S1000.M553.0 Delphinus frontalis|marker=16S|by=label|cites=-\nACGTC\n\
        >AF436029; species_name=Stenella frontalis; family=6790; family_name=Delphinidae; marker=rrnS; x=nan;  words\nACGTG\n\
        >12S_ribosomal_RNA rRNA - NC_062017.1--Stenella_frontalis\nACGTT\n\
        >X9 what is this\nACGT\n\
        >A1|Stenella_frontalis|COI|.\nACGT*\n\
        >A2|Stenella_frontalis|nad9|.\nACGT\n\
        >A3|Stenella_frontalis|COI|.\n\n";
    let summary = trial.import(Format::Fasta, &[trial.write("f.fa", text)], "f").unwrap();
    assert_eq!((summary.read, summary.kept, summary.rejected), (11, 6, 5));
    let name = "Stenella frontalis";
    assert_eq!(
        short(&trial.rows("f")),
        [
            ["AF436029.12S", "12S", name, "AF436029", "family_taxid=6790; description=words"],
            [
                "KR528418.1.cytb",
                "cytb",
                name,
                "KR528418",
                "txid=9; description=Stenella frontalis gene, partial"
            ],
            ["NC_062017.1.12S", "12S", name, "NC_062017", ""],
            ["NLAVE001-11.COI-5P", "COI-5P", name, "NLAVE001-11", ""],
            ["S1000.M553.0.16S", "16S", "Delphinus frontalis", "S1000.M553.0", "by=label"],
            ["dolphin_1.cytb", "cytb", name, "dolphin 1", "gaps_removed=1"],
        ]
    );
    let whole = row(&[
        ("record_id", "NLAVE001-11.COI-5P"),
        ("source", "f"),
        ("processid", "NLAVE001-11"),
        ("identification", name),
        ("marker_code", "COI-5P"),
        ("nuc", "ACGTACGT"),
        ("nuc_basecount", "8"),
        ("specimen", "NLAVE001-11"),
    ]);
    assert_eq!(trial.rows("f")[3], whole);
    let rejected = trial.read("imports/f/rejected.tsv");
    let reasons: Vec<&str> = rejected.lines().skip(1).map(|line| line.split('\t').nth(3).unwrap()).collect();
    assert_eq!(
        reasons,
        ["species_inferred", "unknown_header", "not_a_nucleotide", "unknown_marker", "no_sequence"]
    );
    read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
}

#[test]
fn sintax_by_hand() {
    let trial = Trial::new();
    let text = ">67139;tax=k:Viridiplantae_33090,p:Streptophyta_35493,c:sub:rosids_71275,f:Vitaceae_3602,g:Vitis_3603,\
                s:Vitis_vinifera_29760;\nACGT\n";
    let file = trial.write("s.fa", text);
    trial.import_with(Format::Sintax, &[file], "s", ColumnMap::default(), Some("ITS")).unwrap();
    let expected = row(&[
        ("record_id", "67139.ITS"),
        ("source", "s"),
        ("identification", "Vitis vinifera"),
        ("kingdom", "Viridiplantae"),
        ("phylum", "Streptophyta"),
        ("family", "Vitaceae"),
        ("genus", "Vitis"),
        ("species", "Vitis vinifera"),
        ("marker_code", "ITS"),
        ("nuc", "ACGT"),
        ("nuc_basecount", "4"),
        ("specimen", "67139"),
        ("notes", "tax_c=sub:rosids; genus_taxid=3603; species_taxid=29760"),
    ]);
    assert_eq!(trial.rows("s"), [expected]);
    let taxa = trial.read("taxonomy/taxa.tsv");
    for line in [
        "local:Viridiplantae\tViridiplantae\tkingdom\t1\ts",
        "local:Streptophyta\tStreptophyta\tphylum\tlocal:Viridiplantae\ts",
        "local:Vitaceae\tVitaceae\tfamily\tlocal:Streptophyta\ts",
        "local:Vitis\tVitis\tgenus\tlocal:Vitaceae\ts",
        "local:Vitis vinifera\tVitis vinifera\tspecies\tlocal:Vitis\ts",
    ] {
        assert!(taxa.lines().any(|row| row == line), "{line}\n{taxa}");
    }
}

#[test]
fn a_map_reads_headers_and_a_taxonomy_table() {
    let trial = Trial::new();
    trial.write("t.tsv", "NC_1\tEukaryota;Chordata;Mammalia;;Delphinidae;Stenella;Stenella frontalis\n");
    let toml = "header = '^(?<processid>\\S+)!(?<mark>\\w+)$'\ntaxonomy_table = \"t.tsv\"\n\
                [columns]\nmark = \"marker_code\"\n[defaults]\ninst = \"Museum\"\n[markers]\nFolmer = \"COI\"\n";
    let map = ColumnMap::read(&trial.write("columns.toml", toml)).unwrap();
    let file = trial.write("m.fa", ">NC_1!Folmer\nACGT\n>NC_2\nACGT\n");
    let summary = trial.import_with(Format::Fasta, &[file], "m", map, None).unwrap();
    assert_eq!((summary.kept, summary.rejected_by_reason["unknown_header"]), (1, 1));
    let rows = trial.rows("m");
    assert_eq!((rows[0]["inst"].as_str(), rows[0]["family"].as_str()), ("Museum", "Delphinidae"));
    assert_eq!(rows[0]["marker_code"], "COI-5P");
    assert!(ColumnMap::read(&trial.write("bad.toml", "headers = 'x'\n")).is_err());
}

#[test]
fn homonyms_stay_apart() {
    let trial = Trial::new();
    let sintax = ">a;tax=k:Fungi,p:Ascomycota,g:Stenella,s:Stenella_araguata;\nACGT\n\
                  >b;tax=k:Fungi,p:Ascomycota,g:Stenella,s:Stenella_sp.;\nACGTA\n\
                  >c;tax=k:Animalia,p:Chordata,f:Delphinidae,g:Stenella,s:Stenella_longirostris;\nACGTC\n";
    let file = trial.write("s.fa", sintax);
    let summary =
        trial.import_with(Format::Sintax, &[file], "s", ColumnMap::default(), Some("cytb")).unwrap();
    assert_eq!(summary.kept, 3);
    let taxa = trial.read("taxonomy/taxa.tsv");
    let has = |line: &str| taxa.lines().any(|row| row == line);
    assert!(has("local:Stenella\tStenella\tgenus\tlocal:Ascomycota\ts"), "{taxa}");
    assert!(has("local:Stenella araguata\tStenella araguata\tspecies\tlocal:Stenella\ts"));
    assert!(has("local:Stenella longirostris\tStenella longirostris\tspecies\t6\ts"));
    // Without higher names: a plastid is no gannet's; two genera of one name cannot be told apart.
    let fasta = ">x1|Morus_alba|rbcL|.\nACGT\n>x2|Stenella_sp.|cytb|.\nACGT\n>x3|Stenella_nova|cytb|.\nACGT\n\
                 >x4|Vitis_vinifera x Morus_alba|cytb|.\nACGT\n";
    let summary = trial.import(Format::Fasta, &[trial.write("f.fa", fasta)], "f").unwrap();
    assert_eq!(summary.kept, 1);
    assert_eq!(
        summary.rejected_by_reason,
        [("ambiguous_name".to_owned(), 2), ("hybrid_of_genera".to_owned(), 1)].into()
    );
    let taxa = trial.read("taxonomy/taxa.tsv");
    assert!(taxa.lines().any(|row| row == "local:Morus\tMorus\tgenus\t1\tf"), "{taxa}");
    let release = read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
    let family = |id: &str| {
        let record = release.records.iter().find(|record| record.fields["record_id"] == id).unwrap();
        release.taxonomy.at_rank(record.taxon, "family").map(|taxon| release.taxonomy.name(taxon).to_owned())
    };
    assert_eq!((family("c.cytb").as_deref(), family("b.cytb")), (Some("Delphinidae"), None));
}

#[test]
fn clashing_ids_are_numbered_and_the_order_of_files_is_of_no_consequence() {
    let one = ">A1|Stenella_frontalis|cytb|.\nACGT\n>A1|Stenella_frontalis|cytb|.\nACGTT\n>A1|Stenella_frontalis|cytb|.\nACGT\n";
    let two = ">A/1|Stenella_frontalis|cytb|.\nACC\n>A.1|Stenella_frontalis|nix|.\nACC\n>A_1|Stenella_frontalis|cytb|.\nACC\n";
    let results: Vec<_> = [[0, 1], [1, 0]]
        .iter()
        .map(|order| {
            let trial = Trial::new();
            let files = [trial.write("one.fa", one), trial.write("two.fa", two)];
            let files: Vec<PathBuf> = order.iter().map(|place: &usize| files[*place].clone()).collect();
            let summary = trial.import(Format::Fasta, &files, "f").unwrap();
            assert_eq!((summary.kept, summary.collapsed, summary.record_ids_changed), (4, 1, 2));
            let names = ["records/f.tsv", "sources.toml", "imports/f/summary.json", "imports/f/rejected.tsv"];
            (names.map(|name| trial.read(name)), trial.read("imports/f/collapsed.tsv"))
        })
        .collect();
    assert_eq!(results[0], results[1]);
    let ids: Vec<&str> =
        results[0].0[0].lines().skip(1).map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ids, ["A1.cytb", "A1.cytb_2", "A_1.cytb", "A_1.cytb_2"]);
    assert_eq!(results[0].1.lines().nth(1).unwrap(), "A1.cytb\tA1.cytb\texact_duplicate\tone.fa\t5");
}

#[test]
fn a_folder_is_extended_once_and_an_interrupted_import_is_repeated() {
    let trial = Trial::new();
    let file = trial.write("one.fa", ">A1|Stenella_frontalis|cytb|.\nACGT\n");
    trial.import(Format::Fasta, std::slice::from_ref(&file), "one").unwrap();
    let before = trial.read("sources.toml");
    let again = trial.import(Format::Fasta, std::slice::from_ref(&file), "one").unwrap_err();
    assert!(again.to_string().contains("nothing is overwritten"), "{again}");
    trial
        .import(Format::Fasta, &[trial.write("two.fa", ">A1|Vitis_vinifera|cytb|.\nACGT\n")], "two")
        .unwrap();
    assert!(trial.read("sources.toml").starts_with(&before));
    assert_eq!(trial.rows("two")[0]["record_id"], "A1.cytb_2");
    // As if the import had been stopped before its last step.
    let names = ["records/two.tsv", "sources.toml", "taxonomy/taxa.tsv", "imports/two/summary.json"];
    let whole = names.map(|name| trial.read(name));
    fs_err::remove_file(trial.folder().join("records/two.tsv")).unwrap();
    read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
    trial
        .import(Format::Fasta, &[trial.write("two.fa", ">A1|Vitis_vinifera|cytb|.\nACGT\n")], "two")
        .unwrap();
    let repeated = names.map(|name| trial.read(name));
    assert_eq!((&whole[..3], &repeated[..3]), (&repeated[..3], &whole[..3]));
    read_folder(&trial.folder(), &[], &crate::unwatched).unwrap();
}

#[test]
fn nothing_is_made_when_an_import_fails() {
    let trial = Trial::new();
    let failed = |format, text: &[u8]| {
        let error = trial.import(format, &[trial.write("x", text)], "x").unwrap_err();
        assert!(!trial.folder().exists());
        error.to_string()
    };
    assert!(failed(Format::Bcdm, b"a\tb\n").contains("no BCDM table"));
    assert!(failed(Format::Genbank, b"nothing\n").contains("no genbank record"));
    assert!(failed(Format::Fasta, b"ACGT\n").contains("FASTA begins with"));
    // A gzip file cut short.
    assert!(failed(Format::Fasta, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xaa]).contains("x: "));
    let others = fs_err::read_dir(trial.place.path()).unwrap().count();
    assert_eq!(others, 1);
}

#[test]
fn long_lines_and_records_are_rejected_and_a_plastome_is_not() {
    let table = MarkerTable::parse("m", MARKERS).unwrap();
    let map = ColumnMap::default();
    let read = |text: String| {
        let limits = Limits::default();
        let mut intake = Intake::new(&table, &map, None, limits).unwrap();
        intake.begin_file();
        let mut lines = Lines::new(Cursor::new(text.into_bytes()), limits.line_bytes).unwrap();
        fasta::read(&mut lines, &mut intake, &mut |_| {}).unwrap();
        (intake.drafts.len(), intake.rejected.first().map(|rejected| rejected.reason.name()))
    };
    let record = |bases: String| format!(">A1|Stenella_frontalis|cytb|.\n{bases}\n");
    assert_eq!(read(record("ACGTACGTAC".repeat(16_000))), (1, None));
    assert_eq!(read(record("ACGTACGTAC".repeat(200_000))), (0, Some("too_long")));
    assert_eq!(read(record("ACGTACGTAC\n".repeat(200_000))), (0, Some("too_long")));
}

/// Reads bytes as a format; panics and endless memory are what the tests look for.
fn read_bytes(format: Format, bytes: &[u8]) -> (u64, usize) {
    let table = MarkerTable::parse("m", MARKERS).unwrap();
    let map = ColumnMap::default();
    let limits = Limits { line_bytes: 200, record_bases: 300, entry_bytes: 2000 };
    let mut intake = Intake::new(&table, &map, Some("COI"), limits).unwrap();
    intake.begin_file();
    let Ok(mut lines) = Lines::new(Cursor::new(bytes.to_vec()), limits.line_bytes) else { return (0, 0) };
    let _ = match format {
        Format::Bcdm => bcdm::read(&mut lines, &mut intake, &mut |_| {}),
        Format::Genbank => genbank::read(&mut lines, &mut intake, &mut |_| {}),
        Format::Fasta | Format::Sintax => fasta::read(&mut lines, &mut intake, &mut |_| {}),
    };
    assert!(intake.drafts.iter().all(|draft| draft.bases.len() <= limits.record_bases));
    (intake.read(), intake.drafts.len() + intake.rejected.len())
}

const FORMATS: [Format; 3] = [Format::Bcdm, Format::Genbank, Format::Fasta];

proptest! {
    #[test]
    fn any_bytes_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in 0..4_usize) {
        let head = ["", ">a|", "LOCUS x\nORIGIN\n", "identification\tnuc\n"][head].as_bytes();
        for format in FORMATS {
            let (read, taken) = read_bytes(format, &[head, &bytes].concat());
            prop_assert_eq!(read, taken as u64);
        }
    }

    #[test]
    fn damaged_genbank_is_accounted_for(cuts in proptest::collection::vec((0..3000_usize, any::<u8>()), 1..8)) {
        let mut bytes = GENBANK.as_bytes().to_vec();
        for (place, byte) in cuts {
            let place = place % bytes.len();
            if byte % 3 == 0 { bytes.remove(place); } else { bytes[place] = byte; }
        }
        let (read, taken) = read_bytes(Format::Genbank, &bytes);
        prop_assert_eq!(read, taken as u64);
    }

    #[test]
    fn any_header_is_read_or_refused(header in "([A-Z]{1,3}[0-9]{3,6}|;tax=[kpsx]:|\\|| - |--|; ?|=|species_name|_|\\PC){0,15}") {
        let text = format!(">{header}\nACGT\n");
        let (read, taken) = read_bytes(Format::Fasta, text.as_bytes());
        prop_assert_eq!((read, taken as u64), (1, 1));
    }

    #[test]
    fn what_is_imported_can_be_built(
        labels in proptest::collection::vec(
            ("(Stenella|Morus|Vitis|Delphinus|Fungi|Chordata)", "( frontalis| alba| sp\\.| cf\\. alba| x Morus alba|)",
             "(Fungi|Animalia|Plantae|)", "(Ascomycota|Chordata|Morus|)"), 1..8),
        marker in "(rbcL|cytb)",
    ) {
        let trial = Trial::new();
        let records = labels.iter().enumerate().map(|(place, (genus, rest, kingdom, phylum))| {
            format!(">r{place};tax=k:{kingdom},p:{phylum},s:{genus}{rest};\nACGT{}\n", "A".repeat(place))
        });
        let file = trial.write("s.fa", records.collect::<String>());
        trial.import_with(Format::Sintax, &[file], "s", ColumnMap::default(), Some(&marker)).unwrap();
        let release = read_folder(&trial.folder(), &[], &crate::unwatched);
        prop_assert!(release.is_ok(), "{:?}", release.err().map(|error| error.to_string()));
    }
}
