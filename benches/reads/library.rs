//! What the library that runs documents takes for itself: the answers that are written by hand, resolved by it field by field
//! from a schema of just these types, and nothing else of ours. A document is read once. No server on that library answers
//! oftener than this.

use std::collections::HashMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use async_graphql::{
    Context, EmptyMutation, EmptySubscription, ID, Object, Request, Schema, Union, ValidationMode, Value,
    parser::{parse_query, types::ExecutableDocument},
};

use crate::{
    answer::{Asker, Budget, LIST, Money, NODE, Page, PageInfo, Receipt, Spend, SpendInList, in_milliseconds},
    ceiling::{Hand, Worker},
};

/// The schema of one worker, with the documents that it has read.
pub struct Library {
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
    read: HashMap<&'static str, ExecutableDocument>,
}

impl Default for Library {
    fn default() -> Self {
        let schema = Schema::build(Query, EmptyMutation, EmptySubscription).validation_mode(ValidationMode::Fast);
        let read = [LIST, NODE].map(|text| (text, parse_query(text).unwrap()));
        Self { schema: schema.finish(), read: HashMap::from(read) }
    }
}

/// Answers a request: what it asks for is fetched by hand, and the library makes the answer of it.
pub async fn answer<H: Hand>(
    http: HttpRequest,
    worker: Data<Worker<H>>,
    library: Data<Library>,
    request: Json<Request>,
) -> HttpResponse {
    let Some(who) = worker.who(&http).await else { return HttpResponse::Unauthorized().finish() };
    let mut request = request.into_inner();
    request.set_parsed_query(library.read[request.query.as_str()].clone());
    let request = match request.variables.get("id") {
        Some(Value::String(id)) => {
            let spend = worker.hand.node(who, id.parse().unwrap()).await;
            request.data(spend.map(Node::Spend))
        }
        _ => request.data(worker.hand.list(who).await),
    };
    HttpResponse::Ok().json(library.schema.execute(request).await)
}

struct Query;

#[Object]
impl Query {
    async fn spends<'a>(&self, ctx: &'a Context<'_>, first: i32) -> Option<&'a Page> {
        ctx.data_opt().filter(|_| first > 0)
    }

    async fn node<'a>(&self, ctx: &'a Context<'_>, id: ID) -> Option<&'a Node> {
        ctx.data_opt::<Option<Node>>().filter(|_| !id.is_empty())?.as_ref()
    }
}

#[derive(Union)]
enum Node {
    Spend(Spend),
}

#[Object]
impl Page {
    async fn nodes(&self) -> &[SpendInList] {
        &self.nodes
    }

    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }
}

#[Object]
impl PageInfo {
    async fn has_next_page(&self) -> bool {
        self.has_next_page
    }

    async fn end_cursor(&self) -> Option<&str> {
        self.end_cursor.as_deref()
    }
}

/// What both kinds of spends have.
macro_rules! spends {
    ($($name:ident($($at:ident).*) { $($more:tt)* })+) => {$(
        #[Object]
        impl $name {
            async fn id(&self) -> ID {
                self.$($at.)*id.into()
            }

            async fn reason(&self) -> Option<&str> {
                self.$($at.)*reason.as_deref()
            }

            async fn decision(&self) -> &str {
                &self.$($at.)*decision
            }

            async fn money(&self) -> &str {
                &self.$($at.)*money
            }

            async fn evidence(&self) -> &str {
                &self.$($at.)*evidence
            }

            async fn requested_at(&self) -> String {
                in_milliseconds(&self.$($at.)*requested_at)
            }

            async fn total(&self) -> &Money {
                &self.$($at.)*total
            }

            $($more)*
        }
    )+};
}

spends! {
    Spend() {}
    SpendInList(spend) {
        async fn asker(&self) -> &Asker {
            &self.asker
        }

        async fn budget(&self) -> &Budget {
            &self.budget
        }

        async fn receipts(&self) -> &[Receipt] {
            &self.receipts
        }
    }
}

#[Object]
impl Money {
    async fn amount(&self) -> &str {
        &self.amount
    }

    async fn currency(&self) -> &str {
        self.currency
    }
}

#[Object]
impl Asker {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn name(&self) -> &str {
        &self.name
    }

    async fn role(&self) -> &str {
        &self.role
    }
}

#[Object]
impl Budget {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn name(&self) -> &str {
        &self.name
    }

    async fn period_end(&self) -> String {
        self.period_end.to_string()
    }

    async fn available(&self) -> &Money {
        &self.available
    }
}

#[Object]
impl Receipt {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn state(&self) -> &str {
        &self.state
    }

    async fn captured_at(&self) -> String {
        in_milliseconds(&self.captured_at)
    }

    async fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    async fn thumbnail_url(&self) -> Option<&str> {
        self.thumbnail_url.as_deref()
    }
}
