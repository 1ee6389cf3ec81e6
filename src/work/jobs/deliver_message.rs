//! Delivers a message of the outbox. What it says is made now, of what is true now; where there is nothing to say any
//! more, or it is not the time, it is dropped. It is marked before it is handed over: of a reminder, one too few is
//! better than one too many.

use busfare_entity::{
    outbox, practitioner,
    words::{DropReason, JobProblem, OutboxState},
};
use chrono::{DateTime, Utc};

use super::{Failed, Tried, finished};
use crate::{
    rules::reminder::{Due, may_remind},
    store::{self, job::Held, reminder::Span},
    work::{
        Works,
        post::{Device, Handed, Reminder},
    },
};

pub(super) async fn deliver(works: &Works, held: &Held, now: DateTime<Utc>) -> Tried {
    // What is it, and is it still to be sent?
    let message = store::outbox::find(works.db.reader(), held.subject.into()).await?;
    let Some(message) = message else { return finished(works, held).await };
    let reminder = match (message.state, what_to_say(works, &message, now).await?) {
        (OutboxState::Sent | OutboxState::Dropped, _) => return finished(works, held).await,
        (OutboxState::Sending, _) => return end(works, held, &message, Some(DropReason::NotSure), now).await,
        (OutboxState::Waiting, Err(reason)) => return end(works, held, &message, Some(reason), now).await,
        (OutboxState::Waiting, Ok(said)) => said,
    };

    // From here on it may have gone.
    if !mark(works, &message, OutboxState::Waiting, OutboxState::Sending).await? {
        return Ok(());
    }
    match hand_over(works, &message, &reminder, now).await? {
        Handed::Over => end(works, held, &message, None, now).await,
        Handed::Gone => gone(works, held, &message, now).await,
        Handed::NotSure(cause) => {
            tracing::warn!(message = %message.id, cause, "a message may have been sent");
            end(works, held, &message, Some(DropReason::NotSure), now).await
        }
        Handed::NotYet(cause) => {
            mark(works, &message, OutboxState::Sending, OutboxState::Waiting).await?;
            Err(Failed::later(JobProblem::NotDelivered, cause))
        }
        Handed::Never(cause) => {
            mark(works, &message, OutboxState::Sending, OutboxState::Waiting).await?;
            Err(Failed::for_good(JobProblem::Undeliverable, cause))
        }
    }
}

/// To whom and what.
struct Said {
    reminder: Reminder,
    to: practitioner::Model,
}

/// What a message says now, or why it says nothing.
async fn what_to_say(
    works: &Works,
    message: &outbox::Model,
    now: DateTime<Utc>,
) -> Result<Result<Said, DropReason>, Failed> {
    let reader = works.db.reader();
    let to = store::people::working(reader, message.organisation_id, message.practitioner_id).await?;
    let Some(to) = to else { return Ok(Err(DropReason::NotNow)) };
    let zone = store::people::zone(reader, message.organisation_id).await?;
    let wishes = store::reminder::of(reader, to.id).await?;
    let away = store::rota::presence(reader, &[to.id], now).await?.is_away(to.id);
    if may_remind(&wishes, away, now, zone) != Ok(message.local_day) {
        return Ok(Err(DropReason::NotNow));
    }
    let due = store::reminder::due(reader, to.id, &Span::of(message.local_day, zone, now)).await?;
    if due == Due::default() {
        return Ok(Err(DropReason::NothingToSay));
    }
    Ok(Ok(Said { reminder: Reminder { id: message.id, due, language: wishes.language }, to }))
}

async fn hand_over(works: &Works, message: &outbox::Model, said: &Said, now: DateTime<Utc>) -> Result<Handed, Failed> {
    let Some(device) = message.push_device_id else {
        return Ok(works.post.email(&said.to.email, &said.reminder, now).await);
    };
    match store::push_device::find(works.db.reader(), said.to.id, device).await? {
        Some(row) => Ok(works.post.push(&Device::from(&row), &said.reminder, now).await),
        None => Ok(Handed::Gone),
    }
}

/// The device takes no messages any more, so nothing is sent to it again.
async fn gone(works: &Works, held: &Held, message: &outbox::Model, now: DateTime<Utc>) -> Tried {
    let txn = works.db.begin().await?;
    if let Some(device) = message.push_device_id {
        store::push_device::forget(&txn, device).await?;
    }
    store::outbox::end(&txn, message.id, Some(DropReason::DeviceGone), now).await?;
    store::job::finish(&txn, held).await?;
    txn.commit().await.map_err(Failed::from)
}

async fn end(
    works: &Works,
    held: &Held,
    message: &outbox::Model,
    dropped: Option<DropReason>,
    now: DateTime<Utc>,
) -> Tried {
    let txn = works.db.begin().await?;
    store::outbox::end(&txn, message.id, dropped, now).await?;
    // What was handed over has gone, whoever has the job by now.
    store::job::finish(&txn, held).await?;
    txn.commit().await.map_err(Failed::from)
}

async fn mark(works: &Works, message: &outbox::Model, from: OutboxState, to: OutboxState) -> Result<bool, Failed> {
    let txn = works.db.begin().await?;
    let marked = store::outbox::advance(&txn, message.id, from, to).await?;
    txn.commit().await?;
    Ok(marked)
}
