//! Server-sent events: one subscription to a connection, in the manner of the GraphQL over SSE protocol ("distinct
//! connections"). Whether whoever listens may go on is asked every second, and all of them are told when the server stops.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY},
};
use async_graphql::Response;
use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{faults::settle, multipart::Gate, respond};
use crate::api::error::Problem;

/// Most subscriptions of one caller at once.
const MOST_OF_ONE: usize = 10;
/// How often it is asked whether she may go on, and a comment is sent: that keeps the line alive, and shows that nobody
/// is at its other end any more.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// What says that there is nothing more to come.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// Who may listen, and how it is known that the server stops.
#[derive(Clone)]
pub struct Live {
    gate: Gate,
    closing: watch::Receiver<bool>,
    listening: Arc<Mutex<HashMap<String, usize>>>,
}

impl Live {
    /// For those whom the gate lets in, until the server stops.
    pub fn new(gate: Gate, closing: watch::Receiver<bool>) -> Self {
        Self { gate, closing, listening: Arc::default() }
    }

    /// A place among those of a caller; none where she has as many as there may be.
    pub(super) fn place(&self, caller: &str) -> Option<Place> {
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        let hers = listening.entry(caller.to_owned()).or_default();
        if *hers >= MOST_OF_ONE {
            return None;
        }
        *hers += 1;
        Some(Place { caller: caller.to_owned(), listening: Arc::clone(&self.listening) })
    }
}

/// A place among the subscriptions of a caller, given back when it is dropped.
pub(super) struct Place {
    caller: String,
    listening: Arc<Mutex<HashMap<String, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hers) = listening.get_mut(&self.caller) {
            *hers -= 1;
            if *hers == 0 {
                listening.remove(&self.caller);
            }
        }
    }
}

/// Whether a caller wants events, and names them.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    ranges.filter_map(|range| range.split(';').next()).any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// One subscription under way.
struct Telling {
    events: BoxStream<'static, Response>,
    request_id: String,
    http: HttpRequest,
    live: Live,
    tick: Interval,
    ended: bool,
    _place: Place,
}

/// What happens next.
enum Happens {
    Closing,
    Event(Option<Box<Response>>),
    Second,
}

/// Answers with what a subscription tells, for as long as it does.
pub(super) fn answer(
    events: BoxStream<'static, Response>,
    (live, place): (Live, Place),
    http: HttpRequest,
    request_id: String,
) -> HttpResponse {
    let mut tick = interval(ASK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let telling = Telling { events, request_id, http, live, tick, ended: false, _place: place };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store, no-transform"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((VARY, "Accept, Accept-Language"))
        // A proxy in front passes each event on at once.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(telling, Telling::next))
}

impl Telling {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if self.ended {
            return None;
        }
        Some(match self.happens().await {
            Happens::Closing | Happens::Event(None) => self.completes(&[]),
            Happens::Event(Some(response)) => {
                let event = respond::event(&settle(*response, &self.request_id));
                (Ok(event), self)
            }
            Happens::Second => match (self.live.gate)(self.http.clone()).await {
                Ok(()) => (Ok(Bytes::from_static(b":\n\n")), self),
                Err(problem) => {
                    let last = self.said(problem);
                    self.completes(&last)
                }
            },
        })
    }

    async fn happens(&mut self) -> Happens {
        tokio::select! {
            biased;
            _ = self.live.closing.wait_for(|closing| *closing) => Happens::Closing,
            event = self.events.next() => Happens::Event(event.map(Box::new)),
            _ = self.tick.tick() => Happens::Second,
        }
    }

    fn completes(mut self, last: &[u8]) -> (Result<Bytes, Infallible>, Self) {
        self.ended = true;
        (Ok([last, COMPLETE].concat().into()), self)
    }

    fn said(&self, problem: Problem) -> Bytes {
        let error = async_graphql::Error::from(problem).into_server_error(async_graphql::Pos::default());
        respond::event(&settle(Response::from_errors(vec![error]), &self.request_id))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn events_are_for_those_who_name_them() {
        let asks = |accept: &'static str| {
            is_asked_for(TestRequest::get().insert_header((ACCEPT, accept)).to_http_request().headers())
        };
        assert!(asks("text/event-stream") && asks("application/json;q=0.1, Text/Event-Stream; q=1"));
        assert!(!asks("*/*") && !asks("text/*") && !asks("application/json") && !asks(""));
    }

    #[test]
    fn a_caller_has_ten_places_and_gets_each_back() {
        let (_closing, closed) = watch::channel(false);
        let live = Live::new(Arc::new(|_| Box::pin(std::future::ready(Ok(())))), closed);
        let mut places: Vec<_> = (0..10).map(|_| live.place("mari").unwrap()).collect();
        assert!(live.place("mari").is_none() && live.place("tomos").is_some());
        places.pop();
        assert!(live.place("mari").is_some());
        drop(places);
        assert!(live.listening.lock().unwrap().is_empty());
    }
}
