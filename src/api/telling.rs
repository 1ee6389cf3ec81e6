//! Telling: what is held about somebody, as parts of a story in the reader's language.

use std::collections::{HashMap, HashSet};

use async_graphql::Context;
use busfare_entity::{
    introduction, person, person_warning, practitioner, record, spend,
    words::{Language, PractitionerId, WarningKind},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    context::{Answer, Asked},
    loaders::{self, AnswersIn, IntroductionsIn, StatementsIn},
    reading,
};
use crate::{
    rules::{calendar, money::Money, refusal::say, story::Part, wording},
    store::{self, form::Form},
};

/// In whose days and words a story is told, and who had a part in it.
pub struct Telling {
    zone: Tz,
    language: Language,
    authors: HashMap<PractitionerId, practitioner::Model>,
}

impl Telling {
    /// Gets ready to tell of what these wrote or asked for.
    pub async fn of(ctx: &Context<'_>, zone: Tz, authors: HashSet<PractitionerId>) -> Answer<Self> {
        let authors = loaders::many(ctx.loaders()?, authors.into_iter()).await?;
        Ok(Self { zone, language: ctx.language()?, authors })
    }

    /// The local day of a moment.
    pub fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        calendar::day(moment, self.zone)
    }

    /// A record: its answers, and what the person says of themselves in it; and how many answers the viewer may not read.
    pub async fn record(&self, ctx: &Context<'_>, record: &record::Model) -> Answer<(Part, usize)> {
        reading::noted(ctx, record).await?;
        let rows = loaders::maybe(ctx.loaders()?, AnswersIn(record.id)).await?.unwrap_or_default();
        let mut standing = Vec::with_capacity(rows.len());
        for row in rows {
            if !store::answer::value(&row)?.has_moved() {
                standing.push(row);
            }
        }
        let there = standing.len();
        let readable = reading::readable(ctx, record, standing).await?;
        let mut lines = reading::lines(ctx, record, &readable).await?;
        for said in loaders::maybe(ctx.loaders()?, StatementsIn(record.id)).await?.unwrap_or_default() {
            let (day, words) = (self.day(said.noted_at), said.words);
            lines.push(say(
                self.language,
                format!("In their own words, {day}: {words}"),
                format!("Yn eu geiriau eu hunain, {day}: {words}"),
            ));
        }
        for row in loaders::maybe(ctx.loaders()?, IntroductionsIn(record.id)).await?.unwrap_or_default() {
            lines.push(self.pointed_out(ctx, &row).await?);
        }
        let form: Form = loaders::must(ctx.loaders()?, record.form_version_id).await?;
        let title = store::form::title(&form.template).said_in(wording::tag(self.language)).to_owned();
        let part = self.part(record.id.to_string(), record.started_at, title, record.practitioner_id, lines);
        Ok((part, there - readable.len()))
    }

    /// A spend that helped.
    pub async fn spend(&self, ctx: &Context<'_>, spend: &spend::Model) -> Answer<Part> {
        let purpose = loaders::must(ctx.loaders()?, spend.purpose_id).await?;
        let title = say(self.language, &purpose.name_en, &purpose.name_cy);
        let amount = Money::from_pence(spend.spent_pence.or(spend.authorised_pence).unwrap_or(spend.total_pence));
        let amount = match (spend.spent_pence, spend.authorised_pence) {
            (Some(_), _) => say(self.language, format!("Spent: {amount}"), format!("Gwariwyd: {amount}")),
            (None, Some(_)) => say(self.language, format!("Agreed: {amount}"), format!("Cytunwyd: {amount}")),
            (None, None) => say(self.language, format!("Asked for: {amount}"), format!("Gofynnwyd am: {amount}")),
        };
        let lines = [Some(amount), spend.reason.clone()].into_iter().flatten().collect();
        Ok(self.part(spend.id.to_string(), spend.requested_at, title, spend.practitioner_id, lines))
    }

    /// A service of the community that was pointed out outside any record.
    pub async fn introduction(&self, ctx: &Context<'_>, row: &introduction::Model) -> Answer<Part> {
        let title = say(self.language, "Who else can help", "Pwy arall all helpu");
        let lines = vec![self.pointed_out(ctx, row).await?];
        Ok(self.part(row.id.to_string(), row.introduced_at, title, row.introduced_by, lines))
    }

    async fn pointed_out(&self, ctx: &Context<'_>, row: &introduction::Model) -> Answer<String> {
        let name = loaders::must(ctx.loaders()?, row.resource_id).await?.row.name;
        let note = row.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        Ok(say(self.language, format!("Pointed out: {name}{note}"), format!("Cyfeiriwyd at: {name}{note}")))
    }

    /// A warning that the person knows of.
    pub fn warning(&self, warning: &person_warning::Model) -> Part {
        let kind = match warning.kind {
            WarningKind::Violence => say(self.language, "Violence or threats", "Trais neu fygythiadau"),
            WarningKind::Weapon => say(self.language, "A weapon", "Arf"),
            WarningKind::Animal => say(self.language, "An animal", "Anifail"),
            WarningKind::Premises => say(self.language, "The building or the way to it", "Yr adeilad neu'r ffordd yno"),
            WarningKind::SomebodyElse => say(self.language, "Somebody else there", "Rhywun arall yno"),
            WarningKind::SafeContact => say(self.language, "How to get in touch safely", "Sut i gysylltu'n ddiogel"),
        };
        let title = say(self.language, format!("Warning: {kind}"), format!("Rhybudd: {kind}"));
        let ended = warning.ended_because.as_ref().zip(warning.ended_at).map(|(why, at)| {
            let day = self.day(at);
            say(self.language, format!("Ended on {day}: {why}"), format!("Daeth i ben ar {day}: {why}"))
        });
        let lines = [Some(warning.evidence.clone()), ended].into_iter().flatten().collect();
        self.part(warning.id.to_string(), warning.raised_at, title, warning.raised_by, lines)
    }

    fn part(&self, source: String, at: DateTime<Utc>, title: String, by: PractitionerId, lines: Vec<String>) -> Part {
        let by = self.authors.get(&by).map(|author| author.name.clone()).unwrap_or_default();
        Part { source, on: self.day(at), title, by, lines }
    }
}

/// What somebody is called here.
pub fn called(person: &person::Model) -> String {
    let known = person.display_name.as_ref().or(person.reference.as_ref());
    known.cloned().unwrap_or_else(|| person.id.to_string())
}
