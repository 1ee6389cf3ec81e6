//! Server-sent events: one subscription to a connection, in the manner of the GraphQL over SSE protocol ("distinct
//! connections"). Whether whoever listens may go on is asked every second, and all of them are told when the server stops.

use std::convert::Infallible;

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
use tokio::time::Interval;

use super::{
    addressee::Addressee,
    faults::settle,
    live::{Live, Place, every_second, last_word},
    respond,
};

/// What says that there is nothing more to come.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// Whether a caller wants events, and names them.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    ranges.filter_map(|range| range.split(';').next()).any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// One subscription under way.
struct Telling {
    events: BoxStream<'static, Response>,
    addressee: Addressee,
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
    addressee: Addressee,
) -> HttpResponse {
    // A comment each second keeps the line alive, and shows that nobody is at its other end any more.
    let telling = Telling { events, addressee, http, live, tick: every_second(), ended: false, _place: place };
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
                let told = respond::told(&settle(*response, &self.addressee));
                (Ok(event(&told)), self)
            }
            Happens::Second => match self.live.may_listen(&self.http).await {
                Ok(()) => (Ok(Bytes::from_static(b":\n\n")), self),
                Err(problem) => {
                    let last = last_word(problem, &self.addressee);
                    self.completes(&event(&last))
                }
            },
        })
    }

    async fn happens(&mut self) -> Happens {
        tokio::select! {
            biased;
            () = self.live.closes() => Happens::Closing,
            event = self.events.next() => Happens::Event(event.map(Box::new)),
            _ = self.tick.tick() => Happens::Second,
        }
    }

    fn completes(mut self, last: &[u8]) -> (Result<Bytes, Infallible>, Self) {
        self.ended = true;
        (Ok([last, COMPLETE].concat().into()), self)
    }
}

/// One event: what an operation came to this time.
fn event(told: &str) -> Bytes {
    format!("event: next\ndata: {told}\n\n").into()
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
}
