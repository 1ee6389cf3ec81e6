//! A mail server for stories: it takes what it is given on a port of this machine, and answers as the story wants.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How the server answers when a letter is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes it.
    Takes,
    /// Not now.
    Later,
    /// Never.
    Refuses,
    /// It takes it, and the line breaks before it can say so.
    BreaksOff,
}

/// A letter as it came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    /// Headers and words, as they stood.
    pub text: String,
}

/// A mail server.
pub struct Sink {
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    letters: Arc<Mutex<Vec<Letter>>>,
    /// Letters that came whole, taken or not.
    pub offered: Arc<AtomicUsize>,
}

impl Sink {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Self {
            port,
            manner: Arc::new(Mutex::new(Manner::Takes)),
            letters: Arc::default(),
            offered: Arc::default(),
        };
        let (manner, letters, offered) = (sink.manner.clone(), sink.letters.clone(), sink.offered.clone());
        drop(tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                drop(tokio::spawn(talks(line, manner.clone(), letters.clone(), offered.clone())));
            }
        }));
        sink
    }

    pub fn is(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

async fn talks(
    line: TcpStream,
    manner: Arc<Mutex<Manner>>,
    letters: Arc<Mutex<Vec<Letter>>>,
    offered: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let (reading, mut writing) = line.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 sink ready\r\n").await?;
    let mut to = String::new();
    while let Some(said) = lines.next_line().await? {
        let word = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" | "HELO" => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "MAIL" | "RSET" | "NOOP" => b"250 yes\r\n",
            "RCPT" => {
                to = said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                b"250 yes\r\n"
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                offered.fetch_add(1, Ordering::SeqCst);
                let manner = *manner.lock().unwrap();
                if matches!(manner, Manner::Takes | Manner::BreaksOff) {
                    letters.lock().unwrap().push(Letter { to: to.clone(), text });
                }
                match manner {
                    Manner::Takes => b"250 taken\r\n",
                    Manner::Later => b"451 not now\r\n",
                    Manner::Refuses => b"550 never <somebody@council.example>\r\n",
                    Manner::BreaksOff => return Ok(()),
                }
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 what\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}
