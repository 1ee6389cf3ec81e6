//! Stories of jobs: asked for with a change, done once by whoever is there, tried again, and never in a loop.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use busfare::{
    http::clock,
    rules::job::{LEASE_SPARE, MOST_TRIES, patience},
    store::{self, job::Held, mint},
    work::{
        Works,
        jobs::{Failed, Hands, Ran, Tried, hands, run_due},
    },
};
use busfare_entity::{
    job,
    words::{JobKind, JobProblem, JobState},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    council::{Council, key, on_both},
    verbs::{does, refused},
};

const KIND: JobKind = JobKind::DeleteBlob;
const RETRY: &str = "mutation($input: RetryJobInput!) { it: retryJob(input: $input) { job { id state tries problem dueAt } userErrors { code message field retry } replayed } }";

/// A clock that stands until it is moved.
#[derive(Clone)]
struct Hour(Arc<AtomicI64>);

impl Hour {
    fn passes(&self, time: TimeDelta) {
        self.0.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }
}

/// What work is done with, at an hour of the story's own.
fn works(council: &Council) -> (Works, Hour) {
    let hour = Hour(Arc::new(AtomicI64::new(clock::now().timestamp_millis())));
    let at = hour.clone();
    let clock = Arc::new(move || DateTime::from_timestamp_millis(at.0.load(Ordering::SeqCst)).unwrap());
    (Works { clock, ..crate::council::works(&council.state, council.data.path()) }, hour)
}

/// Asks for a job about something.
async fn asks_for(council: &Council, subject: Uuid, now: DateTime<Utc>) {
    let organisation = council.person("mari.prydderch").await.row().organisation_id;
    let txn = council.state.db.begin().await.unwrap();
    store::job::enqueue(&txn, organisation, KIND, subject, now).await.unwrap();
    txn.commit().await.unwrap();
}

/// Takes one job and does nothing with it, as a server does that is killed.
async fn takes(works: &Works) -> Option<Held> {
    let txn = works.db.begin().await.unwrap();
    let held = store::job::take(&txn, works.now()).await.unwrap();
    txn.commit().await.unwrap();
    held
}

/// Finishes a job; whether it was still in these hands.
async fn finishes(works: &Works, held: &Held) -> bool {
    let txn = works.db.begin().await.unwrap();
    let finished = store::job::finish(&txn, held).await.unwrap();
    txn.commit().await.unwrap();
    finished
}

/// Hands that note what they did and then do what the story wants.
fn noting(done: &Arc<Mutex<Vec<Uuid>>>, then: fn(i32) -> Tried) -> Hands {
    let done = Arc::clone(done);
    Arc::new(move |works, held, _| {
        let done = Arc::clone(&done);
        Box::pin(async move {
            done.lock().unwrap().push(held.subject);
            then(held.tries)?;
            finishes(&works, &held).await;
            Ok(())
        })
    })
}

async fn left(council: &Council) -> Vec<job::Model> {
    job::Entity::find().all(council.state.db.reader()).await.unwrap()
}

