//! Published forms: their versions, what stands in them, and the questions of the bank behind it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use busfare_entity::{
    form_content, form_item, form_offer, form_template, form_version, question, question_version,
    words::{FormTemplateId, FormVersionId, OrganisationId, QuestionId},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query, SelectStatement, SimpleExpr},
};

use super::{bank, rows};
use crate::rules::{
    form::{Definition, Measures, Offer, Wanted, content_sha256},
    logic::Logic,
    wording::Wording,
};

/// A published version with the form it is a version of.
#[derive(Clone, Debug)]
pub struct Form {
    /// The version.
    pub version: form_version::Model,
    /// The form.
    pub template: form_template::Model,
}

/// What stands in a version, with the questions of the bank by their codes.
#[derive(Clone, Debug)]
pub struct Content {
    /// The version.
    pub version: FormVersionId,
    /// What stands in it.
    pub definition: Definition,
    /// The questions that it asks, as they are in the bank now.
    pub questions: HashMap<String, question::Model>,
}

impl Content {
    /// A question of the bank that the form asks.
    pub fn question(&self, code: &str) -> Option<&question::Model> {
        self.questions.get(code)
    }

    /// Whether the form still asks a question in what begins on a day.
    pub fn is_asked(&self, code: &str, on: NaiveDate) -> bool {
        self.question(code).is_some_and(|question| bank::term(question).is_asked(on))
    }

    /// Its conditions, ready to be asked.
    pub fn logic(&self) -> Result<Logic, DbErr> {
        self.definition.check().map_err(|malformed| DbErr::Custom(malformed.to_string()))
    }
}

/// The title of a form.
pub fn title(template: &form_template::Model) -> Wording {
    serde_json::from_value(template.title.clone()).unwrap_or_default()
}

/// The newest version of every form that is offered for something, the smallest first: fewest questions, then fewest words.
/// One that asks more than its tier allows is offered only while it has leave to.
pub async fn offered(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    wanted: &Wanted,
    today: NaiveDate,
) -> Result<Vec<Form>, DbErr> {
    let offers = form_offer::Entity::belongs_to(form_template::Entity)
        .from(form_offer::Column::FormTemplateId)
        .to(form_template::Column::Id)
        .into();
    let offers = form_offer::Entity::find()
        .join(JoinType::InnerJoin, offers)
        .filter(form_template::Column::OrganisationId.eq(organisation))
        .filter(form_offer::Column::Kind.eq(wanted.kind))
        .all(conn)
        .await?;
    let fitting = offers.iter().filter(|row| offer(row).fits(wanted)).map(|row| row.form_template_id);
    let templates: HashSet<FormTemplateId> = fitting.collect();

    let versions = with_templates()
        .filter(form_template::Column::Id.is_in(templates))
        .filter(Expr::cust(NEWEST))
        .filter(may_be_offered(today))
        .all(conn)
        .await?;
    let mut forms: Vec<Form> = paired(versions);
    forms.sort_by_key(|form| (form.version.max_shown, form.version.reading_words, form.template.id));
    Ok(forms)
}

/// No later version of the same form.
const NEWEST: &str = "NOT EXISTS (SELECT 1 FROM form_version AS later WHERE \
     later.form_template_id = form_version.form_template_id AND later.version > form_version.version)";

fn may_be_offered(today: NaiveDate) -> Condition {
    Condition::any().add(form_version::Column::WaivedUntil.is_null()).add(form_version::Column::WaivedUntil.gte(today))
}

/// An offer as rules see it.
pub fn offer(row: &form_offer::Model) -> Offer {
    Offer {
        kind: row.kind,
        purpose: row.spend_purpose_id,
        hub: row.hub_id,
        least_pence: row.least_pence,
        most_pence: row.most_pence,
    }
}

/// Published versions of the organisation by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    ids: &[FormVersionId],
) -> Result<Vec<Form>, DbErr> {
    let named = form_version::Column::Id.is_in(ids.iter().copied());
    let rows = with_templates().filter(named).filter(ours(organisation)).all(conn).await?;
    Ok(paired(rows))
}

/// The newest version of a form, by the form's code.
pub async fn newest(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    code: &str,
) -> Result<Option<Form>, DbErr> {
    let rows = with_templates()
        .filter(ours(organisation))
        .filter(form_template::Column::Code.eq(code))
        .filter(Expr::cust(NEWEST))
        .all(conn)
        .await?;
    Ok(paired(rows).into_iter().next())
}

