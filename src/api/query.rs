//! The way in: what can be read.

mod books;
mod changes;
mod directory;
mod form_for;
mod hubs;
mod insight;
mod paying;
mod people;
mod preview_spend;
mod retention;
mod search_receipts;
mod voices;

use async_graphql::{Context, ID, Object};
use busfare_entity::{question, words::AppScope};

use self::{
    books::BooksQuery,
    changes::ChangeQuery,
    directory::DirectoryQuery,
    form_for::{FormAboutInput, FormContextInput},
    hubs::HubQuery,
    paying::PayingQuery,
    people::PeopleQuery,
    preview_spend::{PreviewSpendInput, SpendPreview},
    retention::RetentionQuery,
    voices::VoiceQuery,
};
use super::{
    context::{Answer, Asked, id},
    loaders::{self, UsefulnessOf},
    registering,
    scalars::Date,
    types::{
        app::{App, Webhook},
        connection::{
            FIRST, FormDraftConnection, LearningConnection, QuestionConnection, ReceiptConnection, RecordConnection,
            SpendConnection, VirementConnection, page,
        },
        form::{Form, FormOffer},
        insight::Insight,
        job::JobQuery,
        node::{self, Node},
        people::{Hub, Practitioner},
        purpose::SpendPurpose,
        question::Question,
        record_table::{RecordTable, record_table},
        rota::{Absence, Duty},
        scheme::{Scheme, SchemeVersion},
        session::{CouncilProvider, SignInOptions},
        viewer::Viewer,
    },
};
use crate::{rules::usefulness::Usefulness, store};

/// Rows of the rota in one answer.
const MOST_OF_ROTA: u64 = 100;

/// Questions that are looked through for what is of use to nobody.
const MOST_PROPOSED: u64 = 1_000;
/// Forms in one answer.
const MOST_FORMS: u64 = 200;

/// Everything that can be read.
pub struct Query;

/// Everything that can be read. What you may not see is not there.
#[Object]
impl Query {
    /// The practitioner who is signed in, and what she may decide. An app needs the scope `TEAM_READ`.
    async fn viewer(&self, ctx: &Context<'_>) -> Answer<Viewer> {
        ctx.viewer().map(|_| Viewer)
    }

