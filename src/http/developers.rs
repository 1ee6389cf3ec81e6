//! The pages for third-party developers: how to begin, limits, scopes, every error, what has changed, an explorer, and GraphiQL.
//!
//! They are written once when the server starts, from the same values and enums that answer requests, and load nothing from
//! anywhere else.

mod graphiql;
mod recipes;

use std::fmt::Write;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    web::{self, Data},
};

use super::graphql::Settings;
use crate::{
    api::catalogue::{self, ErrorFamily, Word},
    rules::{session::REFRESH_LIFE, text::escaped_for_html, token::LIFE},
    work::pictures::MAX_BYTES,
};

const PAGE: &str = include_str!("pages/developers.html");
const EXPLORER: &str = include_str!("pages/explorer.html");
const SCRIPT: &str = include_str!("pages/explorer.js");
const STYLE: &str = include_str!("pages/developers.css");
/// What has changed in the schema, newest first: a day, a version and what it was, between bars.
const CHANGES: &str = include_str!("pages/changelog.txt");

/// Everything comes from this server, and the explorer talks to no other.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The pages as this server shows them.
pub(super) struct Pages {
    portal: String,
    explorer: String,
    graphiql: String,
}

impl Pages {
    /// Writes the pages for a server with these settings.
    pub(super) fn new(settings: &Settings) -> Self {
        let parts = [
            ("{graphiql}", graphiql::link().to_owned()),
            ("{version}", env!("CARGO_PKG_VERSION").to_owned()),
            ("{access_minutes}", LIFE.num_minutes().to_string()),
            ("{refresh_days}", REFRESH_LIFE.num_days().to_string()),
            ("{recipes}", recipes::recipes()),
            ("{queries}", recipes::queries()),
            ("{scopes}", described(&catalogue::scopes().words)),
            ("{limits}", limits(settings)),
            ("{advice}", described(&catalogue::advice().words)),
            ("{codes}", described(&catalogue::top_level_codes().words)),
            ("{families}", catalogue::error_families().iter().map(family).collect()),
            ("{changes}", changes()),
        ];
        let portal = parts.iter().fold(PAGE.to_owned(), |page, (place, words)| page.replace(place, words));
        Self { portal, explorer: EXPLORER.replace("{examples}", &recipes::examples()), graphiql: graphiql::written() }
    }
}

/// Routes of the pages.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/developers", web::get().to(portal))
        .route("/developers/explorer", web::get().to(explorer))
        .route("/developers/explorer.js", web::get().to(script))
        .route("/developers/style.css", web::get().to(style))
        .configure(graphiql::routes);
}

async fn portal(pages: Data<Pages>) -> HttpResponse {
    answer("text/html; charset=utf-8", pages.portal.clone())
}

async fn explorer(pages: Data<Pages>) -> HttpResponse {
    answer("text/html; charset=utf-8", pages.explorer.clone())
}

async fn script() -> HttpResponse {
    answer("text/javascript; charset=utf-8", SCRIPT.to_owned())
}

async fn style() -> HttpResponse {
    answer("text/css; charset=utf-8", STYLE.to_owned())
}

fn answer(kind: &str, body: String) -> HttpResponse {
    headed(kind, POLICY).body(body)
}

/// An answer that is what it says, and does no more than a policy lets it.
fn headed(kind: &str, policy: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"));
    answer
}

/// Each limit with its figure, as this server keeps it.
fn limits(settings: &Settings) -> String {
    let (limits, budget) = (&settings.limits, &settings.budget);
    let rows = [
        ("A request body", format!("{} bytes", settings.body_bytes)),
        ("A request may take to arrive", format!("{} seconds", settings.read_deadline.as_secs())),
        ("An operation may take to run", format!("{} seconds", settings.execution_deadline.as_secs())),
        ("A document", format!("{} bytes, {} tokens", limits.document_bytes, limits.tokens)),
        ("Brackets within brackets", limits.nesting.to_string()),
        ("Values in the JSON of a request", limits.json_values.to_string()),
        ("Fields within fields", limits.depth.to_string()),
        ("Selections, with every fragment written out", limits.selections.to_string()),
        ("Aliases", limits.aliases.to_string()),
        ("Directives on one field", limits.directives.to_string()),
        ("Cost of one operation", limits.cost.to_string()),
        (
            "Cost for each caller",
            format!("{}, of which {} come back each second", budget.max, budget.restore_per_second),
        ),
        ("A picture", format!("{MAX_BYTES} bytes")),
    ];
    let mut table =
        "<table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">At most</th></tr></thead><tbody>\n".to_owned();
    for (what, most) in rows {
        let _ = writeln!(table, "<tr><th scope=\"row\">{what}</th><td>{most}</td></tr>");
    }
    let paying = "<p>Cost is one for each selection, and what is inside a list counts once for each item that its \
                  <code>first</code> asks for. Every answer tells it in <code>extensions.cost</code>, with what is left.</p>";
    format!("{table}</tbody></table>\n{paying}")
}

/// Words of a closed list with what each means.
fn described<T>(words: &[Word<T>]) -> String {
    let one = |word: &Word<T>| {
        format!("<dt><code>{}</code></dt>\n<dd>{}</dd>\n", word.name, escaped_for_html(&word.description))
    };
    format!("<dl>\n{}</dl>", words.iter().map(one).collect::<String>())
}

/// A family of user errors: each code, what it means and what an offline queue should do.
fn family(family: &ErrorFamily) -> String {
    let (name, about) = (&family.name, escaped_for_html(&family.description));
    let advice = catalogue::advice();
    let mut table = format!(
        "<h3 id=\"{name}\"><code>{name}</code></h3>\n<p>{about}</p>\n<div class=\"wide\" role=\"region\" aria-labelledby=\"{name}\" \
         tabindex=\"0\"><table><thead><tr><th scope=\"col\">Code</th><th scope=\"col\">What it means</th>\
         <th scope=\"col\">Retry</th></tr></thead><tbody>\n"
    );
    for code in &family.codes {
        let retry = advice.words.iter().find(|word| word.value == code.value).map_or("", |word| word.name);
        let (code, means) = (code.name, escaped_for_html(&code.description));
        let _ = writeln!(
            table,
            "<tr><th scope=\"row\"><code>{code}</code></th><td>{means}</td><td><code>{retry}</code></td></tr>"
        );
    }
    table + "</tbody></table></div>\n"
}

/// What has changed, as the file says it.
fn changes() -> String {
    let row = |line: &str| {
        let mut parts = line.splitn(3, " | ").map(escaped_for_html);
        let mut next = || parts.next().unwrap_or_default();
        format!("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", next(), next(), next())
    };
    let rows: String = CHANGES.lines().map(row).collect();
    format!(
        "<table><thead><tr><th scope=\"col\">Day</th><th scope=\"col\">Version</th><th scope=\"col\">What</th></tr></thead>\
         <tbody>\n{rows}</tbody></table>"
    )
}
