//! The pages for developers: what they say is true, all of it is there, and whoever does what they say gets there.

use async_graphql_parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::json;

use super::{folder, is_ready, run};
use crate::{
    council::{Council, Person, on_both},
    server_process::{is_installed, skipped},
};
use busfare::api::{self, error::Code};

async fn page(council: &Council) -> String {
    let response = council.stranger().gets("/developers").await;
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// Every closed list of codes in the schema: its name and its codes.
fn families() -> Vec<(String, Vec<String>)> {
    let definitions = parse_schema(api::sdl()).unwrap().definitions.into_iter();
    let listed = definitions.filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => match definition.node.kind {
            TypeKind::Enum(listed) => Some((definition.node.name.node.to_string(), listed)),
            _ => None,
        },
        _ => None,
    });
    listed
        .filter(|(name, _)| name.ends_with("ErrorCode"))
        .map(|(name, listed)| (name, listed.values.iter().map(|value| value.node.value.node.to_string()).collect()))
        .collect()
}

/// What stands on a page between marks, as a browser would read it.
fn shown<'a>(page: &'a str, marked: &'a str) -> impl Iterator<Item = String> + 'a {
    page.split(marked).skip(1).map(|rest| {
        let text = rest.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(text.to_owned(), |text, (sign, letter)| text.replace(sign, letter))
    })
}

/// The documents that stand in a recipe as quoted text.
fn documents(recipe: &str) -> Vec<String> {
    let quoted = recipe.lines().filter_map(|line| line.split_once('"')?.1.rsplit_once('"').map(|(text, _)| text));
    let documents = quoted.filter(|text| text.starts_with("mutation(") || text.starts_with("query("));
    documents.map(|text| text.replace("\\$", "$")).collect()
}

async fn is_answered(person: &Person<'_>, document: &str) {
    let input = json!({ "email": person.row().email, "password": busfare::demo::PASSWORD });
    let variables = if document.contains("$input") { json!({ "input": input }) } else { json!({ "first": 5 }) };
    let variables = if document.contains('$') { variables } else { json!({}) };
    person.good(document, variables).await;
}

/// Follows a recipe on the page: whether that went well, and what was said; none where it cannot be tried here.
async fn follow(council: &Council, recipe: &'static str) -> Option<(bool, String)> {
    if !is_installed("node") {
        return None;
    }
    let server = council.url("");
    let follow = move || run("portal", "env", &[&format!("BUSFARE={server}"), "node", "follow.mjs", recipe], &[]);
    let (well, said) = tokio::task::spawn_blocking(follow).await.unwrap();
    if said.contains("Command failed") && said.contains("npm error network") {
        skipped(&format!("packages could not be fetched: {said}"));
        return None;
    }
    Some((well, said))
}

