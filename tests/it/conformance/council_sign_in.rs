//! People of a council sign in with its own account: against a real provider of OpenID Connect, whose keys change, and which is
//! away at times.

use busfare::config::Passwords;
use busfare_entity::{practitioner, team, words::TeamKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::at_the_council::{Believing, Provider, mari};
use crate::council::{Council, on_both};

const SIGN_IN: &str = "mutation($input: SignInWithCouncilInput!) { it: signInWithCouncil(input: $input) { session { accessToken refreshToken }
    practitioner { id name role team { id } } userErrors { code retry } } }";
const OPTIONS: &str = "{ signInOptions { password council { issuer clientId } } }";
const PASSWORD: &str =
    "mutation($input: SignInInput!) { it: signIn(input: $input) { session { accessToken } userErrors { code } } }";
const HERSELF: &str = "{ viewer { practitioner { name } } }";

impl Believing {
    async fn asks(&self, token: Option<&str>, document: &str, variables: Value) -> Value {
        let post = self.http.post(self.url("/graphql"));
        let post = post.json(&json!({ "query": document, "variables": variables }));
        let post = if let Some(token) = token { post.bearer_auth(token) } else { post };
        post.send().await.unwrap().json().await.unwrap()
    }

    async fn signs_in(&self, token: &str) -> Value {
        let answer =
            self.asks(None, SIGN_IN, json!({ "input": { "idToken": token, "deviceName": "Her phone" } })).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["it"].clone()
    }

    async fn refuses(&self, token: &str) -> String {
        let answer = self.signs_in(token).await;
        assert!(answer["session"].is_null() && answer["practitioner"].is_null(), "{answer:#}");
        answer["userErrors"][0]["code"].as_str().unwrap().to_owned()
    }
}