    /// Anything by its id; nothing where there is none that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The id of a spend, receipt, record, person, practitioner, team, hub, service of the directory, purpose, budget, virement, form or offline allowance."
        )]
        id: ID,
    ) -> Answer<Option<Node>> {
        node::find(ctx, &id).await
    }

    /// Many things by their ids, in the same order; nothing in the places where there is none that you may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100 ids.")] ids: Vec<ID>,
    ) -> Answer<Vec<Option<Node>>> {
        node::find_all(ctx, &ids).await
    }

    /// Spends you may see, newest first: your own, those you are asked about, and your team's if you answer for it. An app
    /// needs the scope `SPENDS_READ`.
    async fn spends(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SpendConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let spends = store::spend::page(ctx.reader()?, &viewer, page).await?;
        Ok(SpendConnection::new(spends, page))
    }

    /// Receipts you may see on which all of these words are, newest first: as a machine read them, or in the merchant's name
    /// that somebody confirmed. Whole words of three letters or more; capitals and accents do not matter. An app needs the
    /// scope `RECEIPTS_READ`.
    async fn receipts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One to five words, at most 100 characters.")] search: String,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ReceiptConnection> {
        search_receipts::search(ctx, &search, page(first, after.as_deref())?).await
    }

    /// Records you may see, newest first: your own and your team's. An app needs the scope `RECORDS_READ`.
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<RecordConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let records = store::record::page(ctx.reader()?, &viewer, page, ctx.now()?).await?;
        Ok(RecordConnection::new(records, page))
    }

    /// The records of one form that were begun in some days, as a table for a spreadsheet: what the viewer may read of them.
    /// It is not an app's to use.
    async fn record_table(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The form, by the id of any of its versions.")] form_id: ID,
        #[graphql(desc = "The first day, in the organisation's calendar.")] from: Date,
        #[graphql(desc = "The last day; at most 366 are.")] to: Date,
    ) -> Answer<RecordTable> {
        record_table(ctx, &form_id, from, to).await
    }

    /// Conversations to learn from that the viewer takes part in, newest first. Nothing waits for them. It is not an app's to
    /// use.
    async fn learning_conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<LearningConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let conversations = store::learning::page(ctx.reader()?, &viewer, page).await?;
        Ok(LearningConnection::new(conversations, page))
    }

    /// What the work shows about groups of at least five people: time to yes, time to receipt, emergencies, spending,
    /// take-up, recording, days to appointment, the difference it made and whether what staff say is answered. Every
    /// practitioner of the organisation may look. An app needs the scope `INSIGHT_READ`.
    async fn insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the first month that is counted.")] from: Date,
        #[graphql(desc = "Any day of the last month that is counted; at most 24 months are.")] to: Date,
    ) -> Answer<Insight> {
        insight::insight(ctx, from.0, to.0).await
    }

    /// Money moved between budgets, newest first. Enablers and seniors see all of the organisation's; nobody else any. An app
    /// needs the scope `SPENDS_READ`.
    async fn virements(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<VirementConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let virements = store::virement::page(ctx.reader()?, &viewer, page).await?;
        Ok(VirementConnection::new(virements, page))
    }

    /// What money may be spent on. An app needs the scope `DIRECTORY_READ`.
    async fn spend_purposes(&self, ctx: &Context<'_>) -> Answer<Vec<SpendPurpose>> {
        let organisation = ctx.organisation(AppScope::DirectoryRead)?;
        let purposes = store::purpose::all(ctx.reader()?, organisation).await?;
        Ok(purposes.into_iter().map(SpendPurpose).collect())
    }

    /// Where apps are told of what happens, the newest first, at most 200. For seniors of a team that sets direction. It is not
    /// an app's to use.
    async fn webhooks(&self, ctx: &Context<'_>) -> Answer<Vec<Webhook>> {
        let organisation = registering::seen_to(ctx).await?;
        let hooks = store::webhook::all(ctx.reader()?, organisation).await?;
        Ok(hooks.into_iter().map(Webhook).collect())
    }

    /// How somebody signs in here. It is open to everybody.
    async fn sign_in_options(&self, ctx: &Context<'_>) -> Answer<SignInOptions> {
        let state = ctx.state()?;
        let council = state.council.as_ref().map(|council| CouncilProvider {
            issuer: council.provider.issuer.clone(),
            client_id: council.provider.client_id.clone(),
        });
        Ok(SignInOptions { password: state.passwords, council })
    }

    /// The third-party apps that the organisation knows, the newest first, at most 200: what each may do, and when it was
    /// last used. An app needs the scope `TEAM_READ`.
    async fn apps(&self, ctx: &Context<'_>) -> Answer<Vec<App>> {
        let apps = store::app::all(ctx.reader()?, ctx.viewer()?.organisation).await?;
        Ok(apps.into_iter().map(App).collect())
    }

    /// The hubs of the organisation. An app needs the scope `DIRECTORY_READ`.
    async fn hubs(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let organisation = ctx.organisation(AppScope::DirectoryRead)?;
        let hubs = store::people::hubs_of(ctx.reader()?, organisation).await?;
        Ok(hubs.into_iter().map(Hub).collect())
    }

    /// Who is on duty from now on, soonest first, at most 100. An app needs the scope `TEAM_READ`.
    async fn duties(&self, ctx: &Context<'_>) -> Answer<Vec<Duty>> {
        let viewer = ctx.viewer()?;
        let duties = store::rota::duties(ctx.reader()?, viewer.organisation, MOST_OF_ROTA, ctx.now()?).await?;
        Ok(duties.into_iter().map(Duty).collect())
    }

    /// Who of your team is away from now on, and for whom you stand in, soonest first, at most 100. An app needs the scope
    /// `TEAM_READ`.
    async fn absences(&self, ctx: &Context<'_>) -> Answer<Vec<Absence>> {
        let absences = store::rota::absences(ctx.reader()?, &ctx.viewer()?, MOST_OF_ROTA, ctx.now()?).await?;
        Ok(absences.into_iter().map(Absence).collect())
    }

    /// The scheme of delegation in force: who may decide what, in plain words, with the words that stand behind it. None
    /// where none is in force. An app needs the scope `TEAM_READ`.
    async fn scheme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An earlier or later version instead of the one in force.")] version: Option<i32>,
    ) -> Answer<Option<Scheme>> {
        let (reader, organisation) = (ctx.reader()?, ctx.viewer()?.organisation);
        let row = match version {
            Some(version) => store::scheme::version(reader, organisation, version).await?,
            None => store::authority::scheme_in_force(reader, organisation, ctx.now()?).await?,
        };
        match row {
            Some(row) => Scheme::load(ctx, row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The versions of the scheme of delegation, newest first: the last 100. An app needs the scope `TEAM_READ`.
    async fn schemes(&self, ctx: &Context<'_>) -> Answer<Vec<SchemeVersion>> {
        let versions = store::scheme::versions(ctx.reader()?, ctx.viewer()?.organisation).await?;
        Ok(versions.into_iter().map(SchemeVersion).collect())
    }

    /// What can be read about ways of paying.
    #[graphql(flatten)]
    async fn paying(&self) -> PayingQuery {
        PayingQuery
    }

    /// What can be read about the people who are helped.
    #[graphql(flatten)]
    async fn people_helped(&self) -> PeopleQuery {
        PeopleQuery
    }

    /// What can be read about when hubs are open, and who is seen there.
    #[graphql(flatten)]
    async fn what_is_new(&self) -> ChangeQuery {
        ChangeQuery
    }

    #[graphql(flatten)]
    async fn hubs_open(&self) -> HubQuery {
        HubQuery
    }

    /// What can be read of the directory of the community.
    #[graphql(flatten)]
    async fn directory(&self) -> DirectoryQuery {
        DirectoryQuery
    }

    /// What can be read about how long things are kept.
    #[graphql(flatten)]
    async fn retention(&self) -> RetentionQuery {
        RetentionQuery
    }

    /// What can be read about what people say afterwards.
    #[graphql(flatten)]
    async fn heard(&self) -> VoiceQuery {
        VoiceQuery
    }

    /// What can be read about the books.
    #[graphql(flatten)]
    async fn of_books(&self) -> BooksQuery {
        BooksQuery
    }

    /// What can be read about jobs.
    #[graphql(flatten)]
    async fn jobs(&self) -> JobQuery {
        JobQuery
    }

    /// What `requestSpend` would answer now, from the same rules. Nothing is held. An app needs the scope `SPENDS_READ`.
    async fn preview_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you would ask for.")] input: PreviewSpendInput,
    ) -> Answer<SpendPreview> {
        preview_spend::preview(ctx, input).await
    }

    /// The smallest published form for a context, with the reason why each question is asked. By its own token an app
    /// can ask for a purpose or a hub. An app needs the scope `FORMS_READ`.
    async fn form_for(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the form is wanted for.")] context: FormContextInput,
        #[graphql(desc = "What else there is to say about it.")] about: Option<FormAboutInput>,
    ) -> Answer<Option<FormOffer>> {
        form_for::form_for(ctx, context, about.unwrap_or_default()).await
    }

    /// The newest version of every form, by code, at most 200. An app needs the scope `FORMS_READ`.
    async fn forms(&self, ctx: &Context<'_>) -> Answer<Vec<Form>> {
        let organisation = ctx.organisation(AppScope::FormsRead)?;
        let forms = store::form::all(ctx.reader()?, organisation, MOST_FORMS).await?;
        Ok(forms.into_iter().map(Form).collect())
    }

    /// The question bank, newest first. An app needs the scope `FORMS_READ`.
    async fn questions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that this practitioner answers for.")] steward_id: Option<ID>,
        #[graphql(desc = "Whether those that are retired are wanted too.")] retired: Option<bool>,
    ) -> Answer<QuestionConnection> {
        let organisation = ctx.organisation(AppScope::FormsRead)?;
        let page = page(first, after.as_deref())?;
        let steward = steward_id.as_ref().map(id).transpose()?;
        let retired = retired.unwrap_or_default();
        let questions = store::bank::page(ctx.reader()?, organisation, steward, retired, page).await?;
        Ok(QuestionConnection::new(questions, page))
    }

    /// Questions whose answers were of use to almost nobody, for the practice group to look at: under 5 % of at least 50. An
    /// app needs the scope `FORMS_READ`.
    async fn retirement_proposals(&self, ctx: &Context<'_>) -> Answer<Vec<Question>> {
        let viewer = ctx.viewer()?;
        let today = ctx.now()?.date_naive();
        let bank = store::bank::open(ctx.reader()?, viewer.organisation, MOST_PROPOSED).await?;
        let keys = bank.iter().map(|question| UsefulnessOf((question.id, today)));
        let told = loaders::many(ctx.loaders()?, keys).await?;
        let proposed = |question: &question::Model| {
            told.get(&UsefulnessOf((question.id, today))).is_some_and(Usefulness::proposes_retirement)
        };
        Ok(bank.into_iter().filter(proposed).map(Question).collect())
    }

    /// Forms that somebody is still writing, newest first. An app needs the scope `FORMS_READ`.
    async fn form_drafts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<FormDraftConnection> {
        let viewer = ctx.viewer()?;
        let page = page(first, after.as_deref())?;
        let drafts = store::form_draft::page(ctx.reader()?, viewer.organisation, page).await?;
        Ok(FormDraftConnection::new(drafts, page))
    }

    /// Who is of the practice group, by name. It answers for the questions that nobody else answers for. An app needs the
    /// scope `TEAM_READ`.
    async fn practice_group(&self, ctx: &Context<'_>) -> Answer<Vec<Practitioner>> {
        let viewer = ctx.viewer()?;
        let group = store::bank::group(ctx.reader()?, viewer.organisation).await?;
        Ok(group.into_iter().map(Practitioner).collect())
    }
}
