//! Feature locations of the INSDC feature table, cut out of a sequence.
//!
//! ```text
//! location = place | "complement(" location ")" | "join(" location { "," location } ")"
//! place    = [ "<" ] number [ ".." [ ">" ] number ]          1-based, both ends included
//! ```
//!
//! `order(..)`, places between bases (`5^6`) and places on other sequences (`J00194.1:1..9`) are errors.

use saola_seq::iupac::reverse_complement;

/// Deepest nesting of brackets.
const DEEPEST: usize = 8;

/// Bases of a feature, and whether it says that an end is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) bases: Vec<u8>,
    pub(crate) is_partial: bool,
    /// Least and greatest position, 1-based.
    pub(crate) span: (usize, usize),
    /// More than one piece.
    pub(crate) is_joined: bool,
    /// On the other strand, at least in part.
    pub(crate) is_reverse: bool,
}

struct Parser<'a> {
    rest: &'a str,
    sequence: &'a [u8],
    limit: usize,
    cut: Cut,
}

/// Cuts a location out of `sequence`; at most `limit` bases.
pub(crate) fn cut(location: &str, sequence: &[u8], limit: usize) -> Result<Cut, String> {
    let plain: String = location.chars().filter(|letter| !letter.is_whitespace()).collect();
    let cut = Cut { span: (usize::MAX, 0), ..Cut::default() };
    let mut parser = Parser { rest: &plain, sequence, limit, cut };
    let bases = parser.location(0)?;
    if !parser.rest.is_empty() {
        return Err(format!("{:?} behind the location", parser.rest));
    }
    Ok(Cut { bases, ..parser.cut })
}

impl Parser<'_> {
    fn location(&mut self, depth: usize) -> Result<Vec<u8>, String> {
        if depth > DEEPEST {
            return Err("too many brackets".to_owned());
        }
        if self.eat("complement(") {
            let bases = self.location(depth + 1)?;
            self.expect(")")?;
            self.cut.is_reverse = true;
            return Ok(reverse_complement(&bases));
        }
        if !self.eat("join(") {
            return self.place();
        }
        let mut bases = self.location(depth + 1)?;
        while self.eat(",") {
            self.cut.is_joined = true;
            bases.extend(self.location(depth + 1)?);
            if bases.len() > self.limit {
                return Err(format!("more than {} bases", self.limit));
            }
        }
        self.expect(")")?;
        Ok(bases)
    }

    fn place(&mut self) -> Result<Vec<u8>, String> {
        self.cut.is_partial |= self.eat("<") || self.eat(">");
        let start = self.number()?;
        let mut end = start;
        if self.eat("..") {
            self.cut.is_partial |= self.eat(">") || self.eat("<");
            end = self.number()?;
        }
        let length = self.sequence.len();
        if end.saturating_sub(start) >= self.limit {
            return Err(format!("more than {} bases", self.limit));
        }
        if start == 0 || start > end || end > length {
            return Err(format!("{start}..{end} does not lie within the {length} bases"));
        }
        let (low, high) = self.cut.span;
        self.cut.span = (low.min(start), high.max(end));
        Ok(self.sequence[start - 1..end].to_vec())
    }

    fn number(&mut self) -> Result<usize, String> {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(end);
        let number = digits.parse().map_err(|_| format!("no position at {:?}", self.rest))?;
        self.rest = rest;
        Ok(number)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.eat(text) { Ok(()) } else { Err(format!("{text:?} expected at {:?}", self.rest)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bases(location: &str) -> Result<String, String> {
        //            1234567890
        cut(location, b"AACCGGTTAC", 30).map(|cut| String::from_utf8(cut.bases).unwrap())
    }

    #[test]
    fn places_are_cut_and_turned() {
        assert_eq!(bases("1..4").unwrap(), "AACC");
        assert_eq!(bases("<3..>6").unwrap(), "CCGG");
        assert_eq!(bases("10").unwrap(), "C");
        assert_eq!(bases("complement(1..3)").unwrap(), "GTT");
        assert_eq!(bases("join(9..10,1..2)").unwrap(), "ACAA");
        // The joined bases AACGG turned around, and the pieces turned one by one.
        assert_eq!(bases("complement(join(1..3,5..6))").unwrap(), "CCGTT");
        assert_eq!(bases("join(complement(5..6),complement(1..3))").unwrap(), "CCGTT");
        let joined = cut("join(<2..3, 6..8)", b"AACCGGTTAC", 30).unwrap();
        assert_eq!((joined.is_partial, joined.is_joined, joined.span), (true, true, (2, 8)));
    }

    #[test]
    fn what_cannot_be_cut_says_so() {
        for location in
            ["", "0..3", "5..4", "9..11", "4^5", "J00194.1:1..3", "order(1..2,3..4)", "join(1..2", "1..2)"]
        {
            assert!(bases(location).is_err(), "{location}");
        }
        let deep = "join(".repeat(1000) + "1" + &")".repeat(1000);
        assert!(bases(&deep).is_err());
        let long = format!("join({})", ["1..10"; 4].join(","));
        assert!(bases(&long).unwrap_err().contains("more than"));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_or_refused(location in "(complement\\(|join\\(|[0-9]{1,3}|\\.\\.|,|<|>|\\)|\\PC){0,20}") {
            if let Ok(cut) = cut(&location, b"AACCGGTTAC", 30) {
                prop_assert!(cut.bases.len() <= 40 && !cut.bases.is_empty());
            }
        }
    }
}