on_both! {
    async fn somebody_of_the_council_signs_in_and_is_known_for_good(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::start(council, &provider, &json!({}), Passwords::Off);
        let options = there.asks(None, OPTIONS, json!({})).await["data"]["signInOptions"].clone();
        assert_eq!(options, json!({ "password": false, "council": { "issuer": provider.issuer, "clientId": provider.client_id } }));
        let token = provider.token(mari(json!({}))).await;
        let first = there.signs_in(&token).await;
        assert_eq!(first["userErrors"], json!([]), "{first:#}");
        let access = first["session"]["accessToken"].as_str().unwrap();
        let herself = there.asks(Some(access), HERSELF, json!({})).await;
        assert_eq!(herself["data"]["viewer"]["practitioner"]["name"], json!(council.person("mari.prydderch").await.row().name));

        // It works once, and from now on she is known by what never changes, and her e-mail is nobody's key.
        assert_eq!(there.refuses(&token).await, "COUNCIL_TOKEN_FAILED");
        let renamed = provider.token(mari(json!({ "email": "mari.jones@caerfelin.example" }))).await;
        assert_eq!(there.signs_in(&renamed).await["practitioner"]["id"], first["practitioner"]["id"]);
        let other = provider.token(mari(json!({ "oid": "o-other" }))).await;
        assert_eq!(there.refuses(&other).await, "NO_PLACE");
        let doubted = provider.token(json!({ "oid": "o-nia", "tid": "t-1", "email": "nia.talfan@caerfelin.example", "email_verified": false })).await;
        assert_eq!(there.refuses(&doubted).await, "NO_PLACE");

        // Passwords are off, also for letting an app in; on the server beside it nobody heard of the council.
        let typed = json!({ "input": { "email": "mari.prydderch@caerfelin.example", "password": busfare::demo::PASSWORD } });
        assert_eq!(there.asks(None, PASSWORD, typed).await["data"]["it"]["userErrors"][0]["code"], "PASSWORD_OFF");
        let answer = council.stranger().good(SIGN_IN, json!({ "input": { "idToken": renamed } })).await;
        assert_eq!(answer["it"]["userErrors"][0]["code"], "COUNCIL_OFF");
        there.stops().await;
    }

    async fn the_council_s_keys_change_and_nobody_notices(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::start(council, &provider, &json!({}), Passwords::On);
        let before = [provider.token(mari(json!({}))).await, provider.token(mari(json!({}))).await];
        assert_eq!(there.signs_in(&before[0]).await["userErrors"], json!([]));
        let asked = provider.asked().await;
        provider.tries("rotate", json!({})).await;
        // What was signed before is good; what a made-up key signed costs the council no question.
        assert_eq!(there.signs_in(&before[1]).await["userErrors"], json!([]));
        let forged = format!("{}.{}", "eyJhbGciOiJSUzI1NiIsImtpZCI6Im1hZGUtdXAifQ", before[1].split_once('.').unwrap().1);
        for _ in 0..20 {
            assert_eq!(there.refuses(&forged).await, "COUNCIL_TOKEN_FAILED");
        }
        assert!(provider.asked().await <= asked + 1);
        for rubbish in ["", "a.b.c", &"a".repeat(20_000)] {
            assert_eq!(there.refuses(rubbish).await, "COUNCIL_TOKEN_FAILED");
        }
        there.stops().await;

        // A server that starts now has not heard of either, and knows both after one question.
        let there = Believing::start(council, &provider, &json!({}), Passwords::On);
        let after = provider.token(mari(json!({}))).await;
        let asked = provider.asked().await;
        assert_eq!(there.signs_in(&after).await["userErrors"], json!([]));
        assert_eq!(provider.asked().await, asked + 1);
        there.stops().await;
    }

    async fn while_the_council_is_away_nobody_is_let_in_and_all_is_told_so(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let there = Believing::start(council, &provider, &json!({}), Passwords::On);
        let token = provider.token(mari(json!({}))).await;
        provider.tries("away", json!({})).await;
        let answer = there.signs_in(&token).await;
        assert_eq!(answer["userErrors"], json!([{ "code": "COUNCIL_AWAY", "retry": "LATER" }]));
        there.stops().await;
    }

    async fn roles_and_groups_of_the_council_say_who_works_where(council: &Council) {
        let Some(provider) = Provider::start().await else { return };
        let reader = council.state.db.reader();
        let teams = team::Entity::find().all(reader).await.unwrap();
        let families = teams.iter().find(|team| team.kind == TeamKind::FamilyFacing && team.members >= 8).unwrap();
        let strategy = teams.iter().find(|team| team.kind == TeamKind::Strategy).unwrap();
        let mapping = json!({
            "roles": { "Worker": "PRACTITIONER", "Lead": "SENIOR" },
            "teams": { "g-strategy": strategy.id, "g-families": families.id },
        });
        let there = Believing::start(council, &provider, &mapping, Passwords::On);
        let account = |id: &str, more: Value| {
            let mut account = json!({ "oid": id, "tid": "t-1", "email": format!("{id}@caerfelin.example"), "name": "Somebody New" });
            for (name, value) in more.as_object().unwrap() {
                account[name] = value.clone();
            }
            account
        };
        // Somebody new has the place that the council names, and none where it names none, or a full team.
        let places = json!({ "roles": ["Worker"], "groups": ["g-strategy", "of something else"] });
        let new = there.signs_in(&provider.token(account("new", places)).await).await;
        assert_eq!(new["practitioner"]["name"], "Somebody New", "{new:#}");
        assert_eq!((&new["practitioner"]["role"], &new["practitioner"]["team"]["id"]), (&json!("PRACTITIONER"), &json!(strategy.id)));
        for (id, more, code) in [
            ("none", json!({}), "NO_PLACE"),
            ("halfway", json!({ "roles": ["Worker"] }), "NO_PLACE"),
            ("torn", json!({ "roles": ["Worker"], "groups": ["g-strategy", "g-families"] }), "NO_PLACE"),
            ("late", json!({ "roles": ["Worker"], "groups": ["g-families"] }), "TEAM_FULL"),
        ] {
            assert_eq!(there.refuses(&provider.token(account(id, more)).await).await, code, "{id}");
            let email = practitioner::Column::Email.eq(format!("{id}@caerfelin.example"));
            assert_eq!(practitioner::Entity::find().filter(email).one(reader).await.unwrap(), None);
        }
        // She is promoted at the council, and is so here with her next sign-in; a full team keeps nobody from her work.
        let promoted = json!({ "roles": ["Lead"], "groups": ["g-families"] });
        let again = there.signs_in(&provider.token(account("new", promoted)).await).await;
        assert_eq!((&again["practitioner"]["id"], &again["practitioner"]["role"]), (&new["practitioner"]["id"], &json!("SENIOR")));
        assert_eq!(again["practitioner"]["team"]["id"], json!(strategy.id));
        // Nobody signs in as her with a password, for she has none.
        let typed = json!({ "input": { "email": "new@caerfelin.example", "password": "none" } });
        assert_eq!(there.asks(None, PASSWORD, typed).await["data"]["it"]["userErrors"][0]["code"], "SIGN_IN_FAILED");
        there.stops().await;
    }
}
