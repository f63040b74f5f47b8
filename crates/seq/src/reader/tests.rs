use std::io::Write as _;

use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<SequenceRecord>, ReadError> {
    read_records("f", bytes, &Limits::default())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn fasta_plain_gzip_and_several_gzip_members_read_alike() {
    let text = b">a first record\r\nACG\r\nt-n\r\n>b\nUU\n";
    let records = read(text).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].bases, b"ACGTN");
    assert_eq!(records[0].gaps_removed, 1);
    assert_eq!((records[0].name.as_str(), records[0].description.as_str()), ("a", "first record"));
    assert_eq!((records[1].line, records[1].bases.as_slice()), (4, &b"TT"[..]));
    assert_eq!(read(&gzip(text)).unwrap(), records);
    let members = [gzip(&text[..20]), gzip(&text[20..])].concat();
    assert_eq!(read(&members).unwrap(), records);
}

#[test]
fn fastq_qualities_are_phred_33() {
    let records = read(b"@q\nACGT\n+\n!I~5\n").unwrap();
    assert_eq!(records[0].qualities.as_deref(), Some(&[0, 40, 93, 20][..]));
}

#[test]
fn byte_order_mark_and_blank_lines_before_the_first_record_keep_line_numbers() {
    let records = read(b"\xef\xbb\xbf\n\n>a\nAC\n").unwrap();
    assert_eq!(records[0].line, 3);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let kind = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(kind(b" \n\n").kind, ReadErrorKind::Empty);
    assert!(matches!(kind(b"ABIF\x00").kind, ReadErrorKind::NotASequenceFile { .. }));
    assert!(matches!(kind(b"hello").kind, ReadErrorKind::NotASequenceFile { .. }));
    assert_eq!(kind(b">\nACGT\n").kind, ReadErrorKind::NoName);
    assert_eq!(kind(b">a\n>b\nA\n").kind, ReadErrorKind::NoBases);
    let protein = kind(b">a\nACGT\nMKLV\n");
    assert_eq!(protein.kind, ReadErrorKind::Protein { letter: 'L', position: 7 });
    assert_eq!(protein.line, Some(3));
    assert_eq!(protein.record.as_deref(), Some("a"));
    let digit = kind("\n>a\nAC3\n".as_bytes());
    assert_eq!(digit.kind, ReadErrorKind::NotANucleotide { character: '3', position: 3 });
    assert_eq!(digit.line, Some(3));
    assert!(matches!(kind(b">a\x1b[2J\nAC\n").kind, ReadErrorKind::BadName(_)));
    assert!(matches!(kind(">a\u{202e}b\nAC\n".as_bytes()).kind, ReadErrorKind::BadName(_)));
    assert!(matches!(kind(b">a\xff\nAC\n").kind, ReadErrorKind::BadName(_)));
}

#[test]
fn a_short_quality_line_names_its_record() {
    let error = read(b"@r1\nACGT\n+\nIIII\n@r2\nACGT\n+\nIII\n").unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::Malformed(_)), "{error}");
    assert_eq!(error.record.as_deref(), Some("r2"));
}

#[test]
fn gzip_cut_off_or_damaged_is_an_error() {
    let whole = gzip(&b">a\nACGTACGTACGT\n".repeat(500));
    assert!(matches!(read(&whole[..whole.len() / 2]).unwrap_err().kind, ReadErrorKind::Gzip(_)));
    assert!(matches!(read(&whole[..whole.len() - 4]).unwrap_err().kind, ReadErrorKind::Gzip(_)));
}

#[test]
fn limits_hold_before_memory_is_spent() {
    let limits = Limits { file_bytes: 100, record_bases: 20, name_bytes: 5 };
    let kind = |bytes: &[u8]| read_records("f", bytes, &limits).unwrap_err().kind;
    assert_eq!(kind(&gzip(&b">a\nAC\n".repeat(100))), ReadErrorKind::TooLarge { limit: 100 });
    assert_eq!(kind(&b">a\nAC\n".repeat(100)), ReadErrorKind::TooLarge { limit: 100 });
    assert_eq!(kind(b">a\nACGTACGTACGTACGTACGTACGT\n"), ReadErrorKind::TooLong { limit: 20 });
    assert_eq!(kind(b">a\nACGTACGTACGT\nACGTACGTACGT\n"), ReadErrorKind::TooLong { limit: 20 });
    assert!(matches!(kind(b">abcdef\nA\n"), ReadErrorKind::BadName(_)));
}

proptest! {
    #[test]
    fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn near_misses_do_not_panic(text in "[>@+\nACGTacgtNRu.!I -]{0,200}") {
        let _ = read(text.as_bytes());
        let _ = read(&gzip(text.as_bytes()));
    }

    #[test]
    fn what_is_written_is_read(sequences in proptest::collection::vec("[ACGTRYSWKMBDHVN]{1,90}", 1..8)) {
        let text = sequences.join("\n>s\n");
        let text = format!(">s\n{text}\n");
        let records = read(text.as_bytes()).unwrap();
        prop_assert_eq!(records.len(), sequences.len());
        for (record, bases) in records.iter().zip(&sequences) {
            prop_assert_eq!(&record.bases, bases.as_bytes());
        }
    }
}
