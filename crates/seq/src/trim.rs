//! Cutting the ends of reads off where their qualities say that they are not to be trusted.

/// How the ends of a read are cut. Positions elsewhere are counted from 1 and closed; here ranges are half open, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrimRules {
    /// Mott's limit on the error of a base, in parts per thousand million.
    pub error: u32,
    /// Bases of the window that slides over what is left.
    pub window: usize,
    /// Least mean Phred score of the first and the last window.
    pub window_mean: u8,
}

impl Default for TrimRules {
    /// An error of 0.05 (Phred 13), windows of 10 bases with a mean of 20.
    fn default() -> Self {
        Self { error: 50_000_000, window: 10, window_mean: 20 }
    }
}

/// Error probability of each Phred score, 10^(-Q/10), in parts per thousand million: integers, so that every machine cuts alike.
const ERRORS: [u32; 94] = [
    1_000_000_000,
    794_328_235,
    630_957_344,
    501_187_234,
    398_107_171,
    316_227_766,
    251_188_643,
    199_526_231,
    158_489_319,
    125_892_541,
    100_000_000,
    79_432_823,
    63_095_734,
    50_118_723,
    39_810_717,
    31_622_777,
    25_118_864,
    19_952_623,
    15_848_932,
    12_589_254,
    10_000_000,
    7_943_282,
    6_309_573,
    5_011_872,
    3_981_072,
    3_162_278,
    2_511_886,
    1_995_262,
    1_584_893,
    1_258_925,
    1_000_000,
    794_328,
    630_957,
    501_187,
    398_107,
    316_228,
    251_189,
    199_526,
    158_489,
    125_893,
    100_000,
    79_433,
    63_096,
    50_119,
    39_811,
    31_623,
    25_119,
    19_953,
    15_849,
    12_589,
    10_000,
    7_943,
    6_310,
    5_012,
    3_981,
    3_162,
    2_512,
    1_995,
    1_585,
    1_259,
    1_000,
    794,
    631,
    501,
    398,
    316,
    251,
    200,
    158,
    126,
    100,
    79,
    63,
    50,
    40,
    32,
    25,
    20,
    16,
    13,
    10,
    8,
    6,
    5,
    4,
    3,
    3,
    2,
    2,
    1,
    1,
    1,
    1,
    1,
];

/// The probability that a base of this Phred score is wrong, in parts per thousand million.
pub fn error_of(quality: u8) -> u32 {
    ERRORS.get(usize::from(quality)).copied().unwrap_or(0)
}

/// The part of a read that is kept; empty when nothing is.
///
/// First the modified algorithm of Richard Mott, as the documentation of `phred` describes it: the stretch with the highest sum of
/// (limit - error of a base), the first of several. Then its ends are cut until the window at each end has the mean that is asked.
///
/// ```
/// use saola_seq::{TrimRules, trim};
/// let qualities = [5, 5, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 3, 4];
/// assert_eq!(trim(&qualities, &TrimRules::default()), 2..12);
/// ```
pub fn trim(qualities: &[u8], rules: &TrimRules) -> std::ops::Range<usize> {
    let kept = mott(qualities, rules.error);
    slide(qualities, kept, rules)
}

fn mott(qualities: &[u8], limit: u32) -> std::ops::Range<usize> {
    let (mut start, mut sum) = (0, 0i64);
    let (mut best, mut best_sum) = (0..0, 0i64);
    for (index, quality) in qualities.iter().enumerate() {
        sum += i64::from(limit) - i64::from(error_of(*quality));
        if sum <= 0 {
            (start, sum) = (index + 1, 0);
        } else if sum > best_sum {
            (best, best_sum) = (start..index + 1, sum);
        }
    }
    best
}

fn slide(qualities: &[u8], kept: std::ops::Range<usize>, rules: &TrimRules) -> std::ops::Range<usize> {
    let part = &qualities[kept.clone()];
    let window = rules.window.clamp(1, part.len().max(1));
    let is_good = |window: &[u8]| {
        let sum: usize = window.iter().map(|quality| usize::from(*quality)).sum();
        sum >= usize::from(rules.window_mean) * window.len()
    };
    let first = part.windows(window).position(is_good);
    let last = part.windows(window).rposition(is_good);
    match (first, last) {
        (Some(first), Some(last)) => kept.start + first..kept.start + last + window,
        _ => kept.start..kept.start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_phred() {
        assert_eq!(error_of(0), 1_000_000_000);
        assert_eq!(error_of(10), 100_000_000);
        assert_eq!(error_of(13), 50_118_723);
        assert_eq!(error_of(20), 10_000_000);
        assert_eq!(error_of(93), 1);
    }

    /// Worked by hand: at the limit 0.05, Q12 loses 0.0131, Q14 wins 0.0102; a long run of Q14 outweighs two of Q12.
    #[test]
    fn a_weak_stretch_between_good_ones_is_kept() {
        let qualities = [&[40; 20][..], &[12, 12], &[40; 20], &[2; 10]].concat();
        assert_eq!(mott(&qualities, 50_000_000), 0..42);
        let weak = [&[40; 20][..], &[2; 40], &[40; 21]].concat();
        assert_eq!(mott(&weak, 50_000_000), 60..81);
    }

    #[test]
    fn nothing_good_leaves_nothing() {
        for qualities in [&[][..], &[2; 50], &[0; 3]] {
            assert!(trim(qualities, &TrimRules::default()).is_empty());
        }
        assert!(trim(&[14; 60], &TrimRules::default()).is_empty(), "a mean of 14 is below 20");
    }
}
