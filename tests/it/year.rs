//! A small year of a large council: what was invented keeps to every rule, and looking back over it reads no table whole.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use busfare::{
    config::Example,
    demo::{self, year::Amount},
    http::clock,
    rules::calendar::HOME,
    store::{
        self,
        db::{PLANS_FOR_DISKS_OF_TODAY, PLANS_ONCE},
        insight::Period,
        page::{Cursor, Page},
    },
};
use busfare_entity::{appointment, budget, budget_entry, first_yes, record, spend, verdict};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, EntityTrait, PaginatorTrait, Statement,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::council::{Council, on_both};

const SMALL: Amount = Amount { spends: 2_400, records: 2_000, appointments: 900, people: 320 };

/// The folder in which a year was lived through.
static LIVED: OnceCell<TempDir> = OnceCell::const_new();

/// A council that has lived through a small year.
struct Year(Council);

impl Year {
    async fn on_sqlite() -> Self {
        Self(Council::lived_on_sqlite(&LIVED, live).await)
    }

    async fn on_postgres() -> Option<Self> {
        Council::lived_on_postgres("year", live).await.map(Self)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

async fn live(db: store::Db, key: busfare::rules::token::SigningKey) {
    db.migrate().await.unwrap();
    let told = Mutex::new(Vec::new());
    let lived = demo::seed_year(&db, &key, (Example::default(), SMALL), clock::now(), |month| {
        told.lock().unwrap().push(month);
    });
    assert!(lived.await.unwrap());
    assert!((12..=14).contains(&told.lock().unwrap().len()), "a word for each month");
    assert!(demo::year::is_here(&db).await.unwrap());
    // Once is enough.
    assert!(!demo::seed_year(&db, &key, (Example::default(), SMALL), clock::now(), drop).await.unwrap());
    db.close().await.unwrap();
}

const WHOLE: &str = "query($from: Date!, $to: Date!) { insight(from: $from, to: $to) { from to
    timeToYes { group { team { name } budget { name } } figures { people yeses medianSeconds p90Seconds decidedByAsker { part whole percent } } }
    breakGlassShare { group { team { name } } figures { spends { part whole percent } } }
    spending { group { team { name } budget { name } } figures { people months authorised { amount } ofBudget { part { amount } whole { amount } percent } before { months spent { amount } } changePercent } }
    recording { group { team { name } } figures { people conversations timed medianSeconds p90Seconds questionsSpared { part whole percent } } }
    daysToAppointment { hub { name } figures { waits met stillWaiting median { days atLeast } within14Days { part whole percent } } }
    differenceMade { group { team { name } } figures { people answers others told { difference count } } }
    saidInTime { said answered did inTime { part whole percent } median { days atLeast } oldestWaitingDays } } }";

const TABLE: &str = "query($from: Date!, $to: Date!) { insight(from: $from, to: $to) { csv } }";

/// The whole of the last year, and the day it ends on.
fn period() -> (NaiveDate, NaiveDate) {
    let today = clock::now().date_naive();
    (today - TimeDelta::days(360), today)
}

/// The figures of the whole organisation.
fn whole<'a>(insight: &'a Value, what: &str) -> &'a Value {
    let groups = insight[what].as_array().unwrap();
    let whole = groups
        .iter()
        .find(|row| [&row["hub"], &row["group"]["team"], &row["group"]["budget"]].into_iter().all(Value::is_null));
    &whole.unwrap_or_else(|| panic!("{what}: {insight:#}"))["figures"]
}

