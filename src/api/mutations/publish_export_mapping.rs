//! publishExportMapping: say which columns finance takes, from the next export on.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use busfare_entity::export_mapping;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{export::ExportMapping, user_error::BooksUserError},
        verb::{Done, Stop, Verb},
    },
    rules::books::{
        self, BooksRefusal,
        mapping::{Mapping, MappingProblem},
    },
    store::{self, books::export},
};

/// What `publishExportMapping` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PublishExportMappingInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// A TOML file of at most 16 KiB: `date_format` (such as `"%d/%m/%Y"`), `delimiter` (`","`, `";"`, `"|"` or a tab),
    /// and 1 to 50 `[[column]]` tables, each with a `heading` and either a `value`, which is the same in every line, or a
    /// `field`: `batch`, `line`, `date`, `reference`, `entry`, `cost_centre`, `subjective_code`, `budget`, `purpose`,
    /// `description`, `movement`, `amount`, `debit`, `credit`, `pence`, `vat`.
    source: String,
}

/// What `publishExportMapping` answers.
#[derive(SimpleObject)]
pub struct PublishExportMappingPayload {
    /// The columns as published.
    mapping: Option<ExportMapping>,
    /// Everything that is wrong with the file, each with its line; empty where nothing is. Then nothing was changed.
    user_errors: Vec<BooksUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct PublishExportMapping;

/// Why it was not published.
enum Unpublished {
    /// A file that cannot be used.
    Unusable(Vec<MappingProblem>),
    /// Anything else.
    Stopped(Stop<BooksRefusal>),
}

impl<Any: Into<Stop<BooksRefusal>>> From<Any> for Unpublished {
    fn from(stop: Any) -> Self {
        Self::Stopped(stop.into())
    }
}

#[Object]
impl PublishExportMapping {
    /// Publishes the columns of the journal file from the next export on, for an enabler or a senior. Earlier exports keep
    /// the columns they were written with. It is not an app's to use.
    async fn publish_export_mapping(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The columns.")] input: PublishExportMappingInput,
    ) -> Answer<PublishExportMappingPayload> {
        let refused = |errors| PublishExportMappingPayload { mapping: None, user_errors: errors, replayed: false };
        let language = ctx.language()?;
        match publish(ctx, input).await {
            Ok(done) => Ok(PublishExportMappingPayload {
                mapping: Some(ExportMapping(Some(done.value))),
                user_errors: vec![],
                replayed: done.replayed,
            }),
            Err(Unpublished::Unusable(problems)) => {
                let error = |problem| BooksUserError::new(&BooksRefusal::Mapping(problem), language);
                Ok(refused(problems.into_iter().map(error).collect()))
            }
            Err(Unpublished::Stopped(Stop::Refused(refusal))) => {
                Ok(refused(vec![BooksUserError::new(&refusal, language)]))
            }
            Err(Unpublished::Stopped(Stop::Problem(problem))) => Err(problem),
        }
    }
}

async fn publish(
    ctx: &Context<'_>,
    input: PublishExportMappingInput,
) -> Result<Done<export_mapping::Model>, Unpublished> {
    // Who publishes what?
    let viewer = ctx.viewer()?;
    books::may_keep_books(&viewer)?;
    Mapping::read(&input.source).map_err(Unpublished::Unusable)?;
    Ok(remember(ctx, input).await?)
}

async fn remember(ctx: &Context<'_>, input: PublishExportMappingInput) -> Verb<export_mapping::Model, BooksRefusal> {
    // Was this answered before?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (txn, key) = match idempotent::begin(ctx, "publishExportMapping", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(mapping) => return Ok(Done::before(mapping)),
        Turn::Reused => return Err(BooksRefusal::IdempotencyKeyReused.into()),
    };

    // Remember.
    let organisation = store::books::take_turn(&txn, viewer.organisation).await?;
    let last = export::mapping(&txn, organisation.id).await?;
    let mapping = export_mapping::Model {
        id: store::mint::id(),
        organisation_id: organisation.id,
        version: last.map_or(1, |last| last.version + 1),
        source: input.source,
        published_by: viewer.id,
        published_at: now,
    };
    export::publish_mapping(&txn, mapping.clone()).await?;
    idempotent::keep(&txn, &key, &mapping).await?;
    txn.commit().await?;

    Ok(Done::now(mapping))
}
