//! The viewer: who is signed in, and what she may decide, readable before she tries.

use async_graphql::{Context, Object};

use super::{
    allowance::Allowance,
    app::{App, AppAction, Consent},
    budget::Budget,
    connection::{FIRST, NoticeConnection, PossibleDuplicateConnection, ReceiptConnection, SpendConnection, page},
    delegation::Delegation,
    money::Money,
    people::{Hub, Practitioner, Team},
    reminder::Reminders,
    second_step::{Passkey, SecondStep},
    week::{Week, week},
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
        second_step,
    },
    rules::{self, second_step::AskedOf},
    store,
};

/// The practitioner who is signed in.
pub struct Viewer;

/// The practitioner who is signed in, and what she may decide. An app needs the scope `TEAM_READ`.
#[Object]
impl Viewer {
    /// Herself.
    async fn practitioner(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        let (row, _) = ctx.practitioner()?;
        Ok(Practitioner(row.clone()))
    }

    /// Her team.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Team> {
        loaders::must(ctx.loaders()?, ctx.viewer()?.team).await.map(Team)
    }

    /// The second step before she decides on others' money. It is not an app's to use.
    async fn second_step(&self, ctx: &Context<'_>) -> Answer<SecondStep> {
        ctx.practitioner()?;
        let Some(offered) = &ctx.state()?.second_step else { return Ok(SecondStep::default()) };
        let (hers, taken) = second_step::hers(ctx, ctx.reader()?).await?;
        Ok(SecondStep {
            offered: true,
            asked_of_you: taken.has_passkey || offered.asked_of == AskedOf::Everybody,
            good_until: taken.good_until(ctx.now()?).map(DateTime),
            passkeys: hers.into_iter().map(|row| Passkey(row.into())).collect(),
        })
    }

    /// The apps that she lets act for her, the newest first, at most 200. `withdrawConsent` ends it.
    async fn consents(&self, ctx: &Context<'_>) -> Answer<Vec<Consent>> {
        let (reader, viewer) = (ctx.reader()?, ctx.viewer()?);
        let sessions = store::app::consents(reader, viewer.id, ctx.now()?).await?;
        let apps = loaders::many(ctx.loaders()?, sessions.iter().filter_map(|session| session.app_id)).await?;
        let consents = sessions.into_iter().filter_map(|session| {
            let app = apps.get(&session.app_id?)?.clone();
            Some(Consent { app, session })
        });
        Ok(consents.collect())
    }

    /// What apps changed for her in the last 90 days, the newest first, at most 100. It is not an app's to use.
    async fn app_actions(&self, ctx: &Context<'_>) -> Answer<Vec<AppAction>> {
        let (reader, viewer) = (ctx.reader()?, ctx.viewer()?);
        let did = store::app::did_for(reader, viewer.id).await?;
        let apps = loaders::many(ctx.loaders()?, did.iter().map(|(.., app)| *app)).await?;
        let actions = did.into_iter().filter_map(|(mutation, at, id)| {
            let app = App(apps.get(&id)?.clone());
            Some(AppAction { app, mutation, at: DateTime(at) })
        });
        Ok(actions.collect())
    }

    /// The hubs she works in.
    async fn hubs(&self, ctx: &Context<'_>) -> Answer<Vec<Hub>> {
        let hubs = store::people::hubs_where(ctx.reader()?, ctx.viewer()?.id).await?;
        Ok(hubs.into_iter().map(Hub).collect())
    }

    /// What she may decide by herself now, with what is used and left, and the words that stand behind it.
    async fn delegations(&self, ctx: &Context<'_>) -> Answer<Vec<Delegation>> {
        let (her, _) = ctx.practitioner()?;
        let (reader, now) = (ctx.reader()?, ctx.now()?);
        let mut hers = store::authority::granted(reader, her.organisation_id, None, now).await?;
        hers.retain(|granted| store::authority::is_to(&granted.delegation, her));
        let scope = store::authority::UseScope::windows_of(her.organisation_id);
        let held = store::authority::held_by(reader, her.id, &hers, &scope, now).await?;
        Ok(held.into_iter().filter(|grant| grant.in_force(now)).map(Delegation).collect())
    }

    /// The budgets her spends usually draw on: her team's, and those of the hubs she works in. Where she covers
    /// for another hub of the organisation, that hub's budget pays.
    async fn budgets(&self, ctx: &Context<'_>) -> Answer<Vec<Budget>> {
        let viewer = ctx.viewer()?;
        let reader = ctx.reader()?;
        let hubs: Vec<_> = store::people::hubs_where(reader, viewer.id).await?.into_iter().map(|hub| hub.id).collect();
        let today = rules::calendar::day(ctx.now()?, store::people::zone(reader, viewer.organisation).await?);
        let budgets = store::budget::within_reach(reader, viewer.organisation, viewer.team, &hubs, today).await?;
        Ok(budgets.into_iter().map(Budget).collect())
    }

    /// What was authorised for her and for her team in the last seven days.
    async fn week(&self, ctx: &Context<'_>) -> Answer<Week> {
        week(ctx).await
    }

    /// Her offline allowances, on this phone and her others: those that are open, and those that still hold money for
    /// what was decided with them. Newest first.
    async fn allowances(&self, ctx: &Context<'_>) -> Answer<Vec<Allowance>> {
        let rows = store::allowance::current(ctx.reader()?, ctx.viewer()?.id, ctx.now()?).await?;
        Ok(rows.into_iter().map(Allowance).collect())
    }

    /// Spends of colleagues that wait for her decision, newest first.
    async fn asks_for_me(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SpendConnection> {
        let page = page(first, after.as_deref())?;
        let spends = store::spend::waiting_for(ctx.reader()?, &ctx.viewer()?, page).await?;
        Ok(SpendConnection::new(spends, page))
    }

    /// What she is told of, newest first, such as a colleague's emergency. She need not do anything about it.
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<NoticeConnection> {
        let page = page(first, after.as_deref())?;
        let notices = store::notice::page(ctx.reader()?, &ctx.viewer()?, page).await?;
        Ok(NoticeConnection::new(notices, page))
    }

    /// Receipts she captured herself, newest first: her receipt bin. Notes and voice notes are in the records they belong to.
    async fn receipts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ReceiptConnection> {
        let page = page(first, after.as_deref())?;
        let receipts = store::receipt::page_of_own(ctx.reader()?, &ctx.viewer()?, page).await?;
        Ok(ReceiptConnection::new(receipts, page))
    }

    /// What she spent and what has neither a receipt nor a note yet, the oldest first. Nobody else is shown this list.
    async fn missing_evidence(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SpendConnection> {
        let page = page(first, after.as_deref())?;
        let spends = store::pairing::missing(ctx.reader()?, &ctx.viewer()?, page).await?;
        Ok(SpendConnection::new(spends, page))
    }

    /// How she is reminded of that.
    async fn reminders(&self, ctx: &Context<'_>) -> Answer<Reminders> {
        Ok(Reminders(store::reminder::of(ctx.reader()?, ctx.viewer()?.id).await?))
    }

    /// Receipts of hers that may have been sent twice and about which nobody has said anything yet, newest first.
    async fn possible_duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<PossibleDuplicateConnection> {
        let page = page(first, after.as_deref())?;
        let found = store::duplicate::open(ctx.reader()?, &ctx.viewer()?, page).await?;
        Ok(PossibleDuplicateConnection::new(found, page))
    }

    /// Her own spends whose hold goes back by itself within two days, newest first: use them, or let them go.
    async fn expiring_spends(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<SpendConnection> {
        let page = page(first, after.as_deref())?;
        let spends = store::hold::going_back(ctx.reader()?, ctx.viewer()?.id, page, ctx.now()?).await?;
        Ok(SpendConnection::new(spends, page))
    }

    /// How much she may move between budgets at once; none where moving money is not for her role.
    async fn virement_limit(&self, ctx: &Context<'_>) -> Answer<Option<Money>> {
        let (her, _) = ctx.practitioner()?;
        let steward = store::steward::of(ctx.reader()?, her, ctx.now()?).await?;
        Ok(steward.limit.map(Money::from))
    }
}
