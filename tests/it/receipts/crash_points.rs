//! Crash points: the storage fails at its first call, at its second, and so on, and what follows up is killed at every
//! place where it waits. Each time the same picture is sent again or the job is done again. In the end every row has its
//! bytes, and the sweep leaves nothing that no row refers to and takes nothing that one does.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    task::Poll,
};

use busfare::{
    api::state::State,
    http::{clock, server},
    store::{blob::Blobs, keys},
    work::{
        Works,
        jobs::{self, Hands},
        sweep,
    },
};
use busfare_entity::{
    receipt, receipt_page, receipt_sheet, upload,
    words::{ReceiptState, UploadState},
};
use chrono::{DateTime, TimeDelta, Utc};
use object_store::local::LocalFileSystem;
use reqwest::Method;
use sea_orm::EntityTrait;
use tokio::sync::Notify;

use super::{
    TICKET, captured, files,
    pieces::{arrives, begins, sends},
    row,
    trouble::{Moment, Troubled},
    works_at,
};
use crate::council::{Council, Person, on_both};

/// Runs work until it has waited so often, and then drops it as a kill would; nothing where it did not come to its end.
async fn killed_after<T>(waits: usize, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut left) = (pin!(work), waits);
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

/// Lives that get longer and longer, until three in a row were long enough, and from the start again until enough were too
/// short: what is waited for is sometimes there already, so that no two lives wait equally often.
struct Lives {
    waits: usize,
    deaths: usize,
    in_a_row: usize,
}

impl Lives {
    const NEW: Self = Self { waits: 1, deaths: 0, in_a_row: 0 };

    /// After one more; whether that was enough.
    fn enough(&mut self, died: bool, deaths: usize) -> bool {
        self.waits += 1;
        self.deaths += usize::from(died);
        self.in_a_row = if died { 0 } else { self.in_a_row + 1 };
        if self.in_a_row == 3 && self.deaths < deaths {
            *self = Self { deaths: self.deaths, ..Self::NEW };
        }
        self.in_a_row == 3
    }
}

/// Does jobs as they are done, until the one in these hands has waited so often. Then nothing more is heard of it.
fn hands_that_die(waits: usize, dead: Arc<Notify>) -> Hands {
    let hands = jobs::hands();
    Arc::new(move |works, held, now| {
        let (work, dead) = (hands(works, held, now), Arc::clone(&dead));
        Box::pin(async move {
            match killed_after(waits, work).await {
                Some(tried) => tried,
                None => {
                    dead.notify_one();
                    std::future::pending().await
                }
            }
        })
    })
}

/// Does every job that is due and dies on the way, if the way is long enough; whether it did.
async fn dies_at_work(works: &Works, waits: usize) -> bool {
    let dead = Arc::new(Notify::new());
    let hands = hands_that_die(waits, Arc::clone(&dead));
    tokio::select! {
        ran = jobs::run_due(works, &hands) => { ran.unwrap(); false }
        () = dead.notified() => true,
    }
}

