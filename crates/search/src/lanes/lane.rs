//! What the scan asks of a set of lanes, the plain single lane, and two sets walked side by side.

/// The words of one block: row `code` tells which of its 64 query bases can agree with that base set.
pub(super) type Rows = [u64; 16];

/// Several words of 64 bits, one a text, that go through the same operations.
///
/// Numbers are kept in two's complement, so that they add and subtract as the words do.
pub(super) trait Lanes: Copy {
    /// How many texts go side by side.
    const COUNT: usize;

    /// One base set a lane, in the form that [`agreeing`](Self::agreeing) is quickest with.
    type Codes: Copy;

    /// The same word in every lane.
    fn splat(word: u64) -> Self;
    /// A word for each lane, by its number.
    fn gather(word: impl FnMut(usize) -> u64) -> Self;
    /// Hands out the word of each lane, by its number.
    fn scatter(self, take: impl FnMut(usize, u64));

    /// The base sets in byte `column` (0 to 7) of every lane's word; the upper half of the byte is not looked at.
    fn codes(self, column: u32) -> Self::Codes;
    /// The row of each lane's own base set.
    fn agreeing(rows: &Rows, codes: Self::Codes) -> Self;

    /// Bits set in both.
    fn and(self, other: Self) -> Self;
    /// Bits set in either.
    fn or(self, other: Self) -> Self;
    /// Bits set in one only.
    fn xor(self, other: Self) -> Self;
    /// Sums, wrapping.
    fn plus(self, other: Self) -> Self;
    /// Differences, wrapping.
    fn minus(self, other: Self) -> Self;
    /// Each word a row down; the highest bit of `above` comes in.
    fn down_one(self, above: Self) -> Self;
    /// 1 where the highest bit is set.
    fn highest(self) -> Self;
    /// The number of bits set.
    fn ones(self) -> Self;
    /// The lesser numbers.
    fn least(self, other: Self) -> Self;
    /// Whether any lane's number is less than the other's.
    fn any_less(self, other: Self) -> bool;
}

/// One lane, on any machine.
impl Lanes for u64 {
    const COUNT: usize = 1;
    type Codes = usize;

    #[inline(always)]
    fn splat(word: u64) -> Self {
        word
    }
    #[inline(always)]
    fn gather(mut word: impl FnMut(usize) -> u64) -> Self {
        word(0)
    }
    #[inline(always)]
    fn scatter(self, mut take: impl FnMut(usize, u64)) {
        take(0, self);
    }
    #[inline(always)]
    fn codes(self, column: u32) -> usize {
        (self >> (8 * column) & 15) as usize
    }
    #[inline(always)]
    fn agreeing(rows: &Rows, codes: usize) -> Self {
        rows[codes & 15]
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
    #[inline(always)]
    fn down_one(self, above: Self) -> Self {
        self << 1 | above >> 63
    }
    #[inline(always)]
    fn highest(self) -> Self {
        self >> 63
    }
    #[inline(always)]
    fn ones(self) -> Self {
        u64::from(self.count_ones())
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        if self.any_less(other) { self } else { other }
    }
    #[inline(always)]
    fn any_less(self, other: Self) -> bool {
        self.cast_signed() < other.cast_signed()
    }
}

/// Two sets side by side: one works while the other waits for its last result.
#[derive(Clone, Copy)]
pub(super) struct Pair<L>(L, L);

impl<L: Lanes> Lanes for Pair<L> {
    const COUNT: usize = 2 * L::COUNT;
    type Codes = (L::Codes, L::Codes);

    #[inline(always)]
    fn splat(word: u64) -> Self {
        Self(L::splat(word), L::splat(word))
    }
    #[inline(always)]
    fn gather(mut word: impl FnMut(usize) -> u64) -> Self {
        let first = L::gather(&mut word);
        Self(first, L::gather(|lane| word(L::COUNT + lane)))
    }
    #[inline(always)]
    fn scatter(self, mut take: impl FnMut(usize, u64)) {
        self.0.scatter(&mut take);
        self.1.scatter(|lane, word| take(L::COUNT + lane, word));
    }
    #[inline(always)]
    fn codes(self, column: u32) -> Self::Codes {
        (self.0.codes(column), self.1.codes(column))
    }
    #[inline(always)]
    fn agreeing(rows: &Rows, codes: Self::Codes) -> Self {
        Self(L::agreeing(rows, codes.0), L::agreeing(rows, codes.1))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(self.0.and(other.0), self.1.and(other.1))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0), self.1.or(other.1))
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(self.0.xor(other.0), self.1.xor(other.1))
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(self.0.plus(other.0), self.1.plus(other.1))
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(self.0.minus(other.0), self.1.minus(other.1))
    }
    #[inline(always)]
    fn down_one(self, above: Self) -> Self {
        Self(self.0.down_one(above.0), self.1.down_one(above.1))
    }
    #[inline(always)]
    fn highest(self) -> Self {
        Self(self.0.highest(), self.1.highest())
    }
    #[inline(always)]
    fn ones(self) -> Self {
        Self(self.0.ones(), self.1.ones())
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        Self(self.0.least(other.0), self.1.least(other.1))
    }
    #[inline(always)]
    fn any_less(self, other: Self) -> bool {
        self.0.any_less(other.0) | self.1.any_less(other.1)
    }
}
