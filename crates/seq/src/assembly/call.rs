//! The call of one position.

use super::Support;
use crate::iupac;

/// A Phred score from which a base is good: one error in 100.
pub const GOOD_QUALITY: u8 = 20;
/// By how much the score of one letter must exceed another's where neither is good: ten to one.
const LEAST_LEAD: u8 = 10;
/// Highest score of a call: directions that agree are not wholly independent.
const MOST_QUALITY: u8 = 90;

/// How the reads agree at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Reads of both directions say the same.
    Both,
    /// One direction only.
    Single,
    /// Reads differ, and only one letter has a good score, or one far higher than the others.
    Resolved,
    /// Letters with good scores contradict each other: called as `N`.
    Conflict,
    /// Nothing good, and no letter ahead: called as `N`.
    Unclear,
}

impl Agreement {
    /// The word for it in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Single => "single",
            Self::Resolved => "resolved",
            Self::Conflict => "conflict",
            Self::Unclear => "unclear",
        }
    }
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// A base, an IUPAC code, `N`, or `-` where the reads have no base.
    pub base: u8,
    /// Phred score; 0 for `N`.
    pub quality: u8,
    /// How the reads agree.
    pub agreement: Agreement,
}

/// A letter with its score in each direction.
#[derive(Clone, Copy)]
struct Candidate {
    base: u8,
    directions: [u8; 2],
}

impl Candidate {
    fn best(self) -> u8 {
        self.directions[0].max(self.directions[1])
    }

    fn score(self) -> u8 {
        self.directions[0].saturating_add(self.directions[1]).min(MOST_QUALITY)
    }
}

/// The letters that reads name, the best first; ambiguity codes name none.
fn candidates(support: &[Support], is_reverse: impl Fn(usize) -> bool) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for base in *b"ACGT-" {
        let mut directions = [0, 0];
        let entries = support.iter().filter(|entry| entry.base == base);
        let mut is_named = false;
        for entry in entries {
            let direction = &mut directions[usize::from(is_reverse(entry.read))];
            *direction = (*direction).max(entry.quality);
            is_named = true;
        }
        if is_named {
            candidates.push(Candidate { base, directions });
        }
    }
    candidates.sort_by_key(|candidate| std::cmp::Reverse((candidate.score(), candidate.best())));
    candidates
}

/// The letter by which a column stands while reads are still being added.
pub(super) fn most_trusted(support: &[Support]) -> u8 {
    let letters = candidates(support, |_| false);
    letters.iter().map(|letter| letter.base).find(|base| *base != b'-').unwrap_or(b'N')
}

impl Call {
    /// Calls a column; `is_reverse` tells the direction of each read.
    pub(super) fn of(support: &[Support], is_reverse: &[bool]) -> Self {
        let direction = |read: usize| is_reverse.get(read).copied().unwrap_or(false);
        let letters = candidates(support, direction);
        let unclear = Self { base: b'N', quality: 0, agreement: Agreement::Unclear };
        match letters.as_slice() {
            [] => ambiguous(support).unwrap_or(unclear),
            [only] => {
                let both = only.directions.iter().all(|score| *score > 0);
                let agreement = if both { Agreement::Both } else { Agreement::Single };
                Self { base: only.base, quality: only.score(), agreement }
            }
            [first, second, ..] => {
                let lead = first.score().saturating_sub(second.score());
                let good = |letter: &Candidate| letter.best() >= GOOD_QUALITY;
                let contradicted = letters[1..].iter().any(good);
                if contradicted {
                    Self { agreement: Agreement::Conflict, ..unclear }
                } else if good(first) || lead >= LEAST_LEAD {
                    Self { base: first.base, quality: lead, agreement: Agreement::Resolved }
                } else {
                    unclear
                }
            }
        }
    }
}

/// Where no read names a base, the code that all of them name.
fn ambiguous(support: &[Support]) -> Option<Call> {
    let first = support.first()?;
    let is_same = support.iter().all(|entry| entry.base == first.base);
    let is_code = first.base != b'N' && !iupac::is_base(first.base);
    (is_same && is_code).then_some(Call {
        base: first.base,
        quality: support.iter().map(|entry| entry.quality).min()?,
        agreement: if support.len() > 1 { Agreement::Both } else { Agreement::Single },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters and scores of reads, of which every second one is reverse.
    fn call(entries: &[(u8, u8)]) -> (char, u8, &'static str) {
        let support: Vec<Support> = entries
            .iter()
            .enumerate()
            .map(|(read, (base, quality))| Support { read, position: 1, base: *base, quality: *quality })
            .collect();
        let is_reverse: Vec<bool> = (0..entries.len()).map(|read| read % 2 == 1).collect();
        let call = Call::of(&support, &is_reverse);
        (char::from(call.base), call.quality, call.agreement.as_str())
    }

    #[test]
    fn directions_add_up_and_reads_of_one_direction_do_not() {
        assert_eq!(call(&[(b'A', 30), (b'A', 40)]), ('A', 70, "both"));
        assert_eq!(call(&[(b'A', 30)]), ('A', 30, "single"));
        assert_eq!(call(&[(b'A', 30), (b'A', 20), (b'A', 35)]), ('A', 55, "both"));
    }

    #[test]
    fn a_contradiction_of_good_bases_is_no_base_whatever_the_majority() {
        assert_eq!(call(&[(b'A', 60), (b'C', 20)]), ('N', 0, "conflict"));
        assert_eq!(call(&[(b'A', 60), (b'A', 60), (b'A', 60), (b'C', 20)]), ('N', 0, "conflict"));
        assert_eq!(call(&[(b'A', 40), (b'-', 25)]), ('N', 0, "conflict"));
    }

    #[test]
    fn a_good_base_beats_a_poor_one_and_poor_ones_need_a_lead() {
        assert_eq!(call(&[(b'A', 40), (b'C', 12)]), ('A', 28, "resolved"));
        assert_eq!(call(&[(b'-', 30), (b'C', 8)]), ('-', 22, "resolved"));
        assert_eq!(call(&[(b'A', 18), (b'C', 8)]), ('A', 10, "resolved"));
        assert_eq!(call(&[(b'A', 18), (b'C', 9)]), ('N', 0, "unclear"));
    }

    #[test]
    fn codes_that_name_no_base_decide_nothing() {
        assert_eq!(call(&[(b'A', 40), (b'N', 5)]), ('A', 40, "single"));
        assert_eq!(call(&[(b'R', 30), (b'R', 25)]), ('R', 25, "both"));
        assert_eq!(call(&[(b'R', 30), (b'N', 5)]), ('N', 0, "unclear"));
        assert_eq!(call(&[(b'N', 5)]), ('N', 0, "unclear"));
    }
}