/// Another server on the council's database and pictures, whose storage fails at its nth call; it tells whether it did.
fn with_trouble(council: &Council, nth: usize, moment: Moment) -> (SocketAddr, impl Fn() -> bool + use<>) {
    let store = LocalFileSystem::new_with_prefix(council.data.path().join("pictures")).unwrap();
    let troubled = Troubled::at(Arc::new(store), nth, moment);
    let left = troubled.left();
    let blobs = Blobs::new(Arc::new(troubled), keys::open_vault(council.data.path()).unwrap());
    let key = keys::open(council.data.path()).unwrap();
    let state = State::new(council.state.db.clone(), blobs, key);
    let works = server::works(&state, council.data.path());
    let (address, server) = server::listen(state, works, SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    drop(tokio::spawn(server));
    (address, move || left.load(Ordering::SeqCst) == 0)
}

/// What rows refer to.
async fn referred(council: &Council) -> BTreeSet<String> {
    let reader = council.state.db.reader();
    let receipts = receipt::Entity::find().all(reader).await.unwrap();
    let pages = receipt_page::Entity::find().all(reader).await.unwrap();
    let sheets = receipt_sheet::Entity::find().all(reader).await.unwrap();
    let firsts = receipts.into_iter().flat_map(|receipt| [receipt.content_key, receipt.thumbnail_key]);
    let further = pages.into_iter().flat_map(|page| [Some(page.content_key), page.thumbnail_key]);
    let shown = sheets.into_iter().flat_map(|sheet| [sheet.thumbnail_key, sheet.preview_key]);
    firsts.chain(further).flatten().chain(shown).collect()
}

/// Sweeps as if everything were old, and expects that what is left is what rows refer to, all of it and nothing else.
async fn only_what_rows_refer_to_is_left(council: &Council, now: DateTime<Utc>) {
    let later = works_at(council, now + TimeDelta::days(40));
    jobs::run_due(&later, &jobs::hands()).await.unwrap();
    sweep::sweep(&later.db, &later.blobs, &later.staging, later.now()).await.unwrap();
    jobs::run_due(&later, &jobs::hands()).await.unwrap();

    let left: BTreeSet<_> = files(council, "pictures").into_iter().collect();
    assert_eq!(left, referred(council).await);
    assert_eq!(files(council, "staging"), Vec::<String>::new());
}

async fn is_shown(council: &Council, person: &Person<'_>, id: &str) {
    assert_eq!(row(council, id).await.state, ReceiptState::Stored);
    for path in ["content", "thumbnail"] {
        assert_eq!(person.gets(&format!("/receipts/{id}/{path}")).await.status(), 200);
    }
}

on_both! {
    async fn wherever_the_storage_fails_the_same_again_is_kept_and_nothing_is_left_over(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let token = mari.token.clone().unwrap();
        for moment in [Moment::Before, Moment::After] {
            for nth in 1.. {
                let id = captured(&mari).await;
                let (address, failed) = with_trouble(council, nth, moment);
                let url = format!("http://{address}/receipts/{id}/content");
                let put = async || council.http().request(Method::PUT, &url).bearer_auth(&token).body(TICKET.clone()).send().await.unwrap();

                let first = put().await;

                if !failed() {
                    assert_eq!(first.status(), 200);
                    assert!(nth > 2, "a picture and its thumbnail are two calls at least");
                    break;
                }
                assert_eq!((first.status(), first.headers().contains_key("retry-after")), (503.try_into().unwrap(), true), "{moment:?} {nth}");
                assert_eq!(put().await.status(), 200, "{moment:?} {nth}");
                is_shown(council, &mari, &id).await;
            }
        }
        only_what_rows_refer_to_is_left(council, clock::now()).await;
    }

    async fn wherever_a_job_is_killed_it_is_done_again_and_nothing_is_left_over(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let mut now = clock::now();
        let (mut ids, mut lives) = (Vec::new(), Lives::NEW);
        loop {
            let id = captured(&mari).await;
            let upload = begins(council, &mari, &id, &TICKET).await;
            arrives(council, &upload, &TICKET).await;
            // The pictures of earlier rounds are compared meanwhile, by whoever dies.
            let died = dies_at_work(&works_at(council, now), lives.waits).await;
            now += TimeDelta::hours(2);
            // A database may need a moment to let go of what somebody held who is dead.
            for _ in 0..100 {
                jobs::run_due(&works_at(council, now), &jobs::hands()).await.unwrap();
                if row(council, &id).await.state == ReceiptState::Stored {
                    break;
                }
            }
            is_shown(council, &mari, &id).await;
            ids.push(id);
            if lives.enough(died, 10) {
                break;
            }
        }

        for id in ids {
            is_shown(council, &mari, &id).await;
        }
        assert_eq!(upload::Entity::find().all(council.state.db.reader()).await.unwrap().iter().filter(|one| one.state == UploadState::Arrived).count(), 0);
        only_what_rows_refer_to_is_left(council, now).await;
    }

    async fn wherever_the_sweep_is_killed_it_takes_nothing_that_a_row_refers_to(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        mari.puts(&id, TICKET.clone()).await;
        let organisation = mari.row().organisation_id;
        let old = works_at(council, clock::now() + TimeDelta::days(40));
        let mut lives = Lives::NEW;
        loop {
            council.state.blobs.put(organisation, &Blobs::name(), b"orphan").await.unwrap();
            let abandoned = begins(council, &mari, &id, &TICKET).await;
            assert_ne!(sends(council, &mari, &abandoned, 0, &TICKET[..50]).await.status(), 500);

            let ended = killed_after(lives.waits, sweep::sweep(&old.db, &old.blobs, &old.staging, old.now())).await;

            is_shown(council, &mari, &id).await;
            let died = ended.map(Result::unwrap).is_none();
            if lives.enough(died, 10) {
                break;
            }
        }
        only_what_rows_refer_to_is_left(council, clock::now()).await;
    }
}
