//! Ordinary days are learned from as well: chance chooses one spend in twenty.

use busfare::work::learning::sample;
use busfare_entity::{learning, learning_participant, spend, words::WhyLearning};
use sea_orm::{ColumnTrait, QueryFilter};

use super::*;
use crate::{council::on_both, verbs::LEARN};

on_both! {
    async fn chance_opens_a_conversation_about_one_spend_in_twenty_and_about_none_twice(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..60 {
            mari.requests_spend(json!({ "unitPrice": "0.01" })).await;
        }
        let (db, blobs, now) = (&council.state.db, &council.state.blobs, clock::now());
        let secret = blobs.vault().blind(mari.row().organisation_id, "what chance chooses to learn from").unwrap();
        let all = spend::Entity::find().all(db.reader()).await.unwrap();
        let expected: Vec<_> = all.iter().map(|row| row.id).filter(|id| busfare::rules::learning::is_sampled(&secret, id.0)).collect();

        let (first, again) = tokio::join!(sample(db, blobs, now), sample(db, blobs, now));

        assert_eq!(first.unwrap() + again.unwrap(), expected.len() as u64);
        assert_eq!(sample(db, blobs, now).await.unwrap(), 0);
        let opened = learning::Entity::find().filter(learning::Column::OpenedBecause.eq(WhyLearning::Sample)).all(db.reader()).await.unwrap();
        let about: std::collections::HashSet<_> = opened.iter().map(|row| row.spend_id).collect();
        assert_eq!(about, expected.into_iter().collect());
        for row in opened {
            let of = learning_participant::Column::LearningId.eq(row.id);
            let those = learning_participant::Entity::find().filter(of).all(db.reader()).await.unwrap();
            assert!(those.len() == 2 && those.iter().any(|one| one.practitioner_id == mari.row().id), "{those:?}");
            done(&mari, LEARN, json!({ "learningId": row.id.to_string(), "whatHelped": "The bus came" })).await;
        }
    }
}
