//! The till: those who come while one is served wait in line, and are then served together, each with an answer of
//! her own. Nobody waits for company: whoever finds the till free is served at once, alone.
//!
//! A commit costs the same for one ask as for a hundred, and a hot budget has room for one commit at a time. Whoever
//! comes while one is under way could only wait for it, so the wait is made useful. There is no timer, and nothing is
//! true because of the till: several servers may each have one, and the database still decides who was first.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

/// Most who are served together.
pub const TOGETHER: usize = 128;
/// Most who wait in one line.
pub const IN_LINE: usize = 4_096;
/// How often it is looked whether the line still grows, before the next are served.
const MOST_GLANCES: usize = 8;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unserved {
    /// The line is too long to stand in.
    #[error("too many wait in line already")]
    LineFull,
    /// Whoever served is gone, and nobody knows how far she came.
    #[error("whoever served at the till is gone")]
    Gone,
}

struct Waiting<Ask, Answer> {
    ask: Ask,
    answer: oneshot::Sender<Answer>,
}

type Lines<Lane, Ask, Answer> = HashMap<Lane, VecDeque<Waiting<Ask, Answer>>>;

/// A till with a line in each lane. A lane is there while somebody is served in it.
pub struct Till<Lane, Ask, Answer> {
    lines: Arc<Mutex<Lines<Lane, Ask, Answer>>>,
}

impl<Lane, Ask, Answer> Clone for Till<Lane, Ask, Answer> {
    fn clone(&self) -> Self {
        Self { lines: Arc::clone(&self.lines) }
    }
}

impl<Lane, Ask, Answer> Default for Till<Lane, Ask, Answer> {
    fn default() -> Self {
        Self { lines: Arc::default() }
    }
}

impl<Lane, Ask, Answer> Till<Lane, Ask, Answer>
where
    Lane: Clone + Eq + Hash + Send + Sync + 'static,
    Ask: Send + 'static,
    Answer: Send + 'static,
{
    /// Asks, and waits for the answer. `serve` answers several asks in order. Serving is nobody's own: whoever hangs up
    /// stops neither the others nor what she asked for.
    pub async fn ask<Serve, Serving>(&self, lane: Lane, ask: Ask, serve: Serve) -> Result<Answer, Unserved>
    where
        Serve: Fn(Vec<Ask>) -> Serving + Send + 'static,
        Serving: Future<Output = Vec<Answer>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        if self.stand_in_line(&lane, Waiting { ask, answer })? {
            tokio::spawn(self.clone().open(lane, serve));
        }
        answered.await.map_err(|_| Unserved::Gone)
    }

    /// How many wait in a lane.
    pub fn waiting(&self, lane: &Lane) -> usize {
        self.lines().get(lane).map_or(0, VecDeque::len)
    }

    /// Whether somebody is being served in a lane.
    pub fn is_open(&self, lane: &Lane) -> bool {
        self.lines().contains_key(lane)
    }

    /// Whether the till is to be opened.
    fn stand_in_line(&self, lane: &Lane, waiting: Waiting<Ask, Answer>) -> Result<bool, Unserved> {
        let mut lines = self.lines();
        let Some(line) = lines.get_mut(lane) else {
            lines.insert(lane.clone(), VecDeque::from([waiting]));
            return Ok(true);
        };
        if line.len() >= IN_LINE {
            return Err(Unserved::LineFull);
        }
        line.push_back(waiting);
        Ok(false)
    }

    /// Serves until nobody waits any more.
    async fn open<Serve, Serving>(self, lane: Lane, serve: Serve)
    where
        Serve: Fn(Vec<Ask>) -> Serving + Send,
        Serving: Future<Output = Vec<Answer>> + Send,
    {
        let closing = Closing { lines: Arc::clone(&self.lines), lane: Some(lane.clone()) };
        while let Some(next) = self.next(&lane) {
            let (asks, phones): (Vec<_>, Vec<_>) = next.into_iter().map(|next| (next.ask, next.answer)).unzip();
            for (phone, answer) in phones.into_iter().zip(serve(asks).await) {
                // Nobody may be listening any more, and that is fine.
                let _ = phone.send(answer);
            }
            self.let_others_come(&lane).await;
        }
        closing.in_good_order();
    }

    /// Whoever was answered may ask again before the next are taken together. That is no waiting: it ends as soon as
    /// nobody who is already on the way comes any more.
    async fn let_others_come(&self, lane: &Lane) {
        let mut there = self.waiting(lane);
        for _ in 0..MOST_GLANCES {
            tokio::task::yield_now().await;
            let now = self.waiting(lane);
            if now == there {
                break;
            }
            there = now;
        }
    }

    /// Those who are served next; none closes the lane, in the same breath so that nobody is left standing in it.
    fn next(&self, lane: &Lane) -> Option<Vec<Waiting<Ask, Answer>>> {
        let mut lines = self.lines();
        let line = lines.get_mut(lane)?;
        if line.is_empty() {
            lines.remove(lane);
            return None;
        }
        Some(line.drain(..line.len().min(TOGETHER)).collect())
    }

    fn lines(&self) -> MutexGuard<'_, Lines<Lane, Ask, Answer>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the lane where serving ends before its time, by a panic or because the server stops: whoever waits is told,
/// and the next to come opens it again.
struct Closing<Lane: Eq + Hash, Ask, Answer> {
    lines: Arc<Mutex<Lines<Lane, Ask, Answer>>>,
    lane: Option<Lane>,
}

impl<Lane: Eq + Hash, Ask, Answer> Closing<Lane, Ask, Answer> {
    fn in_good_order(mut self) {
        self.lane = None;
    }
}

impl<Lane: Eq + Hash, Ask, Answer> Drop for Closing<Lane, Ask, Answer> {
    fn drop(&mut self) {
        let Some(lane) = &self.lane else { return };
        let line = self.lines.lock().unwrap_or_else(PoisonError::into_inner).remove(lane);
        drop(line);
    }
}

#[cfg(test)]
#[path = "till_tests.rs"]
mod tests;
