//! What happens to what somebody may see, told as it is sealed. Whichever server sealed it, the database has it.

use std::{collections::VecDeque, time::Duration};

use async_graphql::Context;
use busfare_entity::words::EventKind;
use futures_util::{Stream, stream};
use tokio::{sync::watch, time::timeout};

use crate::{
    api::{
        context::{Answer, Asked},
        error::{Code, Problem},
        messages::message,
        since::{Resume, resume},
        state::State,
        types::change::Event,
    },
    rules::{audience::readers_of, sight::Viewer, token::Bearer},
    store::{self, db::DbErr},
};

/// How long it waits to be woken before it looks by itself.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Events read at once.
const AT_ONCE: u64 = 100;
/// Kinds that one can name.
const MOST_KINDS: usize = 20;

/// Somebody who listens.
struct Listening {
    state: State,
    bearer: Bearer,
    viewer: Viewer,
    kinds: Vec<EventKind>,
    /// How far she has heard.
    heard: i64,
    floor: i64,
    ahead: VecDeque<Event>,
    sealed: watch::Receiver<u64>,
}

/// Tells what happens, from a cursor on or from now on.
pub async fn events(
    ctx: &Context<'_>,
    since: Option<&str>,
    kinds: Vec<EventKind>,
) -> Result<impl Stream<Item = Answer<Event>> + use<>, Problem> {
    let (row, session) = ctx.practitioner()?;
    let (bearer, viewer) = (Bearer { practitioner: row.id, session }, ctx.viewer()?);
    if kinds.len() > MOST_KINDS {
        return Err(Problem::bad_user_input(message!("kinds-twice")));
    }
    let state = ctx.state()?.clone();
    // Woken from before the first look on, so that nothing falls between the two.
    let sealed = state.db.sealed();
    let head = store::event::head(ctx.reader()?, viewer.organisation).await?.position;
    let (heard, floor) = match resume(&viewer, since, head)? {
        Resume::From(_) if since.is_none() => (head, head),
        Resume::From(place) => (place.position, place.floor),
        Resume::Anew => {
            return Err(Problem::new(Code::Conflict, message!("cursor-of-other-sight")));
        }
    };
    let ahead = VecDeque::new();
    let listening = Listening { state, bearer, viewer, kinds, heard, floor, ahead, sealed };
    Ok(stream::unfold(Some(listening), |listening| async move {
        let mut listening = listening?;
        match listening.next().await {
            Ok(Some(event)) => Some((Ok(event), Some(listening))),
            Ok(None) => None,
            Err(error) => Some((Err(error.into()), None)),
        }
    }))
}

impl Listening {
    /// The next event; none once she sees other things than when she began.
    async fn next(&mut self) -> Result<Option<Event>, DbErr> {
        loop {
            if let Some(event) = self.ahead.pop_front() {
                return Ok(Some(event));
            }
            self.sealed.borrow_and_update();
            if !self.sees_the_same().await? {
                return Ok(None);
            }
            self.look().await?;
            if self.ahead.is_empty() {
                let _woken_or_late = timeout(LOOK_EVERY, self.sealed.changed()).await;
            }
        }
    }

    async fn sees_the_same(&self) -> Result<bool, DbErr> {
        let row = store::people::viewer(self.state.db.reader(), self.bearer).await?;
        Ok(row.is_some_and(|row| store::people::as_viewer(&row) == self.viewer))
    }

    async fn look(&mut self) -> Result<(), DbErr> {
        let reader = self.state.db.reader();
        let organisation = self.viewer.organisation;
        let head = store::event::head(reader, organisation).await?.position;
        if head == self.heard {
            return Ok(());
        }
        let whose = (organisation, &readers_of(&self.viewer)[..]);
        let rows = store::feed::events_since(reader, whose, &self.kinds, self.heard, AT_ONCE).await?;
        // What was sealed by the time of the first look and is not among these is not for her.
        let all = u64::try_from(rows.len()).is_ok_and(|count| count < AT_ONCE);
        let last = rows.last().map_or(self.heard, |row| row.position);
        self.heard = if all { head.max(last) } else { last };
        self.ahead.extend(rows.iter().map(|row| Event::new(&self.viewer, row, self.floor)));
        Ok(())
    }
}
