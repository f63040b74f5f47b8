//! CITES e-permits as XML messages (version 1 of the CITES toolkit's exchange, root `CBFShip`, and version 2, `CITESEPermit`;
//! bare or in a SOAP envelope).
//!
//! Elements are told by their local names and those of their parents, so that prefixes and namespaces may differ. The file is
//! another's: nothing of it is fetched or expanded. A document type declaration and entities other than the five of XML are errors, and size, depth,
//! lines and texts are bounded.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of the largest message.
pub const MOST_BYTES: usize = 16 << 20;
/// Nested elements.
const MOST_DEPTH: usize = 64;
/// Lines of a permit.
const MOST_LINES: usize = 1000;
/// Bytes of one text.
const MOST_TEXT: usize = 10_000;

/// What a permit declares. Absent values are empty text; so are days that are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permit {
    /// Number of the permit.
    pub id: String,
    /// Kind as the message codes it, such as `E` (export) or `R` (re-export).
    pub kind: String,
    /// Day of issue, YYYY-MM-DD.
    pub issued: String,
    /// Last day of validity, YYYY-MM-DD.
    pub valid_until: String,
    /// Purpose code, such as `T` (commercial).
    pub purpose: String,
    /// The goods.
    pub lines: Vec<PermitLine>,
}

/// One line of goods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermitLine {
    /// Letter or number of the line.
    pub line: String,
    /// Declared scientific name (box 7).
    pub scientific_name: String,
    /// Common name (box 8).
    pub common_name: String,
    /// Description of the goods (box 9).
    pub description: String,
    /// Term code (box 9), such as `LPS` (small leather products).
    pub term: String,
    /// Declared Appendix (box 10).
    pub appendix: String,
    /// Source code (box 10), such as `W` (wild).
    pub source: String,
    /// Quantity (box 11).
    pub quantity: String,
    /// Its unit.
    pub unit: String,
    /// Country of origin (box 12).
    pub origin: String,
    /// Permit of the country of origin.
    pub origin_permit: String,
    /// Country of last re-export (box 12a).
    pub export: String,
    /// Its certificate.
    pub export_permit: String,
}

impl PermitLine {
    /// The same line without what it says of its product.
    fn without_product(&self) -> Self {
        let none = String::new;
        Self {
            scientific_name: none(),
            common_name: none(),
            description: none(),
            term: none(),
            ..self.clone()
        }
    }
}

/// Why a message cannot be read as a permit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PermitError {
    /// Line of the file, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Permit {
    /// Reads a message: UTF-8 XML.
    ///
    /// # Errors
    ///
    /// [`PermitError`] when it is not well-formed, too large, holds what is not allowed, or is no permit.
    pub fn parse(xml: &[u8]) -> Result<Self, PermitError> {
        let failed = |line, problem: &str| PermitError { line, problem: problem.to_owned() };
        if xml.len() > MOST_BYTES {
            return Err(failed(1, "larger than 16 MiB"));
        }
        let text = std::str::from_utf8(xml)
            .map_err(|error| failed(line_of(xml, error.valid_up_to()), "not UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut walk = Walk::default();
        let step = loop {
            let step = match reader.read_event() {
                Ok(Event::Start(tag)) => walk.open(&tag),
                Ok(Event::Empty(tag)) => walk.open(&tag).and_then(|()| walk.close()),
                Ok(Event::End(_)) => walk.close(),
                Ok(Event::Text(text)) => walk.text(&text),
                Ok(Event::CData(text)) => walk.text(&text),
                Ok(Event::GeneralRef(name)) => walk.reference(&name),
                Ok(Event::DocType(_)) => Err("a document type declaration is not allowed"),
                Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_)) => Ok(()),
                Ok(Event::Eof) => break Ok(()),
                Err(error) => break Err(format!("not well-formed: {error}")),
            };
            if let Err(problem) = step {
                break Err(problem.to_owned());
            }
        };
        // Counted once: the lines before every element would take quadratic time.
        let reached = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        step.map_err(|problem| failed(line_of(text.as_bytes(), reached), &problem))?;
        let last = line_of(text.as_bytes(), text.len());
        if !walk.path.is_empty() {
            return Err(failed(last, "ends before its elements do"));
        }
        if !walk.is_permit || walk.permit.lines.is_empty() {
            return Err(failed(last, "no permit with goods in this message"));
        }
        Ok(walk.permit)
    }
}

