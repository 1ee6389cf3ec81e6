//! The page itself: small, in two languages, safe in a browser, and telling nothing to whoever has no link.

use busfare_entity::{feedback_answer, hub, words::FeedbackId};
use reqwest::StatusCode;
use sea_orm::{PaginatorTrait, sea_query::Expr};

use super::{
    feedback::{answers, asked},
    *,
};
use crate::council::on_both;

async fn gets(council: &Council, path: &str, language: &str) -> reqwest::Response {
    council.http().get(council.url(path)).header("accept-language", language).send().await.unwrap()
}

on_both! {
    async fn the_page_is_small_in_two_languages_and_says_how_to_talk_to_us_again(council: &Council) {
        let url = asked(council).await;
        for (path, preferred, lang, question) in [
            (url.clone(), "en-GB", "en", "Did we do what we said we would?"),
            (url.clone(), "cy-GB,en;q=0.5", "cy", "A wnaethom yr hyn a ddywedom?"),
            (format!("{url}?lang=cy"), "en", "cy", "A wnaethom yr hyn a ddywedom?"),
            (format!("{url}?lang=en"), "cy", "en", "Did we do what we said we would?"),
        ] {
            let page = gets(council, &path, preferred).await;
            let header = |name: &str| page.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
            assert_eq!((page.status(), header("content-language"), header("cache-control"), header("referrer-policy")),
                (StatusCode::OK, lang.to_owned(), "no-store".to_owned(), "no-referrer".to_owned()));
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe") && !policy.contains("script"), "{policy}");
            assert_eq!((header("set-cookie"), header("content-type"), header("x-content-type-options")), (String::new(), "text/html; charset=utf-8".into(), "nosniff".into()));
            let text = page.text().await.unwrap();
            assert!(text.len() <= 10_000 && text.contains(question) && text.contains(&format!("<html lang=\"{lang}\">")), "{text}");
            for hub in hub::Entity::find().all(council.state.db.reader()).await.unwrap() {
                let name = busfare::rules::text::escaped_for_html(&hub.name);
                assert!(text.contains(&name), "{name}: {text}");
            }
            assert!(!text.contains("<script") && !text.contains("http"), "{text}");
        }
    }

    async fn a_link_that_is_unknown_or_too_old_gets_a_kind_page_that_tells_nothing(council: &Council) {
        let url = asked(council).await;
        let key = &council.state.key;
        let old = key.issue_feedback(store::mint::id::<FeedbackId>(), clock::now() - TimeDelta::days(61)).unwrap().0;
        let never = key.issue_feedback(store::mint::id::<FeedbackId>(), clock::now()).unwrap().0;
        let signed_in = council.person("mari.prydderch").await.token.clone().unwrap();
        let tampered = url["/feedback/".len()..].replacen('.', ".x", 1);
        for (token, status) in [
            ("x".to_owned(), StatusCode::NOT_FOUND), ("x".repeat(5_000), StatusCode::NOT_FOUND), ("%00%ff".to_owned(), StatusCode::NOT_FOUND),
            ("<script>".to_owned(), StatusCode::NOT_FOUND), (signed_in, StatusCode::NOT_FOUND), (tampered, StatusCode::NOT_FOUND),
            (old, StatusCode::GONE), (never, StatusCode::GONE),
        ] {
            let path = format!("/feedback/{token}");
            for answer in [gets(council, &path, "en").await, answers(council, &path, "kept=YES").await] {
                assert_eq!(answer.status(), status, "{token}");
                let text = answer.text().await.unwrap();
                assert!(text.contains("Talk to us again") && text.contains("<html lang=\"en\">"), "{text}");
                for hidden in ["Caerfelin", "<form", "kept=", "<script", &token] {
                    assert!(hidden == "x" || !text.contains(hidden), "{hidden}: {text}");
                }
            }
        }
        assert_eq!(feedback_answer::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
        assert_eq!(gets(council, &url, "en").await.status(), StatusCode::OK);
    }

    async fn what_is_not_a_form_of_ours_is_not_taken_and_the_link_stays(council: &Council) {
        let url = asked(council).await;
        let long = format!("words={}", "a".repeat(501));
        let huge = format!("kept=YES&words={}", "a".repeat(20_000));
        for (fields, status, says) in [
            ("", StatusCode::UNPROCESSABLE_ENTITY, "Pick an answer"),
            ("kept=&difference=&words=+", StatusCode::UNPROCESSABLE_ENTITY, "Pick an answer"),
            ("kept=MAYBE", StatusCode::UNPROCESSABLE_ENTITY, "none of the answers"),
            ("kept=YES&kept=NO", StatusCode::UNPROCESSABLE_ENTITY, "none of the answers"),
            ("kept=yes", StatusCode::UNPROCESSABLE_ENTITY, "none of the answers"),
            ("words=a%E2%80%AEb", StatusCode::UNPROCESSABLE_ENTITY, "role=\"alert\""),
            ("words=%00", StatusCode::UNPROCESSABLE_ENTITY, "role=\"alert\""),
            (&long, StatusCode::UNPROCESSABLE_ENTITY, "500"),
            (&huge, StatusCode::PAYLOAD_TOO_LARGE, "500"),
        ] {
            let answer = answers(council, &url, fields).await;
            let (heard, text) = (answer.status(), answer.text().await.unwrap());
            let about: String = fields.chars().take(60).collect();
            assert!(heard == status && text.contains(says) && text.len() <= 10_000, "{about}: {heard} {text}");
        }
        for media_type in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
            let request = council.http().post(council.url(&url)).header("content-type", media_type).body("kept=YES");
            assert_eq!(request.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
        }
        for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
            let answer = council.http().request(method, council.url(&url)).body("kept=YES").send().await.unwrap();
            assert!(answer.status().is_client_error());
        }
        assert_eq!(feedback_answer::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);

        // What was typed is shown again, and the same link is good for it.
        let again = answers(council, &url, "kept=PARTLY&difference=NONSENSE&words=%3Cb%3Ehello%3C%2Fb%3E").await.text().await.unwrap();
        assert!(again.contains("value=\"PARTLY\" checked>") && again.contains("&lt;b&gt;hello&lt;/b&gt;") && again.contains("<title>Error: "), "{again}");
        assert_eq!(answers(council, &url, "kept=PARTLY&words=%3Cb%3Ehello%3C%2Fb%3E&more=x").await.status(), StatusCode::OK);
    }

    async fn whatever_hubs_are_called_the_page_stays_whole(council: &Council) {
        let url = asked(council).await;
        let txn = council.state.db.begin().await.unwrap();
        let named = hub::Entity::update_many().col_expr(hub::Column::Name, Expr::value("</li><script>alert(1)</script>".repeat(50)));
        named.exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let text = gets(council, &url, "en").await.text().await.unwrap();
        assert!(text.len() <= 10_000 && !text.contains("<script") && text.ends_with("</html>\n"), "{text}");
    }
}