/// All versions of a form, the oldest first.
pub async fn versions(
    conn: &impl ConnectionTrait,
    template: FormTemplateId,
) -> Result<Vec<form_version::Model>, DbErr> {
    form_version::Entity::find()
        .filter(form_version::Column::FormTemplateId.eq(template))
        .order_by_asc(form_version::Column::Version)
        .all(conn)
        .await
}

/// The ids of all versions of a form, to ask for what refers to one of them.
pub(super) fn ids_of(template: FormTemplateId) -> SelectStatement {
    Query::select()
        .column(form_version::Column::Id)
        .from(form_version::Entity)
        .and_where(form_version::Column::FormTemplateId.eq(template))
        .to_owned()
}

/// The newest version of every form, by code.
pub async fn all(conn: &impl ConnectionTrait, organisation: OrganisationId, most: u64) -> Result<Vec<Form>, DbErr> {
    let rows = with_templates()
        .filter(ours(organisation))
        .filter(Expr::cust(NEWEST))
        .order_by_asc(form_template::Column::Code)
        .limit(most)
        .all(conn)
        .await?;
    Ok(paired(rows))
}

fn ours(organisation: OrganisationId) -> SimpleExpr {
    form_template::Column::OrganisationId.eq(organisation)
}

fn paired(rows: Vec<(form_version::Model, Option<form_template::Model>)>) -> Vec<Form> {
    rows.into_iter().filter_map(|(version, template)| Some(Form { version, template: template? })).collect()
}

fn with_templates() -> sea_orm::SelectTwo<form_version::Entity, form_template::Entity> {
    let of = form_version::Entity::belongs_to(form_template::Entity)
        .from(form_version::Column::FormTemplateId)
        .to(form_template::Column::Id)
        .into();
    form_version::Entity::find().join(JoinType::InnerJoin, of).select_also(form_template::Entity)
}

/// What stands in versions, in any order.
pub async fn contents(conn: &impl ConnectionTrait, versions: &[FormVersionId]) -> Result<Vec<Arc<Content>>, DbErr> {
    let rows = form_content::Entity::find()
        .filter(form_content::Column::FormVersionId.is_in(versions.iter().copied()))
        .all(conn)
        .await?;
    let worded = question_version::Entity::belongs_to(question::Entity)
        .from(question_version::Column::QuestionId)
        .to(question::Column::Id)
        .into();
    let placed = form_item::Entity::belongs_to(question_version::Entity)
        .from(form_item::Column::QuestionVersionId)
        .to(question_version::Column::Id)
        .into();
    let asked = form_item::Entity::find()
        .join(JoinType::InnerJoin, placed)
        .join(JoinType::InnerJoin, worded)
        .filter(form_item::Column::FormVersionId.is_in(versions.iter().copied()))
        .select_also(question::Entity)
        .all(conn)
        .await?;
    let mut questions: HashMap<FormVersionId, HashMap<String, question::Model>> = HashMap::new();
    for (place, question) in asked {
        if let Some(question) = question {
            questions.entry(place.form_version_id).or_default().insert(question.code.clone(), question);
        }
    }
    rows.into_iter()
        .map(|row| {
            let definition = serde_json::from_value(row.definition).map_err(|error| DbErr::Json(error.to_string()))?;
            let questions = questions.remove(&row.form_version_id).unwrap_or_default();
            Ok(Arc::new(Content { version: row.form_version_id, definition, questions }))
        })
        .collect()
}

/// What stands in a version.
pub async fn content(conn: &impl ConnectionTrait, version: FormVersionId) -> Result<Arc<Content>, DbErr> {
    let mut contents = contents(conn, &[version]).await?;
    contents.pop().ok_or_else(|| DbErr::RecordNotFound("a form's content".into()))
}

/// A form to publish, with everything it is made of.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The form.
    pub template: form_template::Model,
    /// When it is offered.
    pub offers: Vec<Offer>,
    /// The version.
    pub version: form_version::Model,
    /// What stands in it.
    pub definition: Definition,
}

