//! What an app may use of the schema, told from the document before anything runs.

use async_graphql::parser::types::ExecutableDocument;
use busfare_entity::words::AppScope;

use super::fields::Fields;
use crate::{
    api::{error::Problem, messages::message},
    rules::{
        app::authorization::listed,
        scope::{Field, Needs, first_unmet},
    },
};

/// The fields of the schema, with what each leads to.
#[derive(Debug)]
pub struct Access(Fields);

impl Access {
    /// Of the schema in this text.
    pub fn of(sdl: &str) -> Self {
        Self(Fields::of(sdl))
    }

    /// Whether an app with these scopes may use all that an operation of a document names.
    pub(super) fn check(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        granted: &[AppScope],
    ) -> Result<(), Problem> {
        let used = self.0.used_by(document, operation);
        let fields = used.iter().filter_map(|place| self.0.all().get(*place)).map(|field| Field {
            of: &field.of,
            name: &field.name,
            leads_to: self.0.object(&field.answers),
        });
        first_unmet(fields, granted).map_or(Ok(()), |(field, needs)| Err(not_granted(field, needs)))
    }
}

fn not_granted(field: Field<'_>, needs: Needs) -> Problem {
    let field = format!("{}.{}", field.of, field.name);
    Problem::forbidden(match needs {
        Needs::Scope(scope) => {
            message!("app-field-needs-scope", field = field, scope = listed(&[scope]))
        }
        Needs::InPerson | Needs::Nothing => {
            message!("app-field-in-person", field = field)
        }
    })
}
