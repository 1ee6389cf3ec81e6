//! The model: random steps taken by the server and by plain arithmetic beside it, which must never differ; and the
//! same steps by a crowd at once, and while the server is killed.

use std::sync::Arc;

use uuid::Uuid;

mod chance;
mod crowd;
mod invariants;
mod oracle;
mod walk;
mod world;

use self::{chance::Chance, crowd::Crowd, invariants::everything_adds_up, walk::Walk, world::World};
use crate::{
    council::{Council, on_both},
    postgres::setting,
    server_process::Premises,
};

fn number(name: &str, usually: usize) -> usize {
    setting(name).and_then(|number| number.parse().ok()).unwrap_or(usually)
}

/// A seed nobody has used before, unless one is given; it is printed, so that a failed walk can be walked again.
fn seed() -> u64 {
    let chosen = setting("BUSFARE_MODEL_SEED").and_then(|seed| seed.parse().ok());
    let seed = chosen.unwrap_or_else(|| busfare::store::mint::id::<Uuid>().as_u64_pair().1);
    println!("BUSFARE_MODEL_SEED={seed} takes these steps again");
    seed
}

on_both! {
    async fn ten_thousand_random_steps_leave_what_plain_arithmetic_says(council: &Council) {
        let mut walk = Walk::begin(council, seed()).await;

        walk.go(number("BUSFARE_MODEL_STEPS", 10_000)).await;

        println!("{}", walk.told());
        everything_adds_up(&council.state.db).await;
    }

    async fn sixteen_phones_at_once_leave_nothing_that_does_not_add_up(council: &Council) {
        let world = World::read(&council.state.db, council.data.path()).await;
        let crowd = Crowd::new(Arc::new(world));

        crowd.go(&council.url(""), 16, number("BUSFARE_CROWD_STEPS", 150), seed()).await;

        everything_adds_up(&council.state.db).await;
        crowd.says_it_all_again(&council.url(""), &crowd.take_heard()).await;
        everything_adds_up(&council.state.db).await;
        println!("{} steps were answered", crowd.answered());
    }

    async fn killed_at_any_moment_it_keeps_what_it_said_and_nothing_by_half(here: &Premises) {
        here.demo_once();
        let db = here.database().await;
        let world = World::read(&db, here.data.path()).await;
        db.close().await.unwrap();
        let crowd = Crowd::new(Arc::new(world));
        let seed = seed();
        let mut chance = Chance::new(seed);
        let mut acknowledged = 0;
        for round in 0..number("BUSFARE_KILL_MODEL_ROUNDS", 8) {
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
            everything_adds_up(&db).await;
            crowd.says_it_all_again(&server.address, &heard).await;
            everything_adds_up(&db).await;
            db.close().await.unwrap();
            server.kill();
        }
        println!("{acknowledged} steps were acknowledged, and none was lost");
    }
}
