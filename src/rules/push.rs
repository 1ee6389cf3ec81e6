//! Push messages: which addresses one is sent to, what is in it, and how it is sealed (RFC 8291) and signed (RFC 8292).
//! An address is somebody else's to say, so it leads nowhere inside: https, a name, and no address of a private network
//! behind that name.

mod seal;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use url::{Host, Url};

pub use self::seal::{NotSealed, Sealing, is_a_public_key, is_a_secret, seal};

/// Longest address of a push service.
const MOST_BYTES: usize = 1_024;
/// How long a signature is good for. Push services take a day at most.
const SIGNATURE: TimeDelta = TimeDelta::hours(12);
/// How long a push service keeps a message for a device that is off, in seconds: the rest of a working day.
pub const KEEP_SECONDS: u32 = 8 * 3_600;
/// What a newer message takes the place of, on a device that was off.
pub const TOPIC: &str = "missing-evidence";

/// The address of a push service, if it may be one. On this machine it is one only where that is allowed for trying out.
pub fn endpoint(text: &str, loopback: bool) -> Option<Url> {
    if text.len() > MOST_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Domain(name) if !is_a_public_name(name) => return None,
        Host::Domain(_) => false,
        Host::Ipv4(address) if loopback && address.is_loopback() => true,
        Host::Ipv4(_) | Host::Ipv6(_) => return None,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let scheme = if here { "http" } else { "https" };
    let port = here || url.port().is_none();
    (plain && port && url.scheme() == scheme).then_some(url)
}

/// Names that lead nowhere but here are not even looked up.
fn is_a_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let inside =
        [".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".onion", ".test", ".invalid"];
    name.contains('.') && !inside.iter().any(|end| name.ends_with(end))
}

/// Whether an address is one of the public network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = matches!(
        (a, b, c),
        (0 | 10 | 127, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224..=255, ..)
    );
    !reserved
}

/// Only what is given out for the public network, and nothing in it that carries an older address inside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let given_out = a & 0xe000 == 0x2000;
    let reserved = matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x2002 | 0x3ffe, _) | (0x3fff, 0..=0x0fff));
    given_out && !reserved
}

/// What a device shows: a line, and where it leads. Nothing about a person, an amount or a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payload<'a> {
    /// The line.
    pub title: &'a str,
    /// Where it leads.
    pub link: &'a str,
    /// The same for every reminder, so that a newer one takes an older one's place.
    pub tag: &'a str,
}

/// What a signature says (RFC 8292).
#[derive(Clone, Debug, Serialize)]
pub struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

/// For a push service, from whoever runs this server and may be written to.
pub fn claims<'a>(endpoint: &Url, contact: &'a str, now: DateTime<Utc>) -> Claims<'a> {
    Claims { aud: endpoint.origin().ascii_serialization(), exp: (now + SIGNATURE).timestamp(), sub: contact }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_https_name_is_a_push_service() {
        for good in ["https://push.example.com/send/abc?x=1", "https://updates.push.services.mozilla.com/wpush/v2/gA"] {
            assert!(endpoint(good, false).is_some(), "{good}");
        }
        let long = format!("https://push.example.com/{}", "a".repeat(2_000));
        for bad in [
            "",
            "x",
            "http://push.example.com/",
            "ftp://push.example.com/",
            "https://localhost/",
            "https://localhost./",
            "https://a.localhost/",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://intranet/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://8.8.8.8/",
            "https://user@push.example.com/",
            "https://push.example.com:8443/",
            "https://push.example.com/#x",
            "https://push.example.com/\r\nX: y",
            "https://push.example.com/ a",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://127.0.0.1:9/",
            long.as_str(),
        ] {
            assert!(endpoint(bad, false).is_none(), "{bad}");
        }
        assert!(endpoint("http://127.0.0.1:9/x", true).is_some());
        assert!(endpoint("http://10.0.0.1:9/x", true).is_none());
        assert!(endpoint("http://push.example.com/x", true).is_none());
    }

    #[test]
    fn an_address_of_a_private_network_is_not_public() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in
            ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450:4009::1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_signature_is_for_one_push_service_and_half_a_day() {
        let url = endpoint("https://push.example.com/send/abc", false).unwrap();
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let said = serde_json::to_value(claims(&url, "mailto:help@council.example", noon)).unwrap();
        assert_eq!(
            said,
            serde_json::json!({ "aud": "https://push.example.com", "exp": 1_800_043_200, "sub": "mailto:help@council.example" })
        );
    }
}
