//! Permits against a report on real records of owls; the permits are written for the tests.

use crate::gates::barcode;
use crate::release::starter;
use crate::support::Place;

const PERMIT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="urn:envelope"><s:Body>
<p:CITESEPermit xmlns:p="urn:permit">
  <p:HeaderExchangedDocument>
    <p:ID>XA-1</p:ID><p:TypeCode>E</p:TypeCode>
    <p:IssueDateTime>2012-03-04T10:00:00Z</p:IssueDateTime><p:PurposeCode>T</p:PurposeCode>
  </p:HeaderExchangedDocument>
  <p:SpecifiedSupplyChainConsignment>
    <p:IncludedSupplyChainConsignmentItem>
      <p:ID>A</p:ID><p:OriginTradeCountry><p:ID>NL</p:ID></p:OriginTradeCountry>
      <p:TransportLogisticsPackage><p:ItemQuantity unitCode="PCS">5</p:ItemQuantity></p:TransportLogisticsPackage>
      <p:IncludedSupplyChainTradeLineItem>
        <p:TypeCode>II</p:TypeCode><p:TypeExtensionCode>W</p:TypeExtensionCode>
        <p:SpecifiedTradeProduct>
          <p:Description>feathers &amp; skins</p:Description><p:TypeCode>FEA</p:TypeCode>
          <p:ScientificName>Asio</p:ScientificName>
        </p:SpecifiedTradeProduct>
      </p:IncludedSupplyChainTradeLineItem>
    </p:IncludedSupplyChainConsignmentItem>
  </p:SpecifiedSupplyChainConsignment>
</p:CITESEPermit>
</s:Body></s:Envelope>
"#;

/// A place with a report on an owl, whose conclusion is its genus.
fn place() -> Place {
    let place = Place::new();
    place.write("owl.fasta", format!(">owl\n{}\n", barcode(&starter(), "Asio otus")));
    let report = place.identify(&["owl.fasta", "--out", "out"]);
    assert_eq!(report["result"]["items"][0]["conclusion"]["taxon"], "Asio");
    place
}

/// The verdicts on name, Appendix, source and the whole line.
fn verdicts(place: &Place, permit: &str) -> [String; 4] {
    place.write("permit.xml", permit);
    let done = place.run(&["permit", "check", "permit.xml", "--report", "out/report.json"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let verdict = |field: &str| {
        let row = done.stdout.lines().find(|row| row.split('\t').nth(3) == Some(field)).unwrap();
        row.split('\t').nth(6).unwrap().to_owned()
    };
    ["scientific name", "appendix", "source", "whole line"].map(verdict)
}

const CONSISTENT: &str = "CONSISTENT";
const INCONSISTENT: &str = "INCONSISTENT";
const NOT_RESOLVABLE: &str = "NOT_RESOLVABLE";

#[test]
fn what_is_declared_is_compared_with_what_was_concluded() {
    let place = place();
    let altered = |from: &str, to: &str| verdicts(&place, &PERMIT.replacen(from, to, 1));
    assert_eq!(verdicts(&place, PERMIT), [CONSISTENT, CONSISTENT, NOT_RESOLVABLE, CONSISTENT]);
    // All owls have been in II, and some in I; none of this genus.
    assert_eq!(altered(">II<", ">I<"), [CONSISTENT, INCONSISTENT, NOT_RESOLVABLE, INCONSISTENT]);
    assert_eq!(altered(">Asio<", ">Strix aluco<")[0], INCONSISTENT);
    assert_eq!(
        altered(">Asio<", ">Asio otus<"),
        [NOT_RESOLVABLE, CONSISTENT, NOT_RESOLVABLE, NOT_RESOLVABLE]
    );
    assert_eq!(altered(">Asio<", ">Asio otus x flammeus<")[0], NOT_RESOLVABLE);
    assert_eq!(altered(">Asio<", ">Falco nonesuch<")[0], NOT_RESOLVABLE);
    assert_eq!(altered(">Asio<", "><")[0], NOT_RESOLVABLE);
    assert_eq!(altered(">Asio<", ">ASIO OTUS (Linnaeus, 1758)<")[0], NOT_RESOLVABLE);
    assert_eq!(altered(">Asio<", ">STRIX ALUCO Linnaeus, 1758<")[0], INCONSISTENT);
    assert_eq!(altered("2012-03-04T", "2012-03-04x")[1], NOT_RESOLVABLE);
    // Artificially propagated is said of plants only.
    assert_eq!(altered(">W<", ">A<")[2..], [INCONSISTENT, INCONSISTENT]);
    // Beyond the day to which the listing file is complete.
    assert_eq!(altered("2012-03-04", "2024-03-04")[1], NOT_RESOLVABLE);
    assert_eq!(altered("2012-03-04T10:00:00Z", "")[1], NOT_RESOLVABLE);
}

#[test]
fn json_follows_its_schema_and_tells_what_was_read() {
    let place = place();
    place.write("permit.xml", PERMIT);
    let done = place.run(&["permit", "check", "permit.xml", "--report", "out/report.json", "--json"]);
    let check: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(check["permit"]["lines"][0]["description"], "feathers & skins");
    assert_eq!(
        (&check["permit"]["lines"][0]["quantity"], &check["permit"]["lines"][0]["unit"]),
        (&"5".into(), &"PCS".into())
    );
    let schema = place.run(&["schema", "permit-check"]).stdout;
    let on_file =
        fs_err::read_to_string(crate::support::project("schemas/permit-check.schema.json")).unwrap();
    assert_eq!(schema, on_file);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &check));
}

#[test]
fn hostile_messages_are_refused() {
    let place = place();
    let check = |xml: &str, words: &[&str]| {
        place.write("permit.xml", xml);
        place.fails(1, &["permit", "check", "permit.xml", "--report", "out/report.json"], words);
    };
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    check(
        &PERMIT.replacen("<s:Envelope", &format!("{bomb}<s:Envelope"), 1),
        &["permit.xml", "document type"],
    );
    check(&PERMIT.replacen("&amp;", "&file;", 1), &["permit.xml: line 15", "entity"]);
    check(&PERMIT.replacen("feathers", &"x".repeat(20_000), 1), &["permit.xml: line 15", "10,000"]);
    check(&PERMIT[..900], &["permit.xml", "line"]);
    check(&"<a>".repeat(100), &["permit.xml: line 1", "too deeply"]);
    let twice = "</p:ScientificName><p:ScientificName>Strix</p:ScientificName>";
    check(&PERMIT.replacen("</p:ScientificName>", twice, 1), &["line 16", "two scientific names"]);
    check(&PERMIT.replacen("</s:Body>", "<CITESEPermit/></s:Body>", 1), &["a second permit"]);
    check(&format!("{PERMIT}<again/>"), &["a second message"]);
    check("<CITESEPermit/>", &["no permit with goods"]);
    check("", &["no permit with goods"]);
    check("not xml", &["no permit with goods"]);
    check(&PERMIT.replacen("</p:ID>", "</p:IE>", 1), &["line 5", "not well-formed"]);
    place.write("permit.xml", PERMIT);
    let other_line = ["permit", "check", "permit.xml", "--report", "out/report.json", "--line", "Z"];
    place.fails(2, &other_line, &["no line \"Z\"", "its lines are A"]);
    let control = PERMIT.replacen(">Asio<", ">=cmd&#9;Asio<", 1);
    place.write("permit.xml", control);
    let done = place.run(&["permit", "check", "permit.xml", "--report", "out/report.json"]);
    assert!(done.stdout.contains("\t'=cmd Asio\t"), "{}", done.stdout);
}
