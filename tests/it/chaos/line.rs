//! A line that cuts requests and answers, delays them, and says again, later and in another order, what it has heard.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// Requests that are remembered, to be said again.
const REMEMBERED: usize = 400;

/// A small source of chance that gives the same story for the same number.
pub struct Chance(AtomicU64);

impl Chance {
    pub fn new(number: u64) -> Self {
        Self(AtomicU64::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1))
    }

    /// A number below another.
    pub fn below(&self, end: usize) -> usize {
        let mut next = self.0.load(Ordering::Relaxed);
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        self.0.store(next, Ordering::Relaxed);
        usize::try_from(next >> 16).unwrap() % end
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn happens(&self, of_a_hundred: usize) -> bool {
        self.below(100) < of_a_hundred
    }
}

/// What the line has done so far.
#[derive(Default)]
struct Told {
    connections: AtomicUsize,
    cut: AtomicUsize,
    repeated: AtomicUsize,
}

pub struct Line {
    /// Where phones reach it.
    pub address: SocketAddr,
    server: Arc<Mutex<String>>,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    told: Arc<Told>,
    _tasks: JoinSet<()>,
}

impl Line {
    pub async fn open(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, server) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(server.to_owned())));
        let (heard, told, chance) = (Arc::default(), Arc::<Told>::default(), Arc::new(Chance::new(4_711)));
        let mut tasks = JoinSet::new();
        let shared = (Arc::clone(&server), Arc::clone(&heard), Arc::clone(&told));
        tasks.spawn(async move {
            let (server, heard, told) = shared;
            while let Ok((phone, _)) = listener.accept().await {
                told.connections.fetch_add(1, Ordering::Relaxed);
                let to = server.lock().unwrap().clone();
                // Now and then it says again what it heard some time ago, in whatever order.
                if chance.happens(25) {
                    let again = picked(&heard, &chance);
                    tokio::spawn(says_again(to.clone(), again, Arc::clone(&told)));
                }
                tokio::spawn(carries(phone, to, Arc::clone(&heard), Arc::clone(&told), Arc::clone(&chance)));
            }
        });
        Self { address, server, heard, told, _tasks: tasks }
    }

    /// The server is somewhere else now.
    pub fn leads_to(&self, server: &str) {
        *self.server.lock().unwrap() = server.to_owned();
    }

    /// Long after everything is settled, it says all that it remembers once more.
    pub async fn says_it_all_again(&self) {
        let (to, heard) = (self.server.lock().unwrap().clone(), self.heard.lock().unwrap().clone());
        for request in heard.into_iter().rev() {
            says_again(to.clone(), Some(request), Arc::clone(&self.told)).await;
        }
    }

    pub fn told(&self) -> String {
        let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
        let Told { connections, cut, repeated } = &*self.told;
        format!("{} connections, {} cut, {} requests repeated", count(connections), count(cut), count(repeated))
    }
}

fn picked(heard: &Mutex<Vec<Vec<u8>>>, chance: &Chance) -> Option<Vec<u8>> {
    let heard = heard.lock().unwrap();
    (!heard.is_empty()).then(|| heard[chance.below(heard.len())].clone())
}

async fn says_again(to: String, request: Option<Vec<u8>>, told: Arc<Told>) {
    let (Some(request), Ok(mut server)) = (request, TcpStream::connect(to).await) else { return };
    told.repeated.fetch_add(1, Ordering::Relaxed);
    let _ = server.write_all(&request).await;
    let _ = server.shutdown().await;
    let _ = timeout(Duration::from_secs(20), server.read_to_end(&mut Vec::new())).await;
}

/// Carries one request there and its answer back, or a part of either.
async fn carries(
    mut phone: TcpStream,
    to: String,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    told: Arc<Told>,
    chance: Arc<Chance>,
) {
    if chance.happens(20) {
        tokio::time::sleep(Duration::from_millis(chance.below(60) as u64)).await;
    }
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    let up = if chance.happens(20) { chance.below(60_000) } else { usize::MAX };
    let down = if chance.happens(15) { chance.below(300) } else { usize::MAX };
    let (mut said, mut answered) = (Vec::new(), 0);
    let (mut from_phone, mut from_server) = (vec![0; 16_384], vec![0; 16_384]);
    loop {
        tokio::select! {
            read = phone.read(&mut from_phone) => {
                let Ok(length @ 1..) = read else { break };
                let length = length.min(up.saturating_sub(said.len()));
                said.extend_from_slice(&from_phone[..length]);
                if server.write_all(&from_phone[..length]).await.is_err() { break }
                if said.len() >= up {
                    told.cut.fetch_add(1, Ordering::Relaxed);
                    break;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(length @ 1..) = read else { break };
                let length = length.min(down.saturating_sub(answered));
                answered += length;
                if phone.write_all(&from_server[..length]).await.is_err() { break }
                if answered >= down {
                    told.cut.fetch_add(1, Ordering::Relaxed);
                    break;
                }
            }
        }
    }
    let mut heard = heard.lock().unwrap();
    if heard.len() < REMEMBERED {
        heard.push(said);
    } else {
        let place = chance.below(REMEMBERED);
        heard[place] = said;
    }
}