on_both! {
    async fn an_invented_year_keeps_to_every_rule(here: &Year) {
        let reader = here.0.state.db.reader();
        let spends = spend::Entity::find().all(reader).await.unwrap();
        let records = record::Entity::find().count(reader).await.unwrap();
        let appointments = appointment::Entity::find().count(reader).await.unwrap();
        assert!((2_300..=2_400).contains(&spends.len()), "{}", spends.len());
        assert_eq!((records, appointments), (2_000, 912));

        // Counters are the sums of their entries.
        let mut sums: HashMap<_, [i64; 4]> = HashMap::new();
        for entry in budget_entry::Entity::find().all(reader).await.unwrap() {
            let sum = sums.entry(entry.budget_id).or_default();
            let deltas = [entry.allocated_delta_pence, entry.reserved_delta_pence, entry.committed_delta_pence, entry.settled_delta_pence];
            for (sum, delta) in sum.iter_mut().zip(deltas) {
                *sum += delta;
            }
        }
        for budget in budget::Entity::find().all(reader).await.unwrap() {
            let counters = [budget.allocated_pence, budget.reserved_pence, budget.committed_pence, budget.settled_pence];
            assert_eq!(sums[&budget.id], counters, "{}", budget.name);
        }

        // Every verdict is what the rules say of what was known.
        let verdicts = verdict::Entity::find().all(reader).await.unwrap();
        for row in &verdicts {
            let again = store::verdict::snapshot(row).unwrap().decide();
            assert_eq!(again.checks, store::verdict::checks(row).unwrap(), "{row:?}");
        }
        let outcomes: HashSet<String> = verdicts.iter().map(|row| format!("{:?}", row.outcome)).collect();
        for outcome in ["AuthorisedSelf", "Asked", "Authorised", "AuthorisedLess", "Declined", "Emergency"] {
            assert!(outcomes.contains(outcome), "{outcome}: {outcomes:?}");
        }

        // The first yes to each is noted, once.
        let authorised: HashSet<_> = spends.iter().filter(|spend| spend.authorised_pence.is_some()).map(|spend| spend.id).collect();
        let noted: HashSet<_> = first_yes::Entity::find().all(reader).await.unwrap().into_iter().map(|row| row.spend_id).collect();
        assert_eq!(noted, authorised);
    }

    async fn a_year_is_told_whole_in_one_query_and_as_a_table(here: &Year) {
        let mari = here.0.person("mari.prydderch").await;
        let (from, to) = period();
        let before = here.0.state.db.statements();
        let answer = mari.good(WHOLE, json!({ "from": from, "to": to })).await;
        let statements = here.0.state.db.statements() - before;
        let insight = &answer["insight"];

        let number = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok()).unwrap_or_else(|| panic!("{value} in {insight:#}"));
        let yes = whole(insight, "timeToYes");
        assert_eq!(yes["people"], 160, "{yes:#}");
        assert!(number(&yes["decidedByAsker"]["percent"]) > 85.0 && yes["medianSeconds"] == 0, "{yes:#}");
        assert!(number(&whole(insight, "breakGlassShare")["spends"]["percent"]) < 3.0);
        let spending = whole(insight, "spending");
        assert!(number(&spending["ofBudget"]["part"]["amount"]) > 1_000.0, "{spending:#}");
        assert!(number(&spending["authorised"]["amount"]) >= number(&spending["ofBudget"]["part"]["amount"]), "{spending:#}");
        let recording = whole(insight, "recording");
        assert!(recording["conversations"].as_i64().unwrap() > 1_000 && recording["medianSeconds"].as_i64().unwrap() > 10, "{recording:#}");
        assert!(recording["questionsSpared"]["part"].as_i64().unwrap() > 0, "{recording:#}");
        assert!(whole(insight, "daysToAppointment")["waits"].as_i64().unwrap() > 100);
        // So few said what difference it made to them in any one month that nobody is told.
        assert_eq!(whole(insight, "differenceMade"), &Value::Null);
        assert!(insight["saidInTime"]["said"].as_i64().unwrap() > 50, "{insight:#}");
        assert!(statements <= 22, "{statements}");

        // The table says the same.
        let table = mari.good(TABLE, json!({ "from": from, "to": to })).await;
        let csv = table["insight"]["csv"].as_str().unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let headings: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(headings, ["from", "to", "figure", "group", "name", "people", "measure", "part", "whole", "value", "unit"]);
        let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let line = |figure: &str, measure: &str| {
            let found = lines.iter().find(|line| (&line[2], &line[3], &line[6]) == (figure, "organisation", measure));
            found.unwrap_or_else(|| panic!("{figure} {measure}")).clone()
        };
        let decided = line("timeToYes", "decidedByAsker");
        assert_eq!((&decided[7], &decided[9]), (yes["decidedByAsker"]["part"].to_string().as_str(), yes["decidedByAsker"]["percent"].as_str().unwrap()));
        assert_eq!(&line("recording", "conversations")[9], recording["conversations"].to_string());
        assert_eq!(&line("saidInTime", "said")[9], insight["saidInTime"]["said"].to_string());
        assert!(csv.lines().all(|line| !line.contains(",=") && !line.contains(",@")));
    }

    async fn looking_back_goes_through_no_table_of_spends_or_records(here: &Year) {
        let watched = Watched::open(&here.0).await;
        let (from, to) = period();
        let organisation = here.0.person("mari.prydderch").await.row().organisation_id;
        let never = ["spend", "record", "verdict", "answer"];
        // What is noted for looking back is narrow, and all of it may be asked for; but not for a month.
        for (from, tables) in [(from, never.to_vec()), (to, [&never[..], &["first_yes", "appointment"]].concat())] {
            let first_days = busfare::rules::insight::months(from, to).unwrap();
            let begins: Vec<_> = first_days.iter().map(|day| busfare::rules::calendar::begins(*day, HOME)).collect();
            let period = Period { organisation, begins: &begins };
            let conn = &watched.conn;
            store::insight::yeses(conn, period).await.unwrap();
            store::insight::spent(conn, period).await.unwrap();
            store::insight::recorded(conn, period).await.unwrap();
            store::waits::between(conn, organisation, &first_days, HOME).await.unwrap();

            let plans = watched.plans().await;
            assert!(plans.len() >= 4, "{plans:#?}");
            for table in tables {
                for whole in [format!("Seq Scan on {table} "), format!("SCAN {table} "), format!("SCAN {table}\n")] {
                    assert!(plans.iter().all(|plan| !plan.contains(&whole)), "{whole}: {plans:#?}");
                }
            }
        }
    }

    async fn a_page_of_what_is_in_sight_is_found_without_looking_at_everybodys(here: &Year) {
        let watched = Watched::open(&here.0).await;
        for who in ["mari.prydderch", "angharad.celyn"] {
            let viewer = store::people::as_viewer(here.0.person(who).await.row());
            let mut page = Page { first: 20, after: None };
            for _ in 0..3 {
                let spends = store::spend::page(&watched.conn, &viewer, page).await.unwrap();
                store::record::page(&watched.conn, &viewer, page, clock::now()).await.unwrap();
                page.after = spends.rows.last().map(|row| Cursor { at: row.requested_at, id: row.id.0 });
            }
        }

        let plans = watched.plans().await;
        assert_eq!(plans.len(), 12, "{plans:#?}");
        for everybodys in ["Seq Scan on spend ", "Seq Scan on record ", "SCAN spend", "SCAN record", "spend_by_organisation"] {
            assert!(plans.iter().all(|plan| !plan.contains(everybodys)), "{everybodys}: {plans:#?}");
        }
    }
}

