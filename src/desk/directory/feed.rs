//! Feeds of services, read with a bound on how much: from a file, from what is piped in, or page by page from an address.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use reqwest::{Client, redirect::Policy};
use url::Url;

use crate::rules::{
    address::is_private_or_here,
    directory::{Feed, Problem, read_page},
};

/// Most bytes of a feed, all its pages together.
const MOST_BYTES: u64 = 256 << 20;
/// Most pages of a feed.
const MOST_PAGES: usize = 5_000;
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a feed cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRead {
    /// The file cannot be read.
    #[error("{from} cannot be read: {source}.")]
    File { from: String, source: io::Error },
    /// It is too large.
    #[error("{0} is larger than feeds are: more than 256 MB or 5000 pages.")]
    TooLarge(String),
    /// It is no feed.
    #[error("{from} is no feed that can be read. {problem}.")]
    NoFeed { from: String, problem: Problem },
    /// The address is none that is read from.
    #[error("Feeds are read from https:// addresses without a password in them, or from http:// on this machine.")]
    Address,
    /// Nobody answered, or not in time.
    #[error("{0} does not answer.")]
    NoAnswer(String),
    /// Something else was answered.
    #[error("{from} answers with status {status}.")]
    Status { from: String, status: u16 },
    /// The pages go round in circles.
    #[error("{0} says that there is a page after this one, and does not have it.")]
    Circle(String),
}

/// Reads a feed, wherever it is.
pub(super) async fn read(from: &Path, feed: &mut Feed) -> Result<(), NotRead> {
    if let Some(address) = from.to_str().filter(|text| text.contains("://")) {
        return pages(address, feed).await;
    }
    let name = from.to_string_lossy().escape_debug().to_string();
    let bytes = if from == Path::new("-") { bounded(io::stdin().lock()) } else { File::open(from).and_then(bounded) };
    let bytes = bytes.map_err(|source| NotRead::File { from: name.clone(), source })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(NotRead::TooLarge(name));
    }
    feed.add(read_page(&bytes).map_err(|problem| NotRead::NoFeed { from: name, problem })?);
    Ok(())
}

fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads pages until there is no next.
async fn pages(address: &str, feed: &mut Feed) -> Result<(), NotRead> {
    let address = Url::parse(address).ok().filter(is_private_or_here).ok_or(NotRead::Address)?;
    // Where an answer leads elsewhere nobody follows, and no other program is asked on the way.
    let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).no_proxy().build();
    let client = client.map_err(|_| NotRead::NoAnswer(address.to_string()))?;
    let (mut number, mut left) = (1, MOST_BYTES);
    for _ in 0..MOST_PAGES {
        let from = page_of(&address, number);
        let bytes = fetch(&client, &from, left).await?;
        left -= bytes.len() as u64;
        let page = read_page(&bytes).map_err(|problem| NotRead::NoFeed { from: from.to_string(), problem })?;
        let next = page.next;
        feed.add(page);
        match next {
            None => return Ok(()),
            Some(next) if next == number + 1 => number = next,
            Some(_) => return Err(NotRead::Circle(from.to_string())),
        }
    }
    Err(NotRead::TooLarge(address.to_string()))
}

/// The address of a page, with whatever else was asked for.
fn page_of(address: &Url, number: u64) -> Url {
    let others: Vec<(String, String)> = address
        .query_pairs()
        .filter(|(name, _)| name != "page")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut page = address.clone();
    page.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &number.to_string());
    page
}

async fn fetch(client: &Client, from: &Url, most: u64) -> Result<Vec<u8>, NotRead> {
    let no_answer = |_| NotRead::NoAnswer(from.to_string());
    let mut answer = client.get(from.clone()).header("Accept", "application/json").send().await.map_err(no_answer)?;
    if !answer.status().is_success() {
        return Err(NotRead::Status { from: from.to_string(), status: answer.status().as_u16() });
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(no_answer)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > most {
            return Err(NotRead::TooLarge(from.to_string()));
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_read_in_private_or_on_this_machine() {
        let is_read = |text: &str| Url::parse(text).is_ok_and(|address| is_private_or_here(&address));
        for fine in
            ["https://council.example/services", "http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost/a"]
        {
            assert!(is_read(fine), "{fine}");
        }
        for odd in [
            "http://council.example/",
            "ftp://127.0.0.1/",
            "https://a:b@council.example/",
            "file:///etc/passwd",
            "://",
            "http://localhost.example/",
        ] {
            assert!(!is_read(odd), "{odd}");
        }
    }

    #[test]
    fn a_page_is_asked_for_with_whatever_else_was_asked_for() {
        let address = Url::parse("https://council.example/services?per_page=100&page=9").unwrap();
        assert_eq!(page_of(&address, 2).as_str(), "https://council.example/services?per_page=100&page=2");
    }
}
