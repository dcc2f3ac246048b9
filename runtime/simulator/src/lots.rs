//! What is drawn by lot → a number that depends on the seed and on what it is drawn for, and on nothing else.
//!
//! There is no sequence: a fault that is put into a scenario, or a pipeline that is added, does not move what others draw.

/// What is drawn. The numbers keep the draws for one run apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lot {
    /// How long a run takes.
    Duration = 1,
    /// How long an event is on its way.
    Delivery = 2,
    /// How late within its window a schedule starts.
    Window = 3,
}

/// A hash of texts and numbers, FNV-1a with 64 bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed(u64);

impl Seed {
    pub fn new(seed: u64) -> Self {
        Self(0xcbf2_9ce4_8422_2325).number(seed)
    }

    pub fn text(self, text: &str) -> Self {
        let hash = text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        // So that texts keep apart.
        Self((hash ^ 0xff).wrapping_mul(0x0100_0000_01b3))
    }

    pub fn number(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number)))
    }

    /// A number of the range, both ends included; each as likely as any other, to one part in 2^64 of the range.
    pub fn draw(self, lot: Lot, (from, to): (u64, u64)) -> u64 {
        let Some(width) = to.checked_sub(from) else { return from };
        let share = u128::from(mix(self.0 ^ mix(lot as u64))) * (u128::from(width) + 1);
        from + u64::try_from(share >> 64).unwrap_or_default()
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_fill_their_range_evenly_and_never_leave_it() {
        let mut count = [0u32; 10];
        for run in 0..10_000 {
            let drawn = Seed::new(7).text("a").number(run).draw(Lot::Duration, (100, 109));
            count[usize::try_from(drawn - 100).unwrap()] += 1;
        }
        assert!(count.iter().all(|n| (800..1_200).contains(n)), "{count:?}");
        assert_eq!(Seed::new(7).draw(Lot::Delivery, (5, 5)), 5);
        assert!(Seed::new(7).draw(Lot::Delivery, (0, u64::MAX)) > 0);
    }

    #[test]
    fn each_part_counts() {
        let draw = |seed: u64, text: &str, number: u64, lot| {
            Seed::new(seed).text(text).number(number).draw(lot, (0, u64::MAX))
        };
        let one = draw(1, "ab", 1, Lot::Duration);
        for other in [
            draw(2, "ab", 1, Lot::Duration),
            draw(1, "ac", 1, Lot::Duration),
            draw(1, "ab", 2, Lot::Duration),
            draw(1, "ab", 1, Lot::Delivery),
        ] {
            assert_ne!(one, other);
        }
        let two = |a: &str, b: &str| Seed::new(1).text(a).text(b).draw(Lot::Duration, (0, u64::MAX));
        assert_ne!(two("a", "bc"), two("ab", "c"));
    }
}