on_both! {
    async fn every_code_is_on_the_page_for_developers_with_its_advice(council: &Council) {
        let page = page(council).await;
        let families = families();
        assert!(families.len() >= 24, "{}", families.len());
        for (name, codes) in families {
            let rest = page.split(&format!("<h3 id=\"{name}\">")).nth(1).unwrap_or_else(|| panic!("{name} is missing"));
            let family = rest.split("</table>").next().unwrap();
            for code in codes {
                let row = family.split(&format!("<th scope=\"row\"><code>{code}</code></th><td>")).nth(1);
                let row = row.unwrap_or_else(|| panic!("{name}.{code} is missing")).split("</tr>").next().unwrap();
                let (means, retry) = row.split_once("</td><td><code>").unwrap();
                assert!(means.len() > 5, "{name}.{code} says nothing");
                let advice = ["NEVER", "AFTER_CHANGE", "SAME_KEY", "LATER"];
                assert!(advice.contains(&retry.trim_end_matches("</code></td>")), "{name}.{code}: {retry}");
            }
        }
        for code in Code::ALL {
            assert!(page.contains(&format!("<dt><code>{}</code></dt>", code.as_str())), "{}", code.as_str());
        }
        assert!(page.contains("<dt><code>DIRECTORY_READ</code></dt>") && page.contains("<dt><code>FORMS_READ</code></dt>"));
        for place in ["recipes", "queries", "scopes", "limits", "advice", "codes", "families", "changes", "version"] {
            assert!(!page.contains(&format!("{{{place}}}")), "{place} was not filled in");
        }
    }

    async fn the_limits_on_the_page_are_those_of_the_server(council: &Council) {
        let page = page(council).await;
        let answer = council.person("mari.prydderch").await.sends("{ viewer { practitioner { id } } }", json!({})).await;
        let cost = &answer["extensions"]["cost"];
        let row = |what: &str, most: String| format!("<tr><th scope=\"row\">{what}</th><td>{most}</td></tr>");
        assert!(page.contains(&row("Cost of one operation", cost["limit"].to_string())), "{cost}");
        let bucket = (&cost["bucket"]["max"], &cost["bucket"]["restorePerSecond"]);
        let most = format!("{}, of which {} come back each second", bucket.0, bucket.1);
        assert!(page.contains(&row("Cost for each caller", most)), "{cost}");
    }

    async fn nothing_on_the_pages_for_developers_comes_from_elsewhere(council: &Council) {
        for path in ["/developers", "/developers/explorer", "/developers/explorer.js", "/developers/style.css"] {
            let response = council.stranger().gets(path).await;
            let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
            let text = response.text().await.unwrap();
            assert!(!text.contains("src=\"http") && !text.contains("href=\"http") && !text.contains("url("), "{path}");
        }
    }

    async fn the_queries_on_the_page_are_answered_as_they_stand(council: &Council) {
        let (page, mari) = (page(council).await, council.person("mari.prydderch").await);
        let queries: Vec<_> = shown(&page, "data-query=\"\"").collect();
        assert_eq!(queries.len(), 4);
        for query in queries {
            is_answered(&mari, &query).await;
        }
        // What nobody can run here asks for the same, and is whole.
        for recipe in ["kotlin", "swift"] {
            let text: String = shown(&page, &format!("data-recipe=\"{recipe}\"")).collect();
            let documents = documents(&text);
            assert_eq!(documents.len(), 2, "{recipe}: {documents:?}");
            for document in documents {
                is_answered(&mari, &document).await;
            }
            for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
                assert_eq!(text.matches(open).count(), text.matches(close).count(), "{recipe}: {open}");
            }
        }
    }

    async fn the_pages_for_developers_open_without_a_network_and_keep_nobody_out(council: &Council) {
        if !is_installed("chromium") {
            return;
        }
        let (server, mari) = (council.url(""), council.person("mari.prydderch").await);
        let token = mari.token.clone().unwrap();
        let looked = tokio::task::spawn_blocking(move || {
            let args = ["developers.mjs", &server, &token, "/usr/bin/chromium"];
            is_ready("axe").then(|| run("axe", "node", &args, &[]))
        });
        let Some((well, said)) = looked.await.unwrap() else { return };
        assert!(well && said.contains("6 looks without a violation, 0 requests elsewhere"), "{said}");
    }

    async fn graphiql_sends_a_worked_query_and_asks_nobody_else(council: &Council) {
        if !page(council).await.contains("href=\"/developers/graphiql\"") {
            assert_eq!(council.stranger().gets("/developers/graphiql").await.status(), 404);
            return skipped("npm was not at hand when the server was built, so GraphiQL is not in it");
        }
        for (path, kind) in [("graphiql.js", "text/javascript"), ("codicon.ttf", "font/ttf")] {
            let response = council.stranger().gets(&format!("/developers/graphiql/{path}")).await;
            assert!(response.headers()[CONTENT_TYPE].to_str().unwrap().starts_with(kind), "{path}");
            assert!(response.bytes().await.unwrap().len() > 10_000, "{path} is unpacked for whoever cannot");
        }
        assert_eq!(council.stranger().gets("/developers/graphiql/other.js").await.status(), 404);
        if !is_installed("chromium") {
            return;
        }
        let (server, mari) = (council.url(""), council.person("mari.prydderch").await);
        mari.requests_spend(json!({})).await;
        let token = mari.token.clone().unwrap();
        let sent = tokio::task::spawn_blocking(move || {
            let args = ["graphiql.mjs", &server, &token, "/usr/bin/chromium"];
            is_ready("axe").then(|| run("axe", "node", &args, &[]))
        });
        let Some((well, said)) = sent.await.unwrap() else { return };
        assert!(well && said.contains("0 requests elsewhere, nothing is kept"), "{said}");
    }

    async fn who_follows_the_recipes_for_curl_and_python_lists_spends(council: &Council) {
        council.person("mari.prydderch").await.requests_spend(json!({})).await;
        for recipe in ["curl", "python"] {
            let Some((well, said)) = follow(council, recipe).await else { return };
            assert!(well && said.contains("1.15") && said.contains("set aside"), "{recipe}: {said}");
        }
    }
}

/// From an empty folder to a typed client by what the page says and nothing else. It fetches its packages, and which database
/// there is makes no difference to the page, so it is told once.
#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_recipe_for_typescript_has_a_typed_client() {
    assert!(folder("portal").join("follow.mjs").is_file());
    let council = Council::on_sqlite().await;
    council.person("mari.prydderch").await.requests_spend(json!({})).await;
    if is_installed("npm")
        && let Some((well, said)) = follow(&council, "typescript").await
    {
        assert!(well && said.contains("1.15 GBP") && said.contains("typescript: 6 parts"), "{said}");
    }
    council.close().await;
}
