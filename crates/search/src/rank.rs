//! Exact ratios, and the order of hits.

use crate::compare::Comparison;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// A ratio of two counts, compared exactly: `2/4` equals `1/2` and is less than `51/101`.
///
/// Never turned into a floating-point number: `655/658` against `654/657` is decided by `655 * 657` against `654 * 658`, in 128 bits.
///
/// # Examples
///
/// ```
/// use saola_search::Ratio;
/// # fn main() -> Result<(), saola_search::ZeroDenominator> {
/// assert!(Ratio::new(655, 658)? > Ratio::new(654, 657)?);
/// assert_eq!(Ratio::new(95, 100)?, Ratio::new(19, 20)?);
/// assert!(Ratio::new(0, 0).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Parts")]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

/// A ratio with denominator 0 has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ratio {numerator}/0 has no value: its denominator must be at least 1")]
pub struct ZeroDenominator {
    /// The numerator that was given.
    pub numerator: u64,
}

/// A ratio as it stands in a file.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Ratio")]
struct Parts {
    numerator: u64,
    #[schemars(range(min = 1))]
    denominator: u64,
}

impl TryFrom<Parts> for Ratio {
    type Error = ZeroDenominator;

    fn try_from(parts: Parts) -> Result<Self, ZeroDenominator> {
        Self::new(parts.numerator, parts.denominator)
    }
}

impl Ratio {
    /// 95/100, from which on a record is listed unless told otherwise.
    pub const DEFAULT_MIN_IDENTITY: Self = Self::percent(95);
    /// 0.
    pub const ZERO: Self = Self::percent(0);

    /// The ratio of two counts.
    ///
    /// # Errors
    ///
    /// [`ZeroDenominator`] when `denominator` is 0.
    pub const fn new(numerator: u64, denominator: u64) -> Result<Self, ZeroDenominator> {
        if denominator == 0 {
            return Err(ZeroDenominator { numerator });
        }
        Ok(Self { numerator, denominator })
    }

    /// So many hundredths.
    pub const fn percent(hundredths: u64) -> Self {
        Self { numerator: hundredths, denominator: 100 }
    }

    /// The count above the line, as given: ratios are not reduced.
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// The count below the line, as given; never 0.
    pub const fn denominator(self) -> u64 {
        self.denominator
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let this = u128::from(self.numerator) * u128::from(other.denominator);
        let that = u128::from(other.numerator) * u128::from(self.denominator);
        this.cmp(&that)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ratio {}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.numerator, self.denominator)
    }
}

/// The ranking without the record: spanning before partial, then identity from high to low, then fewer differences.
///
/// Records that compare equal are tied; [`ranking`] puts ties in a fixed order.
pub fn merit(one: &Comparison, other: &Comparison) -> Ordering {
    one.kind
        .cmp(&other.kind)
        .then_with(|| other.identity().cmp(&one.identity()))
        .then_with(|| one.differences.cmp(&other.differences))
}

/// The ranking of two records: [`merit`], then record id in byte order.
///
/// `Less` means that the first record comes first.
pub fn ranking(one: (&Comparison, &str), other: (&Comparison, &str)) -> Ordering {
    merit(one.0, other.0).then_with(|| one.1.cmp(other.1))
}

/// The most differences of an alignment with at most `matches` matches and an identity of at least `floor`.
pub(crate) fn most_differences(matches: usize, floor: Ratio) -> usize {
    let (part, whole) = (u128::from(floor.numerator()), u128::from(floor.denominator()));
    let most = (matches as u128 * whole.saturating_sub(part)).checked_div(part).unwrap_or(u128::MAX);
    usize::try_from(most).unwrap_or(usize::MAX)
}
