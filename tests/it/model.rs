//! The model: random steps taken by the server and by plain arithmetic beside it, which must never differ; and the
//! same steps by a crowd at once, and while the server is killed.

use std::sync::Arc;

use busfare::http::clock;
use uuid::Uuid;

pub mod chance;
mod crowd;
pub mod invariants;
mod oracle;
mod time;
mod walk;
mod world;

use self::{
    chance::Chance,
    crowd::Crowd,
    invariants::everything_adds_up,
    time::{a_week_passes, in_the_end_nothing_is_held, what_is_due_goes_back},
    walk::Walk,
    world::World,
};
use crate::{
    council::{Council, on_both},
    postgres::setting,
    server_process::Premises,
};

fn number(name: &str, usually: usize) -> usize {
    setting(name).and_then(|number| number.parse().ok()).unwrap_or(usually)
}

/// How many rounds a phone's token is used for.
const ROUNDS_A_TOKEN: usize = 5;

/// A seed nobody has used before, unless one is given; it is printed, so that a failed walk can be walked again.
fn seed() -> u64 {
    let chosen = setting("BUSFARE_MODEL_SEED").and_then(|seed| seed.parse().ok());
    let seed = chosen.unwrap_or_else(|| busfare::store::mint::id::<Uuid>().as_u64_pair().1);
    println!("BUSFARE_MODEL_SEED={seed} takes these steps again");
    seed
}

on_both! {
    async fn thousands_of_random_steps_leave_what_plain_arithmetic_says(council: &Council) {
        let mut walk = Walk::begin(council, seed()).await;

        walk.go(number("BUSFARE_MODEL_STEPS", 2_000)).await;

        println!("{}", walk.told());
        everything_adds_up(&council.state.db).await;
    }

    async fn sixteen_phones_at_once_leave_nothing_that_does_not_add_up(council: &Council) {
        let world = World::read(&council.state.db, council.data.path()).await;
        let (crowd, seed, steps) = (Crowd::new(world), seed(), number("BUSFARE_CROWD_STEPS", 150));
        let server = council.url("");

        let load = crowd.go(&server, 16, steps, seed);
        let back = crowd.time_passes(&council.state.db, load, seed).await;

        everything_adds_up(&council.state.db).await;
        crowd.says_it_all_again(&council.url(""), &crowd.take_heard()).await;
        everything_adds_up(&council.state.db).await;
        println!("{} steps were answered, and {back} holds went back by themselves", crowd.answered());
        println!("{}", crowd.told());
        in_the_end_nothing_is_held(&council.state.db).await;
        everything_adds_up(&council.state.db).await;
    }

    async fn killed_at_any_moment_it_keeps_what_it_said_and_nothing_by_half(here: &Premises) {
        here.demo_once();
        let db = here.database().await;
        let world = World::read(&db, here.data.path()).await;
        db.close().await.unwrap();
        let crowd = Crowd::new(world);
        let seed = seed();
        let mut chance = Chance::new(seed);
        let mut acknowledged = 0;
        let rounds = number("BUSFARE_KILL_MODEL_ROUNDS", 5);
        for round in 0..rounds {
            let server = here.serve();
            let (address, phones) = (server.address.clone(), Arc::clone(&crowd));
            let load = tokio::spawn(async move { phones.go(&address, 16, usize::MAX, seed ^ (round as u64)).await });
            let enough = crowd.answered() + chance.place(160);
            crowd.until_answered(enough).await;
            server.kill();
            load.await.unwrap();

            let heard = crowd.take_heard();
            acknowledged += heard.len();
            let server = here.serve();
            let db = here.database().await;
            what_is_due_goes_back(&db, clock::now()).await;
            everything_adds_up(&db).await;
            crowd.says_it_all_again(&server.address, &heard).await;
            everything_adds_up(&db).await;
            server.kill();
            // A week passes for some of what is held. The next server gives it back while the crowd is at it again,
            // and may be killed in the middle of that.
            let aged = a_week_passes(&db, &mut chance).await;
            if round % ROUNDS_A_TOKEN == ROUNDS_A_TOKEN - 1 {
                crowd.renew(&db, here.data.path()).await;
            }
            db.close().await.unwrap();
            println!("{} of {rounds} kills: {acknowledged} steps acknowledged, {aged} holds grow old", round + 1);
        }
        let db = here.database().await;
        in_the_end_nothing_is_held(&db).await;
        everything_adds_up(&db).await;
        db.close().await.unwrap();
        println!("{acknowledged} steps were acknowledged, and none was lost\n{}", crowd.told());
    }
}
