//! Drafts of forms: what they would ask of people, what keeps them from being published, and what they would change.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    form_draft,
    words::{FormTier, FormVersionId, Language},
};

use super::{
    form::{Form, asked},
    form_item::FormItem,
    people::Practitioner,
    wording,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
    },
    rules::{
        form::{Definition, Draft, Held, measure},
        publishing::{self, FormRefusal, publishable},
        refusal::Refusal,
    },
    store::{self, form::Content},
};

/// A form that somebody is still writing.
pub struct FormDraft(pub form_draft::Model);

/// A form that somebody is still writing. It asks its questions in the words that the bank has now. An app needs the scope
/// `FORMS_READ`.
#[Object]
impl FormDraft {
    /// Its id, `fdrf_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The form's code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Counts from 1; send it as `baseRevision` to change or publish the draft.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// Its title.
    async fn title(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(self.document()?.title.said_in(&language).to_owned())
    }

    /// The stakes, once somebody has said what they are.
    async fn tier(&self) -> Answer<Option<FormTier>> {
        Ok(self.document()?.tier)
    }

    /// Who changed it last.
    async fn changed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.changed_by).await.map(Practitioner)
    }

    /// When it was changed last.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }

    /// The version that it became; none while it is a draft.
    async fn published_as(&self, ctx: &Context<'_>) -> Answer<Option<Form>> {
        match self.0.published_as {
            Some(version) => loaders::must(ctx.loaders()?, version).await.map(|form| Some(Form(form))),
            None => Ok(None),
        }
    }

    /// What it would ask of people and what it would change. Nothing is recorded about anybody.
    async fn preview(&self, ctx: &Context<'_>) -> Answer<FormPreview> {
        let (viewer, reader, today) = (ctx.viewer()?, ctx.reader()?, ctx.now()?.date_naive());
        let (document, language) = (self.document()?, ctx.language()?);
        let codes: Vec<&str> = document.codes().collect();
        let newest = store::bank::newest(reader, viewer.organisation, &codes).await?;
        let definition = match document.compose(&store::bank::to_ask_of(&newest, today)?) {
            Ok(definition) => definition,
            Err(missing) => {
                let refusals = missing.into_iter().map(|one| FormRefusal::NotInTheBank(one).words(language));
                return Ok(FormPreview { against: refusals.collect(), ..FormPreview::default() });
            }
        };
        let waiver = store::form_draft::waiver(reader, self.0.id).await?.as_ref().map(store::form_draft::leave);
        // What it asks of people is the same in every tier; what it may ask is not.
        let verdict = measure(document.tier.unwrap_or(FormTier::LongerTerm), &definition);
        let measures = verdict.measures;
        let mut against: Vec<String> = match (document.tier, publishable(verdict, waiver, today)) {
            (None, _) => vec![FormRefusal::TierNeeded.words(language)],
            (Some(_), Ok(_)) => vec![],
            (Some(_), Err(against)) => {
                against.into_iter().map(|one| FormRefusal::Unpublishable(one).words(language)).collect()
            }
        };
        against.dedup();
        let advice = definition.flaws().iter().map(ToString::to_string).collect();
        let change = change(ctx, &document, &definition).await?;
        let questions: HashMap<_, _> = newest.into_iter().map(|(code, (question, _))| (code, question)).collect();
        let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let counted =
            |count: fn(&crate::rules::form::Measures) -> usize| measures.as_ref().map(|all| whole(count(all)));
        let nobody = FormVersionId(uuid::Uuid::nil());
        let items = asked(&Arc::new(Content { version: nobody, definition, questions }), today, |_| true);
        Ok(FormPreview {
            max_shown: counted(|all| all.max_shown),
            max_is_exact: measures.is_some_and(|all| all.exact),
            open_shown: counted(|all| all.open_shown),
            required_count: counted(|all| all.required_count),
            reading_words: counted(|all| all.reading_words),
            estimated_seconds: counted(|all| all.estimated_seconds),
            against,
            advice,
            change,
            items,
        })
    }
}

impl FormDraft {
    fn document(&self) -> Answer<Draft> {
        Ok(store::form_draft::document(&self.0)?)
    }
}

/// What the draft would change in the form as it is, with the drafts that people have open.
async fn change(ctx: &Context<'_>, document: &Draft, definition: &Definition) -> Answer<Option<FormChange>> {
    let (viewer, reader) = (ctx.viewer()?, ctx.reader()?);
    let Some(before) = store::form::newest(reader, viewer.organisation, &document.code).await? else {
        return Ok(None);
    };
    let was = store::form::content(reader, before.version.id).await?;
    let records = store::record::open_on(reader, before.version.id).await?;
    let mut open: HashMap<_, Vec<Held>> = records.iter().map(|record| (*record, vec![])).collect();
    let standing = store::answer::standing(reader, &records).await?;
    for (row, _) in store::answer::placed(&was.definition, &standing)? {
        open.entry(row.record_id).or_default().push(store::answer::held(&row));
    }
    let open: Vec<Vec<Held>> = open.into_values().collect();
    let impact = publishing::impact(&was.definition, definition, &open);
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let [kept, moved, retyped, orphaned] = impact.answers.map(whole);
    Ok(Some(FormChange {
        added: impact.added,
        removed: impact.removed,
        changed: impact.changed,
        columns_new: impact.columns_new,
        columns_ending: impact.columns_ending,
        open_drafts: whole(impact.open_drafts),
        kept,
        moved,
        retyped,
        orphaned,
    }))
}

/// What a draft would ask of people, and what keeps it from being published. An app needs the scope `FORMS_READ`.
#[derive(Default, SimpleObject)]
pub struct FormPreview {
    /// Most questions anybody would be shown; none where it is no form yet.
    max_shown: Option<i32>,
    /// Whether somebody can really be shown that many; else it is a bound, and never too small.
    max_is_exact: bool,
    /// Questions shown on opening.
    open_shown: Option<i32>,
    /// Questions that advice would mention when they are open.
    required_count: Option<i32>,
    /// Words to read.
    reading_words: Option<i32>,
    /// Seconds to read and answer, by the declared cost model.
    estimated_seconds: Option<i32>,
    /// What keeps it from being published, in plain words; nothing where it could be.
    against: Vec<String>,
    /// What is unwise in its conditions: what nobody can ever see, or what looks for an answer that cannot be given.
    advice: Vec<String>,
    /// What it would change in the form as it is; nothing where the form is new.
    change: Option<FormChange>,
    /// The questions as they would be asked.
    items: Vec<FormItem>,
}

/// What a new version of a form would change. Nothing is lost in any case. An app needs the scope `FORMS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct FormChange {
    /// Questions that are new, by link id.
    added: Vec<String>,
    /// Questions that nobody is asked any more, by link id.
    removed: Vec<String>,
    /// Questions in the same place with other words, another kind or other choices, by link id.
    changed: Vec<String>,
    /// Codes of questions that an export has a new column for.
    columns_new: Vec<String>,
    /// Codes of questions whose column in an export gets no new answers. It stays where it is.
    columns_ending: Vec<String>,
    /// Records that are open on the version before. They stay on it until somebody moves them.
    open_drafts: i32,
    /// Of their answers: those that would stay where they are.
    kept: i32,
    /// Those that would go along to where their question stands.
    moved: i32,
    /// Those whose question would take another kind.
    retyped: i32,
    /// Those that nothing would ask for any more. They stay in the record.
    orphaned: i32,
}
