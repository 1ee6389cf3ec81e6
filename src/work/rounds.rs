//! Rounds: the one place where everything that follows up is started, each thing at its own pace, and stopped. A
//! round that fails is logged, and the next one goes on.

use std::{fmt::Debug, time::Duration};

use tokio::task::JoinSet;

use super::{
    Works, allowances, appointments, asks, digests, expiry,
    jobs::{self, Hands, Ran},
    learning, previews, retention, sealing, stewards, sweep, webhooks,
};
use crate::store;

/// How long between two looks for jobs. Whoever asks for one that a phone waits for does it at once, so this is for
/// what other servers left.
const JOBS_EVERY: Duration = Duration::from_secs(1);
/// Jobs done at once.
const JOBS_AT_ONCE: usize = 2;
/// How long between two counts of what waits.
const COUNTS_EVERY: Duration = Duration::from_secs(60);

/// Everything that goes round; it stops when this is dropped.
#[must_use = "what goes round stops when this is dropped"]
pub struct Rounds {
    /// Its tasks end with it.
    _tasks: JoinSet<()>,
}

/// Starts everything that follows up, and what only this process remembers and may forget.
pub fn start(works: Works, forget: impl Fn() + Send + Sync + 'static) -> Rounds {
    let mut tasks = JoinSet::new();
    for _ in 0..JOBS_AT_ONCE {
        let (works, hands) = (works.clone(), jobs::hands());
        tasks.spawn(every(JOBS_EVERY, move || one_look_for_jobs(works.clone(), hands.clone())));
    }
    let mut each = |pace, round: fn(Works) -> Round| {
        let works = works.clone();
        tasks.spawn(every(pace, move || round(works.clone())));
    };
    each(sealing::EVERY, |works| Box::pin(seal_what_happened(works)));
    each(sealing::LISTEN_AGAIN, |works| Box::pin(hear_other_servers(works)));
    each(webhooks::EVERY, |works| Box::pin(tell_apps(works)));
    each(COUNTS_EVERY, |works| Box::pin(count_jobs(works)));
    each(asks::EVERY, |works| Box::pin(move_asks_on(works)));
    each(expiry::EVERY, |works| Box::pin(give_holds_back(works)));
    each(digests::EVERY, |works| Box::pin(remind_people(works)));
    each(appointments::EVERY, |works| Box::pin(remind_of_appointments(works)));
    each(stewards::EVERY, |works| Box::pin(tell_stewards(works)));
    each(learning::EVERY, |works| Box::pin(learn_from_ordinary_days(works)));
    each(retention::EVERY, |works| Box::pin(keep_no_longer(works)));
    each(sweep::EVERY, |works| Box::pin(give_allowances_back(works)));
    each(sweep::EVERY, |works| Box::pin(sweep_up(works)));
    each(sweep::EVERY, |works| Box::pin(wake_previews(works)));
    tasks.spawn(every(sweep::EVERY, move || {
        forget();
        std::future::ready(())
    }));
    Rounds { _tasks: tasks }
}

type Round = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Goes round at once and then at its pace.
async fn every<Once: Future<Output = ()>>(pace: Duration, round: impl Fn() -> Once) {
    loop {
        round().await;
        tokio::time::sleep(pace).await;
    }
}

async fn one_look_for_jobs(works: Works, hands: Hands) {
    told("jobs were not all done", Ran::default(), "did jobs", jobs::run_due(&works, &hands).await);
}

/// What an operator sees of jobs: one line a minute while there are any.
async fn count_jobs(works: Works) {
    let now = works.now();
    match store::job::counts(works.db.reader(), None, now).await {
        Ok(counts) if counts == store::job::Counts::default() => {}
        Ok(store::job::Counts { waiting, running, stuck, oldest }) => {
            let oldest_seconds = oldest.map(|since| (now - since).num_seconds());
            tracing::info!(waiting, running, stuck, oldest_seconds, "jobs");
        }
        Err(error) => tracing::error!(%error, "jobs were not counted"),
    }
}

async fn seal_what_happened(works: Works) {
    if let Err(error) = sealing::seal(&works.db, works.now()).await {
        tracing::error!(%error, "what happened was not all sealed");
    }
}

/// Without it, whoever listens here hears a little later of what another server sealed.
async fn hear_other_servers(works: Works) {
    if let Err(error) = works.db.hear_others().await {
        tracing::warn!(%error, "other servers are not heard");
    }
}

async fn tell_apps(works: Works) {
    told("apps were not all told", 0, "told apps of what happened", webhooks::tell(&works, works.now()).await);
}

async fn move_asks_on(works: Works) {
    let followed = asks::follow_up(&works.db, works.now()).await;
    told(
        "asks of people who are away were not all looked after",
        asks::Followed::default(),
        "looked after asks of people who are away",
        followed,
    );
}

async fn remind_people(works: Works) {
    let reminded = digests::remind(&works.db, &works.post.reach(), works.now()).await;
    told("reminding people stopped half way", digests::Reminded::default(), "reminded people", reminded);
}

async fn remind_of_appointments(works: Works) {
    let reminded = appointments::remind(&works.db, works.now()).await;
    told("reminding of appointments stopped half way", 0, "reminded of appointments", reminded);
}

async fn tell_stewards(works: Works) {
    let told_them = stewards::tell(&works.db, works.now()).await;
    told("telling stewards stopped half way", stewards::Told::default(), "told stewards", told_them);
}

async fn learn_from_ordinary_days(works: Works) {
    let opened = learning::sample(&works.db, &works.blobs, works.now()).await;
    told("not all was opened that chance chose to learn from", 0, "opened conversations to learn from", opened);
}

async fn keep_no_longer(works: Works) {
    let kept = retention::keep(&works.db, &works.blobs, works.now()).await;
    told("what is to go was not all looked after", retention::Round::default(), "looked after what is to go", kept);
}

async fn give_holds_back(works: Works) {
    let expired = expiry::expire(&works.db, works.now()).await;
    told("giving holds back stopped half way", expiry::Expired::default(), "holds went round", expired);
}

async fn give_allowances_back(works: Works) {
    let given = allowances::give_back(&works.db, works.now()).await;
    told("giving back offline allowances stopped half way", 0, "offline allowances given back", given);
}

async fn sweep_up(works: Works) {
    let swept = sweep::sweep(&works.db, &works.blobs, &works.staging, works.now()).await;
    told("sweeping stopped half way", sweep::Swept::default(), "swept", swept);
    let left = works.contained.tidy((works.now() - sweep::UPLOADS_KEPT).into());
    told("the folders of contained programs were not tidied", 0, "tidied folders of contained programs", left);
}

async fn wake_previews(works: Works) {
    let woken = previews::wake(&works, works.now()).await;
    told("receipts that can be shown by now were not all asked for", 0, "receipts can be shown by now", woken);
}

/// Logs what a round came to, unless it came to nothing.
fn told<T: Debug + PartialEq, E: std::fmt::Display>(amiss: &str, nothing: T, what: &str, outcome: Result<T, E>) {
    match outcome {
        Ok(outcome) if outcome == nothing => {}
        Ok(outcome) => tracing::info!(?outcome, "{what}"),
        Err(error) => tracing::error!(%error, "{amiss}"),
    }
}