/// A connection that remembers what was asked on it.
struct Watched {
    conn: DatabaseConnection,
    asked: Arc<Mutex<Vec<Statement>>>,
}

impl Watched {
    async fn open(council: &Council) -> Self {
        let file = format!("sqlite://{}", council.data.path().join("busfare.sqlite").display());
        let mut options = ConnectOptions::new(council.database_url().unwrap_or(&file));
        options.max_connections(1);
        options.map_sqlx_postgres_opts(|postgres| postgres.options([PLANS_FOR_DISKS_OF_TODAY, PLANS_ONCE]));
        let mut conn = Database::connect(options).await.unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        conn.set_metric_callback(move |info| notes.lock().unwrap().push(info.statement.clone()));
        Self { conn, asked }
    }

    async fn plans(&self) -> Vec<String> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        let backend = self.conn.get_database_backend();
        let mut plans = Vec::new();
        for mut statement in asked {
            let column = if backend == DbBackend::Postgres {
                // As it is planned once for all: whatever it is asked with makes no difference.
                let nulls = vec!["NULL"; statement.values.map_or(0, |values| values.0.len())].join(", ");
                self.conn.execute_unprepared(&format!("PREPARE watched AS {}", statement.sql)).await.unwrap();
                statement = Statement::from_string(backend, format!("EXPLAIN EXECUTE watched({nulls})"));
                "QUERY PLAN"
            } else {
                statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
                "detail"
            };
            let lines = self.conn.query_all_raw(statement).await.unwrap();
            plans.push(lines.iter().map(|line| line.try_get::<String>("", column).unwrap() + "\n").collect());
            if backend == DbBackend::Postgres {
                self.conn.execute_unprepared("DEALLOCATE watched").await.unwrap();
            }
        }
        self.asked.lock().unwrap().clear();
        plans
    }
}