impl Publication {
    /// A version with what it asks of people; nobody has published it, and it needs no leave.
    pub fn version(
        template: &form_template::Model,
        number: i32,
        definition: &Definition,
        measures: Measures,
        now: DateTime<Utc>,
    ) -> form_version::Model {
        let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        form_version::Model {
            id: super::mint::id(),
            form_template_id: template.id,
            version: number,
            content_sha256: content_sha256(template.tier, definition).to_vec(),
            max_shown: whole(measures.max_shown),
            open_shown: whole(measures.open_shown),
            required_count: whole(measures.required_count),
            reading_words: whole(measures.reading_words),
            estimated_seconds: whole(measures.estimated_seconds),
            published_at: now,
            max_is_exact: measures.exact,
            published_by: None,
            waived_until: None,
        }
    }
}

/// Publishes a version of a form; of a new form also the form itself. Every question must be in the bank.
pub async fn publish(conn: &impl ConnectionTrait, form: Publication) -> Result<(), DbErr> {
    let Publication { template, offers, version, definition } = form;
    if version.version == 1 {
        form_template::Entity::insert(template.clone().into_active_model()).exec_without_returning(conn).await?;
    } else {
        form_template::Entity::update_many()
            .col_expr(form_template::Column::Title, Expr::value(template.title.clone()))
            .col_expr(form_template::Column::Tier, Expr::value(template.tier))
            .filter(form_template::Column::Id.eq(template.id))
            .exec(conn)
            .await?;
        form_offer::Entity::delete_many().filter(form_offer::Column::FormTemplateId.eq(template.id)).exec(conn).await?;
    }
    let offers = (1..).zip(offers).map(|(position, offer)| form_offer::Model {
        form_template_id: template.id,
        position,
        kind: offer.kind,
        spend_purpose_id: offer.purpose,
        hub_id: offer.hub,
        least_pence: offer.least_pence,
        most_pence: offer.most_pence,
    });
    rows::add_all::<form_offer::Entity>(conn, offers.collect()).await?;
    let version_id = version.id;
    form_version::Entity::insert(version.into_active_model()).exec_without_returning(conn).await?;
    let content = form_content::Model {
        form_version_id: version_id,
        definition: serde_json::to_value(&definition).map_err(|error| DbErr::Json(error.to_string()))?,
    };
    form_content::Entity::insert(content.into_active_model()).exec_without_returning(conn).await?;

    let codes: Vec<&str> = definition.questions().map(|posed| posed.asked.code.as_str()).collect();
    let newest = bank::newest(conn, template.organisation_id, &codes).await?;
    let items = (1..)
        .zip(definition.questions())
        .map(|(position, posed)| {
            let (_, worded) = newest
                .get(posed.asked.code.as_str())
                .ok_or_else(|| DbErr::RecordNotFound(format!("the question {}", posed.asked.code)))?;
            Ok(form_item::Model {
                id: super::mint::id(),
                form_version_id: version_id,
                position,
                link_id: posed.link_id.into(),
                question_version_id: worded.id,
                required: posed.asked.required,
            })
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    rows::add_all::<form_item::Entity>(conn, items).await
}

/// The newest versions of the forms that ask questions, by question.
pub async fn asking(conn: &impl ConnectionTrait, questions: &[QuestionId]) -> Result<Vec<(QuestionId, Form)>, DbErr> {
    let worded = form_item::Entity::belongs_to(question_version::Entity)
        .from(form_item::Column::QuestionVersionId)
        .to(question_version::Column::Id)
        .into();
    let places: Vec<(FormVersionId, QuestionId)> = form_item::Entity::find()
        .select_only()
        .column(form_item::Column::FormVersionId)
        .column(question_version::Column::QuestionId)
        .distinct()
        .join(JoinType::InnerJoin, worded)
        .filter(question_version::Column::QuestionId.is_in(questions.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let rows = with_templates()
        .filter(form_version::Column::Id.is_in(places.iter().map(|(version, _)| *version)))
        .filter(Expr::cust(NEWEST))
        .order_by_asc(form_template::Column::Code)
        .all(conn)
        .await?;
    let asked = |form: Form| {
        let version = form.version.id;
        let by = places.iter().filter(move |(asks, _)| *asks == version);
        by.map(move |(_, question)| (*question, form.clone())).collect::<Vec<_>>()
    };
    Ok(paired(rows).into_iter().flat_map(asked).collect())
}
