//! Two real messages of an exchange of permits; what is expected was read off the files by eye.

use saola_cites::permit::Permit;

use crate::data;

fn permit(file: &str) -> Permit {
    Permit::parse(&fs_err::read(data::folder().unwrap().join("epermit").join(file)).unwrap()).unwrap()
}

#[test]
fn both_versions_say_the_same() {
    if data::folder().is_none() {
        return;
    }
    let (one, two) = (permit("cites_certificate_v1.xml"), permit("cites_certificate_v2.xml"));
    assert_eq!(one, two);
    assert_eq!((one.id.as_str(), one.kind.as_str(), one.purpose.as_str()), ("XA000000", "R", "T"));
    assert_eq!((one.issued.as_str(), one.valid_until.as_str()), ("2014-01-06", "2014-07-05"));
    let goods: Vec<[&str; 10]> = one
        .lines
        .iter()
        .map(|line| {
            [
                &line.line,
                &line.scientific_name,
                &line.term,
                &line.appendix,
                &line.source,
                &line.quantity,
                &line.origin,
                &line.origin_permit,
                &line.export,
                &line.export_permit,
            ]
            .map(String::as_str)
        })
        .collect();
    assert_eq!(
        goods,
        [
            ["A", "Alligator mississippiensis", "LPS", "II", "W", "5", "XC", "XC12345", "XA", "XA12345"],
            ["B", "Crocodylus siamensis", "LPS", "I", "D", "10", "TH", "", "FR", "FR1202501030-R"],
        ]
    );
}
