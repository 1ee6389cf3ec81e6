//! What subscriptions share, however they are told: who may listen, to how much at once, whether she still may, and how it
//! is known that the server stops.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::HttpRequest;
use async_graphql::Response;
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use super::{addressee::Addressee, faults::settle, multipart::Gate, respond};
use crate::api::error::Problem;

/// Most subscriptions of one caller at once.
const MOST_OF_ONE: usize = 10;
/// How often it is asked whether she may go on.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Who may listen, and how it is known that the server stops.
#[derive(Clone)]
pub struct Live {
    gate: Gate,
    closing: watch::Receiver<bool>,
    origins: Arc<[String]>,
    listening: Arc<Mutex<HashMap<String, usize>>>,
}

impl Live {
    /// For those whom the gate lets in, until the server stops.
    pub fn new(gate: Gate, closing: watch::Receiver<bool>) -> Self {
        Self { gate, closing, origins: Arc::default(), listening: Arc::default() }
    }

    /// The same, also for pages of other origins, such as `https://app.council.example`.
    #[must_use]
    pub fn with_origins(self, origins: Vec<String>) -> Self {
        Self { origins: origins.into(), ..self }
    }

    /// Of which other origins pages may open a socket.
    pub(super) fn origins(&self) -> &[String] {
        &self.origins
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

    /// Whether whoever asks may listen now.
    pub(super) async fn may_listen(&self, http: &HttpRequest) -> Result<(), Problem> {
        (self.gate)(http.clone()).await
    }

    /// Waits until the server stops.
    pub(super) async fn closes(&mut self) {
        // Whoever could say that it stops is gone with the server.
        let _ = self.closing.wait_for(|closing| *closing).await;
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

/// Says when to ask again.
pub(super) fn every_second() -> Interval {
    let mut tick = interval(ASK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

/// A problem as the last word of a subscription, in the shape of every answer.
pub(super) fn last_word(problem: Problem, addressee: &Addressee) -> String {
    let error = async_graphql::Error::from(problem).into_server_error(async_graphql::Pos::default());
    respond::told(&settle(Response::from_errors(vec![error]), addressee))
}

#[cfg(test)]
mod tests {
    use super::*;

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
