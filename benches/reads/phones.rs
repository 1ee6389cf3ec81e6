//! Phones that ask, read the whole answer, and ask again, over connections that stay open. Nothing of an answer is parsed: two
//! cores carry the phones, the server and the database together.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::history::Looker;

/// A server, and how something is asked of it.
pub struct Asked {
    /// Host and port.
    pub address: String,
    /// The whole request of one who looks, as bytes.
    pub request: fn(&Looker) -> Vec<u8>,
    /// No answer is shorter, in bytes.
    pub at_least: usize,
}

/// How a round went.
#[derive(Default)]
pub struct Figures {
    /// Answers a second, of each round.
    pub rates: Vec<f64>,
    /// How long each answer took.
    pub waits: Vec<Duration>,
}

impl Figures {
    /// The median of the rounds.
    pub fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }

    /// How long the slowest of a hundred answers took, in milliseconds.
    pub fn p99(&self) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort();
        waits[(waits.len() - 1) * 99 / 100].as_secs_f64() * 1e3
    }
}

/// Asks over so many connections for so long. Everybody's turn comes in order.
pub async fn ask(asked: &Asked, lookers: &[Looker], connections: usize, long: Duration) -> Figures {
    let requests: Arc<[Vec<u8>]> = lookers.iter().map(asked.request).collect();
    let (next, begun, at_least) = (Arc::new(AtomicUsize::new(0)), Instant::now(), asked.at_least);
    let phones: Vec<_> = (0..connections)
        .map(|_| {
            let (requests, next, address) = (Arc::clone(&requests), Arc::clone(&next), asked.address.clone());
            tokio::spawn(async move {
                let mut phone = Phone::open(&address).await;
                let mut waits = Vec::new();
                while begun.elapsed() < long {
                    let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
                    let asked_at = Instant::now();
                    phone.ask(request, at_least).await;
                    waits.push(asked_at.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for phone in phones {
        waits.extend(phone.await.unwrap());
    }
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    Figures { rates: vec![rate], waits }
}

/// Asks once, and gives the body of the answer.
pub async fn ask_once(asked: &Asked, looker: &Looker) -> String {
    let mut phone = Phone::open(&asked.address).await;
    let begins = phone.ask(&(asked.request)(looker), asked.at_least).await;
    String::from_utf8(phone.heard[begins..].to_vec()).unwrap()
}

/// A request with a body of JSON.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    let long = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         accept: application/json\r\ncontent-length: {long}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A request without a body.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

struct Phone {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Phone {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, heard: Vec::with_capacity(32 * 1024) }
    }

    /// Asks, and reads the whole answer; says where its body begins.
    async fn ask(&mut self, request: &[u8], at_least: usize) -> usize {
        self.stream.write_all(request).await.unwrap();
        self.heard.clear();
        loop {
            let read = self.stream.read_buf(&mut self.heard).await.unwrap();
            assert!(read > 0, "the server hung up after {}", String::from_utf8_lossy(&self.heard));
            let Some(ends) = self.heard.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&self.heard[..ends]).unwrap();
            let says = |name: &str| {
                head.lines().find_map(|line| {
                    let (said, value) = line.split_once(": ")?;
                    said.eq_ignore_ascii_case(name).then_some(value)
                })
            };
            let begins = ends + 4;
            let Some(long) = says("content-length") else {
                // It comes in pieces; the last of them is empty.
                if self.heard.ends_with(b"0\r\n\r\n") {
                    return begins;
                }
                continue;
            };
            let long: usize = long.parse().unwrap();
            while self.heard.len() < begins + long {
                assert!(self.stream.read_buf(&mut self.heard).await.unwrap() > 0, "the server hung up");
            }
            let body = &self.heard[begins..];
            let fine = self.heard.starts_with(b"HTTP/1.1 200") && body.len() >= at_least;
            assert!(fine, "this is no answer: {}", String::from_utf8_lossy(&self.heard));
            return begins;
        }
    }
}
