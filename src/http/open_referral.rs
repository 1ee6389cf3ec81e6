//! The directory for anybody: our hubs and what was imported, as services of Open Referral UK 3, without signing in and for
//! any page of any site to read.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{self, Data},
};
use busfare_entity::organisation;
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{clock, packing::known_tag, problem::Refused};
use crate::{
    api::{
        error::Problem,
        messages::{Message, message},
        state::State,
    },
    rules::{
        directory::{MOST_PER_PAGE, PER_PAGE, Wanted, envelope, search},
        text,
    },
    store::{self, directory::Listed},
};

/// Most characters that somebody may look for.
const SEARCH_CHARS: usize = 100;
/// Most characters of a need's id or name.
const NEED_CHARS: usize = 200;
/// The last page that anybody needs to ask for.
const LAST_PAGE: u64 = 1_000_000;

/// Routes below `/open-referral`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let open = |path: &str| web::resource(path).route(web::method(Method::OPTIONS).to(may_ask));
    config
        .service(open("/open-referral/services").route(web::get().to(get_services)))
        .service(open("/open-referral/services/{id}").route(web::get().to(get_service)));
}

/// Any page may ask, and it may ask whether something has changed.
async fn may_ask() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

async fn get_services(http: HttpRequest, state: Data<State>) -> HttpResponse {
    answer(&http, page(&http, &state).await)
}

/// What is no text is no id of anything.
async fn get_service(http: HttpRequest, id: Option<web::Path<String>>, state: Data<State>) -> HttpResponse {
    let id = id.map(web::Path::into_inner).unwrap_or_default();
    answer(&http, one(&id, &state).await)
}

/// What is wanted of the list.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    page: u64,
    per_page: u64,
    listed: Listed,
}

impl Asked {
    /// Reads the standard's parameters. Those that are not offered here are passed over.
    fn read(query: &str) -> Result<Self, Refused> {
        let mut asked = Self { page: 1, per_page: PER_PAGE, listed: Listed::default() };
        let given = web::Query::<Vec<(String, String)>>::from_query(query);
        for (name, value) in given.map_err(|_| unreadable(message!("query-unreadable")))?.into_inner() {
            match name.as_str() {
                "page" => asked.page = number(&value, "page", LAST_PAGE)?,
                "per_page" => {
                    asked.per_page = number(&value, "per_page", MOST_PER_PAGE)?;
                }
                "search" | "text" => {
                    asked.listed.words = words(&value, "search", SEARCH_CHARS)?;
                }
                "taxonomy_term_id" => {
                    let need = words(&value, "taxonomy_term_id", NEED_CHARS)?;
                    asked.listed.need = Some(need).filter(|need| !need.is_empty());
                }
                _ => {}
            }
        }
        Ok(asked)
    }
}

fn number(text: &str, name: &str, most: u64) -> Result<u64, Refused> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| unreadable(message!("number-out-of-range", name = name, most = most)))
}

fn words(typed: &str, name: &str, most: usize) -> Result<String, Refused> {
    let plain = text::plain(typed, most);
    Ok(plain.map_err(|_| unreadable(message!("text-not-plain", name = name, most = most)))?.unwrap_or_default())
}

fn unreadable(amiss: Message) -> Refused {
    Refused::input(StatusCode::BAD_REQUEST, "QUERY_NOT_READ", amiss)
}

/// A page of everything: our hubs by name, then what was imported by its id.
async fn page(http: &HttpRequest, state: &State) -> Result<Value, Refused> {
    let Asked { page, per_page, listed } = Asked::read(http.query_string())?;
    let (reader, ours) = (state.db.reader(), ours(state).await?);
    let hubs = store::directory::services(reader, &ours, clock::now()).await?;
    let wanted = Wanted { words: listed.words.clone(), need: listed.need.clone(), near: None };
    let hubs: Vec<_> = match listed == Listed::default() {
        true => hubs.iter().collect(),
        false => search(&hubs, &wanted, usize::MAX).into_iter().map(|found| found.record).collect(),
    };

    let hub_count = u64::try_from(hubs.len()).unwrap_or(u64::MAX);
    let total = hub_count + store::directory::count(reader, ours.id, &listed).await?;
    let from = (page - 1) * per_page;
    let place = |at: u64| usize::try_from(at.min(hub_count)).unwrap_or(usize::MAX);
    let of_hubs = &hubs[place(from)..place(from + per_page)];
    let mut contents: Vec<Value> = of_hubs.iter().map(|hub| Value::Object(hub.published.clone())).collect();
    let left = per_page - u64::try_from(contents.len()).unwrap_or_default();
    if left > 0 {
        let after = from.saturating_sub(hub_count);
        let imported = store::directory::list(reader, ours.id, &listed, (after, left)).await?;
        contents.extend(imported.into_iter().map(Value::Object));
    }
    Ok(envelope(contents, total, page, per_page))
}

async fn one(id: &str, state: &State) -> Result<Value, Refused> {
    let (reader, ours) = (state.db.reader(), ours(state).await?);
    if id.is_empty() || text::hides_something(id) {
        return Err(Problem::not_found().into());
    }
    if let Some(published) = store::directory::published(reader, ours.id, id).await? {
        return Ok(Value::Object(published));
    }
    let hubs = store::directory::services(reader, &ours, clock::now()).await?;
    let hub = hubs.into_iter().find(|hub| hub.id == id).ok_or_else(Problem::not_found)?;
    Ok(Value::Object(hub.published))
}

/// Whose directory it is. Where several organisations share a database, an address without a name is nobody's.
async fn ours(state: &State) -> Result<organisation::Model, Refused> {
    let mut all = store::people::organisations(state.db.reader()).await?;
    Ok(all.pop().filter(|_| all.is_empty()).ok_or_else(Problem::not_found)?)
}

/// The answer with the mark of what is in it, so that who has it already is not sent it again.
fn answer(http: &HttpRequest, found: Result<Value, Refused>) -> HttpResponse {
    let body = match found {
        Ok(found) => found.to_string(),
        Err(refused) => {
            let mut response = refused.answer(http, None);
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            return response;
        }
    };
    let mark = format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(body.as_bytes())));
    let known = known_tag(http.headers(), &mark);
    let has_it = known.is_some();
    let mut response = if has_it { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, known.unwrap_or(mark)))
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((ACCESS_CONTROL_EXPOSE_HEADERS, "ETag"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if has_it {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, "application/json; charset=utf-8")).body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_s_parameters_are_read_and_others_passed_over() {
        let asked = Asked::read("page=3&per_page=100&search=caf%C3%A9+bank&taxonomy_term_id=t1&day=MO&page=4").unwrap();
        let listed = Listed { words: "café bank".into(), need: Some("t1".into()) };
        assert_eq!(asked, Asked { page: 4, per_page: 100, listed });
        assert_eq!(Asked::read("").unwrap(), Asked { page: 1, per_page: 50, listed: Listed::default() });
        assert_eq!(Asked::read("text=food").unwrap().listed.words, "food");
    }

    #[test]
    fn what_is_no_page_is_told_so() {
        let long = format!("search={}", "a".repeat(101));
        for query in [
            "page=-1",
            "page=0",
            "page=x",
            "page=",
            "page=1.5",
            "page=18446744073709551616",
            "per_page=0",
            "per_page=1000000000",
            "per_page=-5",
            "page=1000001",
            "search=a%E2%80%AEb",
            long.as_str(),
        ] {
            assert!(Asked::read(query).is_err(), "{query}");
        }
    }
}
