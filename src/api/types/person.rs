//! People who are helped: the least that tells them apart, and what whoever goes there should know first.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    person, person_warning,
    words::{Likeness, PersonId, WarningKind},
};

use super::{
    opening::RestrictedRecord,
    people::{Practitioner, Team},
    record::Record,
    resource::Introduction,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, EverybodyOf, IntroductionsIn, IntroductionsTo, KeptFor, RecordsOfPerson, WarningsAbout},
        scalars::{Date, DateTime},
    },
    store,
};

/// Somebody who is helped.
pub struct Person(pub person::Model);

/// Somebody who is helped, by a name to call them by or the council's own reference. You see the people of your team, those
/// you named yourself, those whom a record that you see is about, those whom your own spends help, and those who are seen in
/// a hub in which you work, a week before and after. An app needs the scope `PEOPLE_READ`.
#[Object]
impl Person {
    /// The id, `pers_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What they are called here. It need not be their full name, nor their real one.
    async fn display_name(&self) -> Option<&str> {
        self.0.display_name.as_deref()
    }

    /// The council's own reference.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The team that first helped.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Team> {
        loaders::must(ctx.loaders()?, self.0.team_id).await.map(Team)
    }

    /// When they were first named here.
    async fn known_since(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Under whom they are found, where somebody has said that they are the same, if the viewer may see that one.
    async fn merged_into(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        let Some(kept) = loaders::maybe(ctx.loaders()?, KeptFor(self.0.id)).await? else { return Ok(None) };
        Ok(loaders::maybe(ctx.loaders()?, kept).await?.map(Person))
    }

    /// Who is found under them, because somebody has said that they are the same.
    async fn merged_from(&self, ctx: &Context<'_>) -> Answer<Vec<Person>> {
        let everybody = loaders::must(ctx.loaders()?, EverybodyOf(self.0.id)).await?;
        let others: Vec<PersonId> = everybody.into_iter().filter(|one| *one != self.0.id).collect();
        let people = loaders::many(ctx.loaders()?, others.clone().into_iter()).await?;
        Ok(others.iter().filter_map(|one| people.get(one).cloned()).map(Person).collect())
    }

    /// What whoever goes there should know first, newest first. A warning lapses by itself the day after its review.
    async fn warnings(&self, ctx: &Context<'_>) -> Answer<Vec<PersonWarning>> {
        let rows = loaders::maybe(ctx.loaders()?, WarningsAbout(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(PersonWarning).collect())
    }

    /// The last records about them that the viewer may see, newest first, at most 100.
    async fn records(&self, ctx: &Context<'_>) -> Answer<Vec<Record>> {
        let rows = loaders::maybe(ctx.loaders()?, RecordsOfPerson(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Record).collect())
    }

    /// Services of the community that were pointed out to them, newest first, at most 100: in the records above, and outside any
    /// record by you and your team.
    async fn introductions(&self, ctx: &Context<'_>) -> Answer<Vec<Introduction>> {
        let loaders = ctx.loaders()?;
        let records = loaders::maybe(loaders, RecordsOfPerson(self.0.id)).await?.unwrap_or_default();
        let within = loaders::many(loaders, records.iter().map(|record| IntroductionsIn(record.id))).await?;
        let everybody = loaders::must(loaders, EverybodyOf(self.0.id)).await?;
        let outside = loaders::many(loaders, everybody.into_iter().map(IntroductionsTo)).await?;
        let mut rows: Vec<_> = within.into_values().chain(outside.into_values()).flatten().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.introduced_at, row.id)));
        rows.truncate(store::directory::MOST_INTRODUCTIONS);
        Ok(rows.into_iter().map(Introduction).collect())
    }

    /// Records about them that few read, and the viewer is not among those, at most 100.
    async fn restricted_records(&self, ctx: &Context<'_>) -> Answer<Vec<RestrictedRecord>> {
        let (viewer, now) = (ctx.viewer()?, ctx.now()?);
        let everybody = loaders::must(ctx.loaders()?, EverybodyOf(self.0.id)).await?;
        let rows = store::restricted::beside(ctx.reader()?, &viewer, &everybody, now).await?;
        Ok(rows.into_iter().map(RestrictedRecord).collect())
    }
}

/// Somebody who may be the same person as the one that is meant. An app needs the scope `PEOPLE_READ`.
#[derive(SimpleObject)]
pub struct SimilarPerson {
    /// Who.
    pub person: Person,
    /// Why they may be the same. You know better.
    pub likeness: Likeness,
}

impl SimilarPerson {
    /// As they were found.
    pub fn new((person, likeness): (person::Model, Likeness)) -> Self {
        Self { person: Person(person), likeness }
    }
}

/// Something that whoever goes there should know first.
pub struct PersonWarning(pub person_warning::Model);

/// Something that whoever goes there should know first, and what it rests on. An app needs the scope `PEOPLE_READ`.
#[Object]
impl PersonWarning {
    /// Its id, `warn_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Whom it is about.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Person> {
        loaders::must(ctx.loaders()?, self.0.person_id).await.map(Person)
    }

    /// Of what.
    async fn kind(&self) -> WarningKind {
        self.0.kind
    }

    /// What was seen or heard, and when.
    async fn evidence(&self) -> &str {
        &self.0.evidence
    }

    /// Whether the person knows of it.
    async fn told(&self) -> bool {
        self.0.why_not_told.is_none()
    }

    /// Why the person does not know of it, where they were not told.
    async fn why_not_told(&self) -> Option<&str> {
        self.0.why_not_told.as_deref()
    }

    /// The last day on which it stands, unless somebody raises it again.
    async fn review_on(&self) -> Date {
        Date(self.0.review_on)
    }

    /// Who raised it.
    async fn raised_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.raised_by).await.map(Practitioner)
    }

    /// When.
    async fn raised_at(&self) -> DateTime {
        DateTime(self.0.raised_at)
    }

    /// When somebody ended it; none while nobody has.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Why somebody ended it.
    async fn ended_because(&self) -> Option<&str> {
        self.0.ended_because.as_deref()
    }
}
