//! Subscriptions over a WebSocket, in the words of the graphql-transport-ws protocol: many to a connection, for whoever says
//! her token first. Whether she may go on is asked every second, and everybody is told when the server stops.

mod words;

use std::{collections::HashMap, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{HeaderMap, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
    },
    web::{self, Payload},
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use async_graphql::{Executor, Request, Response};
use futures_util::{
    StreamExt,
    stream::{self, AbortHandle, BoxStream, SelectAll},
};
use tokio::time::{Instant, Interval, timeout};

use self::words::{Said, Tells};
use super::{
    Authorization, Door, Prepared,
    accept::{self, MediaType},
    addressee::Addressee,
    envelope::Parameters,
    faults::settle,
    live::{Live, Place, every_second},
    refusal::Refusal,
    respond,
};
use crate::{
    api::{error::Problem, messages::message},
    http::elsewhere,
};

/// The protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// Bytes of one message from a caller.
const MESSAGE_BYTES: usize = 64 * 1024;
/// How long somebody may take to say who she is, and to take what she is told.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked whether anybody is there.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How long nobody may be heard of.
const SILENCE: Duration = Duration::from_secs(30);

/// What is told of one subscription: its id, and its words or that there are no more.
type Told = BoxStream<'static, (String, Option<Box<Response>>)>;

/// The ways in which a connection ends, as the protocol counts them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ends {
    /// The other end is gone.
    Gone,
    /// The other end says goodbye, and hears the same (RFC 6455, section 5.5.1).
    Left(Option<CloseReason>),
    Stops,
    TooLarge,
    Invalid,
    Unsaid,
    Forbidden,
    Late,
    Twice,
    SaidTwice,
}

impl Ends {
    fn reason(self) -> Option<CloseReason> {
        let (code, words) = match self {
            Self::Gone => return None,
            Self::Left(reason) => return reason,
            Self::Stops => (1001, "Going away"),
            Self::TooLarge => (1009, "Message too large"),
            Self::Invalid => (4400, "Invalid message"),
            Self::Unsaid => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::Late => (4408, "Connection initialisation timeout"),
            Self::Twice => (4409, "Subscriber already exists"),
            Self::SaidTwice => (4429, "Too many initialisation requests"),
        };
        Some(CloseReason { code: CloseCode::from(code), description: Some(words.to_owned()) })
    }
}

/// Whether a caller wants a WebSocket.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens a socket for whoever comes from where she may, and listens to it until one of both ends it.
pub(super) fn answer<E, P>(door: web::Data<Door<E, P>>, live: Live, http: HttpRequest, payload: Payload) -> HttpResponse
where
    E: Executor,
    P: AsyncFn(&HttpRequest, Request) -> Result<Prepared, Problem> + 'static,
{
    let addressee = Addressee::of(&http);
    let (response, session, messages) = match open(&live, &http, payload) {
        Ok(opened) => opened,
        Err(refusal) => {
            let media = accept::negotiate(http.headers()).unwrap_or(MediaType::Json);
            return respond::refused(media, refusal, &addressee, None);
        }
    };
    let now = Instant::now();
    let socket = Socket {
        door,
        live,
        http,
        session,
        addressee,
        opened: now,
        heard: now,
        pinged: now,
        acknowledged: false,
        running: HashMap::new(),
        told: SelectAll::new(),
        tick: every_second(),
    };
    drop(actix_web::rt::spawn(socket.listen(messages)));
    response
}

fn open(
    live: &Live,
    http: &HttpRequest,
    payload: Payload,
) -> Result<(HttpResponse, Session, AggregatedMessageStream), Refusal> {
    if !elsewhere::is_ours(http.headers(), live.origins()) {
        return Err(Refusal::protocol(StatusCode::FORBIDDEN, message!("page-of-another-site")));
    }
    let offers = http.headers().get_all(SEC_WEBSOCKET_PROTOCOL).filter_map(|offered| offered.to_str().ok());
    if !offers.flat_map(|offered| offered.split(',')).any(|offered| offered.trim() == PROTOCOL) {
        return Err(Refusal::malformed(message!("socket-protocol-not-ours")));
    }
    let (response, session, messages) = actix_ws::handle_with_protocols(http, payload, &[PROTOCOL])
        .map_err(|_| Refusal::malformed(message!("socket-not-opened")))?;
    let messages =
        messages.max_frame_size(MESSAGE_BYTES).aggregate_continuations().max_continuation_size(MESSAGE_BYTES);
    Ok((response, session, messages))
}

/// One connection.
struct Socket<E, P> {
    door: web::Data<Door<E, P>>,
    live: Live,
    http: HttpRequest,
    session: Session,
    addressee: Addressee,
    opened: Instant,
    heard: Instant,
    pinged: Instant,
    acknowledged: bool,
    running: HashMap<String, (AbortHandle, Place)>,
    told: SelectAll<Told>,
    tick: Interval,
}

/// What happens next.
enum Happens {
    Closing,
    Second,
    Heard(Option<Result<AggregatedMessage, ProtocolError>>),
    Told(Option<(String, Option<Box<Response>>)>),
}