/// The day of a date and time (ISO 8601); empty text when it is none.
fn day(text: &str) -> String {
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let is_day = day.parse::<jiff::civil::Date>().is_ok()
        && (rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-']));
    if is_day { day.to_owned() } else { String::new() }
}

/// The line of a byte, counted from 1.
fn line_of(text: &[u8], position: usize) -> usize {
    let before = text.get(..position.min(text.len())).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count()
}

/// The walk through a message.
#[derive(Default)]
struct Walk {
    permit: Permit,
    has_root: bool,
    is_permit: bool,
    /// Local names of the open elements.
    path: Vec<String>,
    text: String,
    unit: String,
    /// Type and number of the referenced document that is open.
    document: [String; 2],
}

impl Walk {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), &'static str> {
        if self.path.len() >= MOST_DEPTH {
            return Err("elements are nested too deeply");
        }
        if self.path.is_empty() && std::mem::replace(&mut self.has_root, true) {
            return Err("a second message in one file");
        }
        let name = tag.local_name().as_ref().to_owned();
        self.text.clear();
        match name.as_str() {
            "CBFShip" | "CITESEPermit" if self.is_permit => return Err("a second permit in one message"),
            "CBFShip" | "CITESEPermit" => self.is_permit = true,
            "IncludedSupplyChainConsignmentItem" => self.permit.lines.push(PermitLine::default()),
            // A second product of a line is a line of its own.
            "IncludedSupplyChainTradeLineItem" if self.has_product() => {
                let again = self.line().map(|line| PermitLine {
                    appendix: String::new(),
                    source: String::new(),
                    ..line.without_product()
                });
                self.permit.lines.extend(again);
            }
            "SpecifiedTradeProduct" if self.has_product() => {
                let again = self.line().map(|line| line.without_product());
                self.permit.lines.extend(again);
            }
            "AssociatedReferencedDocument" => self.document = [String::new(), String::new()],
            "ItemQuantity" => {
                let unit = tag.try_get_attribute("unitCode").ok().flatten();
                let unit = unit
                    .and_then(|unit| unit.normalized_value(XmlVersion::Implicit1_0).ok().map(String::from));
                self.unit = unit.unwrap_or_default().chars().take(20).collect();
            }
            _ => {}
        }
        if self.permit.lines.len() > MOST_LINES {
            return Err("more than 1000 lines of goods");
        }
        self.path.push(name);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), &'static str> {
        if self.text.len().saturating_add(text.len()) > MOST_TEXT && !text.trim().is_empty() {
            return Err("a text of more than 10,000 bytes");
        }
        if self.text.len() <= MOST_TEXT {
            self.text.push_str(text.get(..text.len().min(MOST_TEXT)).unwrap_or_default());
        }
        Ok(())
    }

    /// `&amp;` and the like, or a character by its number.
    fn reference(&mut self, name: &BytesRef<'_>) -> Result<(), &'static str> {
        let unknown = "an entity other than the five of XML is not allowed";
        if let Ok(Some(character)) = name.resolve_char_ref() {
            return self.text(character.encode_utf8(&mut [0; 4]));
        }
        self.text(quick_xml::escape::resolve_xml_entity(name).ok_or(unknown)?)
    }

    fn has_product(&mut self) -> bool {
        self.line().is_some_and(|line| !line.scientific_name.is_empty())
    }

    fn line(&mut self) -> Option<&mut PermitLine> {
        self.permit.lines.last_mut()
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let text = std::mem::take(&mut self.text).split_whitespace().collect::<Vec<_>>().join(" ");
        let parent = |above: usize| {
            let place = self.path.len().checked_sub(above + 1);
            place.and_then(|place| self.path.get(place)).map_or("", String::as_str)
        };
        let [name, parent, grandparent] = [0, 1, 2].map(|above| parent(above).to_owned());
        let is_goods = self.path.iter().any(|name| name == "IncludedSupplyChainConsignmentItem");
        self.path.pop();
        if is_goods {
            return self.close_in_line([&name, &parent], text);
        }
        self.close_in_header([&name, &parent, &grandparent], text);
        Ok(())
    }

    fn close_in_header(&mut self, [name, parent, grandparent]: [&str; 3], text: String) {
        let header = "HeaderExchangedDocument";
        let field = match (name, parent, grandparent) {
            ("ID", "HeaderExchangedDocument", _) => &mut self.permit.id,
            ("TypeCode", "HeaderExchangedDocument", _) => &mut self.permit.kind,
            ("PurposeCode", "HeaderExchangedDocument", _) => &mut self.permit.purpose,
            ("IssueDateTime", "HeaderExchangedDocument", _) => {
                self.permit.issued = day(&text);
                return;
            }
            ("EndDateTime", "EffectiveSpecifiedPeriod", above) if above == header => {
                self.permit.valid_until = day(&text);
                return;
            }
            _ => return,
        };
        *field = text;
    }

    fn close_in_line(&mut self, [name, parent]: [&str; 2], text: String) -> Result<(), &'static str> {
        if parent == "AssociatedReferencedDocument" {
            match name {
                "TypeCode" => self.document[0] = text,
                "ID" => self.document[1] = text,
                _ => {}
            }
            return Ok(());
        }
        let (unit, document) = (self.unit.clone(), self.document.clone());
        let Some(line) = self.line() else { return Ok(()) };
        let field = match (name, parent) {
            ("ID", "IncludedSupplyChainConsignmentItem") => &mut line.line,
            ("ID", "OriginTradeCountry") => &mut line.origin,
            ("ID", "ExportTradeCountry") => &mut line.export,
            ("TypeCode", "IncludedSupplyChainTradeLineItem") => &mut line.appendix,
            ("TypeExtensionCode", "IncludedSupplyChainTradeLineItem") => &mut line.source,
            ("ScientificName", "SpecifiedTradeProduct") => &mut line.scientific_name,
            ("CommonName", "SpecifiedTradeProduct") => &mut line.common_name,
            ("Description", "SpecifiedTradeProduct") => &mut line.description,
            ("TypeCode", "SpecifiedTradeProduct") => &mut line.term,
            ("ItemQuantity", _) => {
                line.unit = unit;
                &mut line.quantity
            }
            ("AssociatedReferencedDocument", _) => {
                match document[0].as_str() {
                    "861" => line.origin_permit.clone_from(&document[1]),
                    "811" => line.export_permit.clone_from(&document[1]),
                    _ => {}
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        if name == "ScientificName" && !field.is_empty() {
            return Err("a product with two scientific names");
        }
        *field = text;
        Ok(())
    }
}