on_both! {
    async fn a_job_is_there_if_and_only_if_its_change_is(council: &Council) {
        let organisation = council.person("mari.prydderch").await.row().organisation_id;
        let txn = council.state.db.begin().await.unwrap();
        store::job::enqueue(&txn, organisation, KIND, mint::id(), clock::now()).await.unwrap();
        drop(txn);
        assert_eq!(left(council).await, []);

        asks_for(council, mint::id(), clock::now()).await;
        assert_eq!(left(council).await.len(), 1);
    }

    async fn eight_servers_at_once_do_every_job_once(council: &Council) {
        let (works, _) = works(council);
        let subjects: Vec<Uuid> = (0..60).map(|_| mint::id()).collect();
        for subject in &subjects {
            asks_for(council, *subject, works.now()).await;
        }
        let done = Arc::<Mutex<Vec<Uuid>>>::default();
        let hands = noting(&done, |_| Ok(()));

        let ran = join_all((0..8).map(|_| run_due(&works, &hands))).await;

        assert_eq!(ran.into_iter().map(|ran| ran.unwrap().done).sum::<u64>(), 60);
        let mut done = done.lock().unwrap().clone();
        done.sort();
        assert_eq!(done, subjects);
        assert_eq!(left(council).await, []);
    }

    async fn what_a_killed_server_had_in_its_hands_is_taken_when_its_lease_ends(council: &Council) {
        let (works, hour) = works(council);
        asks_for(council, mint::id(), works.now()).await;
        let killed = takes(&works).await.unwrap();

        assert_eq!(takes(&works).await, None, "nobody takes what somebody has");
        hour.passes(patience(KIND) + LEASE_SPARE - TimeDelta::milliseconds(1));
        assert_eq!(takes(&works).await, None);
        hour.passes(TimeDelta::milliseconds(1));
        let heir = takes(&works).await.unwrap();

        assert_eq!((heir.id, heir.tries), (killed.id, 2));
        assert_eq!(left(council).await[0].problem, Some(JobProblem::Interrupted));
        assert!(!finishes(&works, &killed).await, "whoever was taken for dead changes nothing");
        assert!(finishes(&works, &heir).await);
        assert_eq!(left(council).await, []);
    }

    async fn what_is_asked_for_again_while_it_is_done_is_done_once_more(council: &Council) {
        let (works, _) = works(council);
        let subject = mint::id();
        asks_for(council, subject, works.now()).await;
        let first = takes(&works).await.unwrap();
        asks_for(council, subject, works.now()).await;

        assert!(!finishes(&works, &first).await, "it has not seen what changed meanwhile");
        let second = takes(&works).await.unwrap();
        assert_eq!((second.id, second.tries), (first.id, 1));
        assert!(finishes(&works, &second).await);
    }

    async fn what_fails_waits_longer_each_time_and_then_is_stuck(council: &Council) {
        let (works, hour) = works(council);
        let done = Arc::<Mutex<Vec<Uuid>>>::default();
        asks_for(council, mint::id(), works.now()).await;
        let hands = noting(&done, |_| Err(Failed::later(JobProblem::Storage, "the disk is full")));

        for tries in 1..MOST_TRIES {
            assert_eq!(run_due(&works, &hands).await.unwrap(), Ran { put_back: 1, ..Ran::default() }, "{tries}");
            assert_eq!(run_due(&works, &hands).await.unwrap(), Ran::default(), "it is not due yet");
            let row = left(council).await.remove(0);
            assert_eq!((row.state, row.tries, row.problem), (JobState::Waiting, tries, Some(JobProblem::Storage)));
            hour.passes(row.due_at - works.now());
        }
        assert_eq!(run_due(&works, &hands).await.unwrap(), Ran { stuck: 1, ..Ran::default() });
        hour.passes(TimeDelta::days(400));
        assert_eq!(run_due(&works, &hands).await.unwrap(), Ran::default(), "never in a loop");
        assert_eq!(done.lock().unwrap().len(), usize::try_from(MOST_TRIES).unwrap());
        let row = left(council).await.remove(0);
        assert_eq!((row.state, row.problem, row.lease), (JobState::Stuck, Some(JobProblem::Storage), None));
    }

    async fn poison_ends_where_people_can_see_it(council: &Council) {
        let (works, hour) = works(council);
        let poisons: [(Hands, u32, JobProblem); 2] = [
            (Arc::new(|_, _, _| Box::pin(async { panic!("poison") })), 8, JobProblem::Fault),
            (Arc::new(|_, _, _| Box::pin(async { Err(Failed::for_good(JobProblem::Unreadable, "no picture")) })), 1, JobProblem::Unreadable),
        ];
        for (hands, most, problem) in poisons {
            asks_for(council, mint::id(), works.now()).await;
            let mut looks = 0;
            while run_due(&works, &hands).await.unwrap().stuck == 0 {
                looks += 1;
                assert!(looks < most, "{problem:?}");
                hour.passes(TimeDelta::hours(6));
            }
            let row = left(council).await.into_iter().find(|row| row.problem == Some(problem)).unwrap();
            assert_eq!((row.state, row.tries), (JobState::Stuck, i32::try_from(most).unwrap()));
        }

        // One that stops the server every time never says that it failed.
        asks_for(council, mint::id(), works.now()).await;
        for _ in 0..MOST_TRIES {
            assert!(takes(&works).await.is_some());
            hour.passes(patience(KIND) + LEASE_SPARE);
        }
        let done = Arc::<Mutex<Vec<Uuid>>>::default();
        assert_eq!(run_due(&works, &noting(&done, |_| Ok(()))).await.unwrap(), Ran { stuck: 1, ..Ran::default() });
        assert!(done.lock().unwrap().is_empty(), "it is not begun once more");
        assert_eq!(left(council).await.iter().filter(|row| row.problem == Some(JobProblem::Interrupted)).count(), 1);
    }

    async fn who_sees_to_jobs_sees_what_waits_and_has_what_is_stuck_tried_again(council: &Council) {
        let (works, hour) = works(council);
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        asks_for(council, mint::id(), works.now()).await;
        let stuck: Hands = Arc::new(|_, _, _| Box::pin(async { Err(Failed::for_good(JobProblem::Unreadable, "no")) }));
        run_due(&works, &stuck).await.unwrap();
        hour.passes(TimeDelta::seconds(1));
        asks_for(council, mint::id(), works.now()).await;
        let document = "{ jobCounts { waiting running stuck oldest } jobs { nodes { id kind state tries problem dueAt } } waiting: jobs(state: WAITING) { nodes { id state } } }";

        let seen = gethin.good(document, json!({})).await;
        let counts = &seen["jobCounts"];
        assert_eq!((&counts["waiting"], &counts["running"], &counts["stuck"]), (&json!(1), &json!(0), &json!(1)));
        assert!(counts["oldest"].is_string());
        let job = seen["jobs"]["nodes"][0].clone();
        assert_eq!((&job["kind"], &job["state"], &job["problem"], &job["dueAt"]), (&json!("DELETE_BLOB"), &json!("STUCK"), &json!("UNREADABLE"), &Value::Null));
        let waiting = seen["waiting"]["nodes"][0]["id"].clone();

        // Nobody else, and nothing else.
        for document in ["{ jobCounts { stuck } }", "{ jobs { nodes { id } } }"] {
            assert_eq!(mari.problem(document, json!({})).await, "FORBIDDEN");
            assert_eq!(council.stranger().problem(document, json!({})).await, "UNAUTHENTICATED");
        }
        let input = |id: &Value| json!({ "input": { "idempotencyKey": key(), "jobId": id } });
        assert_eq!(mari.problem(RETRY, input(&job["id"])).await, "FORBIDDEN");
        for wrong in ["", "job_00000000000000000000000000", "spnd_00000000000000000000000000", "job_\0"] {
            assert_eq!(gethin.problem(RETRY, input(&json!(wrong))).await, "NOT_FOUND", "{wrong}");
        }
        assert_eq!(refused(&gethin, RETRY, json!({ "jobId": waiting })).await, "NOT_STUCK");

        let one = json!({ "idempotencyKey": key(), "jobId": job["id"] });
        let again = does(&gethin, RETRY, one.clone()).await;
        assert_eq!((&again["job"]["state"], &again["job"]["tries"]), (&json!("WAITING"), &json!(0)), "{again:#}");
        assert_eq!(does(&gethin, RETRY, one).await["replayed"], true);
        hour.passes(TimeDelta::minutes(1));
        assert_eq!(run_due(&works, &hands()).await.unwrap(), Ran { done: 2, ..Ran::default() });
        assert_eq!(job::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }
}