impl<E, P> Socket<E, P>
where
    E: Executor,
    P: AsyncFn(&HttpRequest, Request) -> Result<Prepared, Problem> + 'static,
{
    async fn listen(mut self, mut messages: AggregatedMessageStream) {
        let ends = loop {
            let went = match self.happens(&mut messages).await {
                Happens::Closing => Err(Ends::Stops),
                Happens::Second => self.second().await,
                Happens::Heard(Some(Ok(message))) => self.hears(message).await,
                Happens::Heard(Some(Err(ProtocolError::Overflow))) => Err(Ends::TooLarge),
                Happens::Heard(_) => Err(Ends::Gone),
                Happens::Told(Some((id, response))) => self.tells(id, response).await,
                Happens::Told(None) => Ok(()),
            };
            if let Err(ends) = went {
                break ends;
            }
        };
        // Her places are given back before she hears that it ended.
        drop((self.told, self.running));
        let _ = timeout(PATIENCE, self.session.close(ends.reason())).await;
    }

    async fn happens(&mut self, messages: &mut AggregatedMessageStream) -> Happens {
        tokio::select! {
            biased;
            () = self.live.closes() => Happens::Closing,
            _ = self.tick.tick() => Happens::Second,
            heard = messages.recv() => Happens::Heard(heard),
            told = self.told.next(), if !self.told.is_empty() => Happens::Told(told),
        }
    }

    async fn second(&mut self) -> Result<(), Ends> {
        if !self.acknowledged {
            return if self.opened.elapsed() < PATIENCE { Ok(()) } else { Err(Ends::Late) };
        }
        self.live.may_listen(&self.http).await.map_err(|_| Ends::Forbidden)?;
        if self.heard.elapsed() > SILENCE {
            return Err(Ends::Gone);
        }
        if self.pinged.elapsed() >= PING_EVERY {
            self.pinged = Instant::now();
            self.session.ping(b"").await.map_err(|_| Ends::Gone)?;
        }
        Ok(())
    }

    async fn hears(&mut self, message: AggregatedMessage) -> Result<(), Ends> {
        self.heard = Instant::now();
        match message {
            AggregatedMessage::Text(text) => {
                let said = words::read(&text, &self.door.settings.limits).ok_or(Ends::Invalid)?;
                self.is_told(said).await
            }
            AggregatedMessage::Binary(_) => Err(Ends::Invalid),
            AggregatedMessage::Ping(bytes) => self.session.pong(&bytes).await.map_err(|_| Ends::Gone),
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Close(reason) => Err(Ends::Left(reason)),
        }
    }

    async fn is_told(&mut self, said: Said) -> Result<(), Ends> {
        match said {
            Said::ConnectionInit { .. } if self.acknowledged => Err(Ends::SaidTwice),
            Said::ConnectionInit { payload } => {
                if let Some(words) = words::authorization(payload) {
                    actix_web::HttpMessage::extensions_mut(&self.http).insert(Authorization(words));
                }
                self.live.may_listen(&self.http).await.map_err(|_| Ends::Forbidden)?;
                self.acknowledged = true;
                self.says(&Tells::Acknowledged).await
            }
            Said::Ping => self.says(&Tells::Pong).await,
            Said::Pong => Ok(()),
            Said::Subscribe { .. } if !self.acknowledged => Err(Ends::Unsaid),
            Said::Subscribe { id, payload } => self.begins(id, *payload).await,
            Said::Complete { id } => {
                // Her place is free from this moment, whenever what it was for is noticed to have been given up.
                if let Some((running, _place)) = self.running.remove(&id) {
                    running.abort();
                }
                Ok(())
            }
        }
    }

    async fn begins(&mut self, id: String, asks: Parameters) -> Result<(), Ends> {
        if self.running.contains_key(&id) {
            return Err(Ends::Twice);
        }
        let began = match asks.checked() {
            Ok(envelope) => self.door.listen(&self.http, envelope, &self.live).await,
            Err(refusal) => Err(refusal),
        };
        let (events, place) = match began {
            Ok(Ok(began)) => began,
            Ok(Err(invalid)) => {
                let errors = settle(invalid, &self.addressee).errors;
                return self.says(&Tells::Refused(&id, &errors)).await;
            }
            Err(refusal) => {
                let error = respond::error_of(&refusal.into_parts(), &self.addressee);
                return self.says(&Tells::Refused(&id, &[error])).await;
            }
        };
        let (named, last) = (id.clone(), id.clone());
        let told = events.map(move |response| (named.clone(), Some(Box::new(response))));
        let (told, running) = stream::abortable(told.chain(stream::once(async move { (last, None) })));
        self.running.insert(id, (running, place));
        self.told.push(told.boxed());
        Ok(())
    }

    async fn tells(&mut self, id: String, response: Option<Box<Response>>) -> Result<(), Ends> {
        match response {
            Some(response) => {
                let told = respond::told(&settle(*response, &self.addressee));
                self.says(&Tells::Next(&id, &told)).await
            }
            None => {
                self.running.remove(&id);
                self.says(&Tells::Complete(&id)).await
            }
        }
    }

    /// Whoever does not take what she is told for long is as good as gone.
    async fn says(&mut self, tells: &Tells<'_>) -> Result<(), Ends> {
        match timeout(PATIENCE, self.session.text(tells.text())).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Ends::Gone),
        }
    }
}
