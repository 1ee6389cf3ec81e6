//! Stories of the till: who is served with whom, and what becomes of whom nobody serves.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::{sync::Semaphore, task::yield_now};

use super::*;

/// A till where each serving waits for a nod, and answers everybody with who was served together.
#[derive(Clone)]
struct Shop {
    till: Till<&'static str, u32, Vec<u32>>,
    nods: Arc<Semaphore>,
}

impl Shop {
    fn closed() -> Self {
        Self { till: Till::default(), nods: Arc::new(Semaphore::new(0)) }
    }

    async fn asks(&self, lane: &'static str, ask: u32) -> Result<Vec<u32>, Unserved> {
        let nods = Arc::clone(&self.nods);
        let serve = move |asks: Vec<u32>| {
            let nods = Arc::clone(&nods);
            async move {
                nods.acquire().await.unwrap().forget();
                assert!(!asks.contains(&13), "thirteen is never served");
                asks.iter().map(|_| asks.clone()).collect()
            }
        };
        self.till.ask(lane, ask, serve).await
    }

    fn comes(&self, lane: &'static str, ask: u32) -> tokio::task::JoinHandle<Result<Vec<u32>, Unserved>> {
        let shop = self.clone();
        tokio::spawn(async move { shop.asks(lane, ask).await })
    }

    async fn until_waiting(&self, lane: &'static str, many: usize) {
        while self.till.waiting(&lane) != many {
            yield_now().await;
        }
    }

    /// Somebody is served, and nobody waits.
    async fn until_served(&self, lane: &'static str) {
        while self.till.lines().get(lane).is_none_or(|line| !line.is_empty()) {
            yield_now().await;
        }
    }
}

#[tokio::test]
async fn whoever_is_alone_is_served_at_once_and_alone() {
    let shop = Shop::closed();
    shop.nods.add_permits(2);

    assert_eq!(shop.asks("hub", 1).await, Ok(vec![1]));
    assert_eq!(shop.asks("hub", 2).await, Ok(vec![2]));
    while shop.till.lines().contains_key("hub") {
        yield_now().await;
    }
}

#[tokio::test]
async fn those_who_come_meanwhile_are_served_together_in_the_order_they_came() {
    let shop = Shop::closed();
    let first = shop.comes("hub", 1);
    shop.until_served("hub").await;
    let mut others = Vec::new();
    for ask in 2..=5 {
        others.push(shop.comes("hub", ask));
        shop.until_waiting("hub", others.len()).await;
    }

    shop.nods.add_permits(2);

    assert_eq!(first.await.unwrap(), Ok(vec![1]));
    for answer in join_all(others).await {
        assert_eq!(answer.unwrap(), Ok(vec![2, 3, 4, 5]));
    }
}

#[tokio::test]
async fn lanes_do_not_wait_for_each_other() {
    let shop = Shop::closed();
    let slow = shop.comes("slow", 1);
    shop.until_served("slow").await;
    let (other, nods) = (Shop { till: shop.till.clone(), ..Shop::closed() }, shop.nods.clone());
    other.nods.add_permits(1);

    assert_eq!(other.asks("quick", 2).await, Ok(vec![2]));

    nods.add_permits(1);
    assert_eq!(slow.await.unwrap(), Ok(vec![1]));
}

#[tokio::test]
async fn whoever_hangs_up_stops_nobody_and_is_served_all_the_same() {
    let shop = Shop::closed();
    let first = shop.comes("hub", 1);
    shop.until_served("hub").await;
    let (gone, stays) = (shop.comes("hub", 2), shop.comes("hub", 3));
    shop.until_waiting("hub", 2).await;

    first.abort();
    gone.abort();
    shop.nods.add_permits(2);

    let together = stays.await.unwrap().unwrap();
    assert!(together.contains(&2) && together.contains(&3), "{together:?}");
}

#[tokio::test]
async fn at_most_so_many_are_served_together_and_at_most_so_many_wait() {
    let shop = Shop::closed();
    let first = shop.comes("hub", 0);
    shop.until_served("hub").await;
    let line: Vec<_> = (0..IN_LINE).map(|_| shop.comes("hub", 1)).collect();
    shop.until_waiting("hub", IN_LINE).await;

    assert_eq!(shop.asks("hub", 2).await, Err(Unserved::LineFull));

    shop.nods.add_permits(IN_LINE);
    first.await.unwrap().unwrap();
    for served in join_all(line).await {
        assert_eq!(served.unwrap().unwrap().len(), TOGETHER);
    }
}

#[tokio::test]
async fn where_serving_ends_before_its_time_whoever_waits_is_told_and_the_next_is_served() {
    let shop = Shop::closed();
    let unlucky = shop.comes("hub", 13);
    shop.until_served("hub").await;
    let waits = shop.comes("hub", 1);
    shop.until_waiting("hub", 1).await;

    shop.nods.add_permits(2);

    assert_eq!(unlucky.await.unwrap(), Err(Unserved::Gone));
    assert_eq!(waits.await.unwrap(), Err(Unserved::Gone));
    assert_eq!(shop.asks("hub", 2).await, Ok(vec![2]));
}
