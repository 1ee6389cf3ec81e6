//! Addresses that an operator gives: in private, or on this machine.

use url::{Host, Url};

/// Whether something is read from an address: over TLS, and on this machine in the open too. There is no password in it.
pub fn is_private_or_here(address: &Url) -> bool {
    let here = match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let private = address.scheme() == "https" || (address.scheme() == "http" && here);
    private && address.username().is_empty() && address.password().is_none()
}
