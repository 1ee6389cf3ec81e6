//! A WebSocket as it goes over the wire (RFC 6455), by hand: short frames, and a mask that changes nothing.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::council::Council;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// An open socket.
pub struct Wire(TcpStream);

/// What comes over it.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// A message.
    Message(Value),
    /// The end, with its code; 0 where there was none.
    End(u16),
}

impl Heard {
    /// The message, which it must be.
    #[track_caller]
    pub fn message(self) -> Value {
        match self {
            Self::Message(message) => message,
            Self::End(code) => panic!("it ended with {code}"),
        }
    }
}

/// Asks for a socket with some headers, and says the status that was answered.
pub async fn opens(council: &Council, headers: &[(&str, &str)]) -> (u16, Wire) {
    let mut stream = TcpStream::connect(council.address).await.unwrap();
    let mut head =
        format!("GET /graphql HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n", council.address);
    head.push_str("sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(timeout(PATIENCE, stream.read_u8()).await.unwrap().unwrap());
    }
    let status = std::str::from_utf8(&answer).unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    (status, Wire(stream))
}

impl Wire {
    /// Sends a message.
    pub async fn says(&mut self, message: &Value) {
        self.sends(TEXT, message.to_string().as_bytes()).await;
    }

    /// Sends text that is no message.
    pub async fn sends_text(&mut self, text: &str) {
        self.sends(TEXT, text.as_bytes()).await;
    }

    async fn sends(&mut self, kind: u8, bytes: &[u8]) {
        let mut frame = vec![0x80 | kind];
        match bytes.len() {
            0..126 => frame.push(0x80 | u8::try_from(bytes.len()).unwrap()),
            126..65_536 => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
            }
            long => {
                frame.push(0x80 | 127);
                frame.extend(u64::try_from(long).unwrap().to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(bytes);
        // A server that had enough may be gone already; what it said is still to be read.
        let _ = self.0.write_all(&frame).await;
    }

    /// Waits for the next message, or the end.
    pub async fn hears(&mut self) -> Heard {
        timeout(PATIENCE, self.reads()).await.expect("something comes")
    }

    async fn reads(&mut self) -> Heard {
        loop {
            let (Ok(kind), Ok(short)) = (self.0.read_u8().await, self.0.read_u8().await) else { return Heard::End(0) };
            let length = match short {
                126 => usize::from(self.0.read_u16().await.unwrap()),
                127 => usize::try_from(self.0.read_u64().await.unwrap()).unwrap(),
                short => usize::from(short),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).await.unwrap();
            match kind & 0xF {
                TEXT => return Heard::Message(serde_json::from_slice(&bytes).unwrap()),
                CLOSE => return Heard::End(bytes.get(..2).map_or(0, |code| u16::from_be_bytes([code[0], code[1]]))),
                PING => self.sends(PONG, &bytes).await,
                _ => {}
            }
        }
    }

    /// Hangs up without a word.
    pub fn hangs_up(self) {
        let _ = self.0.set_zero_linger();
    }
}
