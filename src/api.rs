//! SPEAKS: the GraphQL schema. `types` are the nouns, `mutations` the verbs (one file each), `query` the way in,
//! `subscription` what is told while it happens.

pub mod asking;
pub mod at_the_council;
pub mod bearers;
pub mod callers;
pub mod capturing;
pub mod catalogue;
pub mod changing;
pub mod context;
pub mod council_sign_in;
pub mod deciding;
pub mod error;
pub mod evidence;
pub mod idempotent;
pub mod late;
pub mod loaders;
pub mod messages;
pub mod mutations;
pub mod offline;
pub mod paying;
pub mod query;
pub mod reading;
pub mod recording;
pub mod registering;
pub mod scalars;
pub mod seating;
pub mod second_step;
pub mod signing_in;
pub mod since;
pub mod sitting;
pub mod state;
pub mod subscription;
pub mod telling;
pub mod till;
pub mod today;
pub mod tokens;
pub mod types;
pub mod upload;
pub mod verb;
pub mod warning;

use std::sync::LazyLock;

use async_graphql::{SDLExportOptions, ValidationMode};

pub use self::{mutations::Mutation, query::Query, subscription::Subscription};

/// The schema that the phone and third-party apps talk to.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Builds the schema. The front door bounds documents and looks for what is wrong with them before they get here, so that
/// nobody does so again.
pub fn schema() -> Schema {
    bare().validation_mode(ValidationMode::Fast).finish()
}

/// The contract as text: what `schema.graphql` holds. It is written once, however many ask.
pub fn sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| {
        bare().finish().sdl_with_options(SDLExportOptions::new().include_specified_by().sorted_enum_items())
    });
    &SDL
}

fn bare() -> async_graphql::SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query, Mutation::default(), Subscription)
        .register_output_type::<types::user_error::UserError>()
        .disable_suggestions()
}
