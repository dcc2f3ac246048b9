//! Strings → IP addresses and CIDR blocks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that a string is, in any spelling Event Ruler takes: leading zeros in IPv4 are decimal, an IPv4 address mapped into IPv6 is
/// that IPv4 address.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    // Most strings of events are no addresses: see so at the first character.
    if !text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':') {
        return None;
    }
    if text.contains(':') {
        // The mixed spelling `::ffff:10.0.0.5` is no address to Event Ruler.
        let address: Ipv6Addr = if text.contains('.') { return None } else { text.parse().ok()? };
        return Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4));
    }
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u8>().ok())?;
    let mut parts = text.split('.').map(number);
    let mut next = || parts.next().flatten();
    let octets = [next()?, next()?, next()?, next()?];
    (text.len() <= 15 && parts.next().is_none()).then_some(IpAddr::V4(Ipv4Addr::from(octets)))
}

/// A CIDR block: the addresses that share their first bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    address: IpAddr,
    bits: u32,
}

impl Block {
    /// Reads `10.0.0.0/24`. Event Ruler takes up to 31 bits for IPv4 and 127 for IPv6; bits behind those that count are ignored.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // What Java's `split` leaves out at the end.
        let Some((address, bits)) = text.trim_end_matches('/').split_once('/') else {
            return Err(format!("a block is written as `10.0.0.0/24`, got `{text}`"));
        };
        let Some(address) = parse(address) else {
            return Err(format!("`{address}` is neither an IPv4 nor an IPv6 address"));
        };
        let most = if address.is_ipv4() { 31 } else { 127 };
        match bits.parse() {
            Ok(bits) if bits <= most => Ok(Self { address, bits }),
            _ => Err(format!("the bits of this block must be a number from 0 to {most}, got `{bits}`")),
        }
    }

    pub(crate) fn holds(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits,
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits,
            _ => false,
        }
    }
}
