//! Published forms and the questions in them.

use std::collections::HashMap;

use busfare_entity::{
    form_context, form_item, form_template, form_version, question, question_version,
    words::{FormContextKind, FormVersionId, OrganisationId, QuestionId},
};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use crate::rules::answer::Takes;

/// A published version with the form it is a version of.
#[derive(Clone, Debug)]
pub struct Form {
    /// The version.
    pub version: form_version::Model,
    /// The form.
    pub template: form_template::Model,
}

/// One item with its question, as one version words it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The question's place in the form.
    pub place: form_item::Model,
    /// Its wording.
    pub wording: question_version::Model,
    /// The question in the bank.
    pub question: question::Model,
}

impl Item {
    /// What kind of answer it takes.
    pub fn takes(&self) -> Takes {
        Takes {
            kind: self.wording.kind,
            max_chars: self.wording.max_chars.and_then(|most| usize::try_from(most).ok()),
            choices: serde_json::from_value(self.wording.choices.clone()).unwrap_or_default(),
        }
    }
}

/// The smallest published form for a context: fewest questions, then fewest words, then the newest.
pub async fn smallest_for(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    context: FormContextKind,
) -> Result<Option<Form>, DbErr> {
    let offered = form_version::Entity::belongs_to(form_context::Entity)
        .from(form_version::Column::FormTemplateId)
        .to(form_context::Column::FormTemplateId)
        .into();
    let candidates = with_templates()
        .join(JoinType::InnerJoin, offered)
        .filter(form_template::Column::OrganisationId.eq(organisation))
        .filter(form_context::Column::Kind.eq(context))
        .all(conn)
        .await?;

    let mut forms: Vec<Form> =
        candidates.into_iter().filter_map(|(version, template)| Some(Form { version, template: template? })).collect();
    // Of each form only the newest version is offered.
    forms.sort_by_key(|form| (form.template.id, -form.version.version));
    forms.dedup_by_key(|form| form.template.id);
    Ok(forms.into_iter().min_by_key(|form| (form.version.max_shown, form.version.reading_words, form.template.id)))
}

/// Published versions of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[FormVersionId],
) -> Result<Vec<Form>, DbErr> {
    let rows = with_templates()
        .filter(form_version::Column::Id.is_in(ids.iter().copied()))
        .filter(form_template::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(version, template)| Some(Form { version, template: template? })).collect())
}

fn with_templates() -> sea_orm::SelectTwo<form_version::Entity, form_template::Entity> {
    let of = form_version::Entity::belongs_to(form_template::Entity)
        .from(form_version::Column::FormTemplateId)
        .to(form_template::Column::Id)
        .into();
    form_version::Entity::find().join(JoinType::InnerJoin, of).select_also(form_template::Entity)
}

/// The items of versions, in order.
pub async fn items(conn: &impl ConnectionTrait, versions: &[FormVersionId]) -> Result<Vec<Item>, DbErr> {
    let worded = form_item::Entity::belongs_to(question_version::Entity)
        .from(form_item::Column::QuestionVersionId)
        .to(question_version::Column::Id)
        .into();
    let rows = form_item::Entity::find()
        .join(JoinType::InnerJoin, worded)
        .filter(form_item::Column::FormVersionId.is_in(versions.iter().copied()))
        .order_by_asc(form_item::Column::FormVersionId)
        .order_by_asc(form_item::Column::Position)
        .select_also(question_version::Entity)
        .all(conn)
        .await?;
    let asked = rows.iter().filter_map(|(_, wording)| wording.as_ref()).map(|wording| wording.question_id);
    let questions: HashMap<QuestionId, question::Model> = question::Entity::find()
        .filter(question::Column::Id.is_in(asked))
        .all(conn)
        .await?
        .into_iter()
        .map(|question| (question.id, question))
        .collect();
    Ok(rows
        .into_iter()
        .filter_map(|(place, wording)| {
            let wording = wording?;
            let question = questions.get(&wording.question_id)?.clone();
            Some(Item { place, wording, question })
        })
        .collect())
}

/// Whether a question may still be asked on a day.
pub fn is_current(item: &Item, on: NaiveDate) -> bool {
    on <= item.question.review_on
}

/// A form to publish, with everything it is made of.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The form.
    pub template: form_template::Model,
    /// What it is offered for.
    pub contexts: Vec<FormContextKind>,
    /// The version.
    pub version: form_version::Model,
    /// Its items.
    pub items: Vec<form_item::Model>,
}

/// Adds questions with their first wording.
pub async fn add_questions(
    conn: &impl ConnectionTrait,
    questions: Vec<(question::Model, question_version::Model)>,
) -> Result<(), DbErr> {
    for (question, wording) in questions {
        question::Entity::insert(question.into_active_model()).exec_without_returning(conn).await?;
        question_version::Entity::insert(wording.into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Publishes a new form.
pub async fn publish(conn: &impl ConnectionTrait, form: Publication) -> Result<(), DbErr> {
    let template = form.template.id;
    form_template::Entity::insert(form.template.into_active_model()).exec_without_returning(conn).await?;
    for kind in form.contexts {
        let row = form_context::Model { form_template_id: template, kind };
        form_context::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    form_version::Entity::insert(form.version.into_active_model()).exec_without_returning(conn).await?;
    let items = form.items.into_iter().map(IntoActiveModel::into_active_model);
    form_item::Entity::insert_many(items).exec_without_returning(conn).await.map(|_| ())
}
