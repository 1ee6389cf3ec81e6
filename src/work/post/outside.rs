//! The way out: to the public network and nowhere else, whatever an address says, wherever its name leads, and wherever the
//! answer would lead.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

use crate::rules::push::is_public;

/// A client that goes only there, over TLS. On this machine it goes in the open where that is allowed for trying out.
pub(super) fn client(loopback: bool, patience: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(Policy::none())
        .https_only(!loopback)
        .no_proxy()
        .dns_resolver(Arc::new(PublicNames))
        .timeout(patience)
        .pool_max_idle_per_host(1)
        .build()
}

/// Looks a name up, and knows it only where all that is behind it is public.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() || !found.iter().all(|address| is_public(address.ip())) {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_here_is_not_known() {
        for inside in ["localhost", "localhost."] {
            assert!(PublicNames.resolve(inside.parse().unwrap()).await.is_err(), "{inside}");
        }
    }
}
