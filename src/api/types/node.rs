//! Nodes: everything that can be found again by its id.

use async_graphql::{Context, ID, Interface};

use super::{
    allowance::Allowance,
    appointment::Appointment,
    budget::Budget,
    form::Form,
    form_draft::FormDraft,
    hub_session::HubSession,
    people::{Hub, Practitioner, Team},
    person::Person,
    purpose::SpendPurpose,
    question::Question,
    receipt::Receipt,
    record::Record,
    resource::Resource,
    spend::Spend,
    virement::Virement,
};
use crate::api::{
    context::{Answer, Asked, Caller},
    error::Problem,
    loaders::{self, Loaders},
    messages::message,
};
use busfare_entity::words::{
    AllowanceId, AppScope, AppointmentId, BudgetId, FormDraftId, FormVersionId, HubId, HubSessionId, PersonId,
    PractitionerId, QuestionId, ReceiptId, RecordId, ResourceId, SpendId, SpendPurposeId, TeamId, VirementId,
};

/// Anything that can be found again by its id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "A prefix that says what it is, an underscore and 26 characters."))]
pub enum Node {
    /// A spend.
    Spend(Spend),
    /// A receipt.
    Receipt(Receipt),
    /// A record.
    Record(Record),
    /// Somebody who is helped.
    Person(Person),
    /// A practitioner.
    Practitioner(Practitioner),
    /// An appointment.
    Appointment(Appointment),
    /// When a hub is open.
    HubSession(HubSession),
    /// A team.
    Team(Team),
    /// A hub.
    Hub(Hub),
    /// A service of the community.
    Resource(Resource),
    /// A spend purpose.
    SpendPurpose(SpendPurpose),
    /// A budget.
    Budget(Budget),
    /// An offline allowance.
    Allowance(Allowance),
    /// Money moved between budgets.
    Virement(Virement),
    /// A version of a form.
    Form(Form),
    /// A question of the bank.
    Question(Question),
    /// A form that somebody is still writing.
    FormDraft(FormDraft),
}

/// Finds what an id names, if the caller may see it. A malformed id, an unknown one and somebody else's
/// are all nothing.
pub async fn find(ctx: &Context<'_>, id: &ID) -> Answer<Option<Node>> {
    let loaders = ctx.loaders()?;
    if let Caller::App(_) = ctx.asking()?.caller {
        return find_for_app(ctx, loaders, id).await;
    }
    ctx.viewer()?;
    if let Ok(id) = id.parse::<SpendId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Spend(Spend(row))));
    }
    if let Ok(id) = id.parse::<ReceiptId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Receipt(Receipt(row))));
    }
    if let Ok(id) = id.parse::<RecordId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Record(Record(row))));
    }
    if let Ok(id) = id.parse::<PersonId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Person(Person(row))));
    }
    if let Ok(id) = id.parse::<PractitionerId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Practitioner(Practitioner(row))));
    }
    if let Ok(id) = id.parse::<AppointmentId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Appointment(Appointment(row))));
    }
    if let Ok(id) = id.parse::<HubSessionId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|kept| Node::HubSession(HubSession(kept))));
    }
    if let Ok(id) = id.parse::<TeamId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Team(Team(row))));
    }
    if let Ok(id) = id.parse::<BudgetId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Budget(Budget(row))));
    }
    if let Ok(id) = id.parse::<AllowanceId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Allowance(Allowance(row))));
    }
    if let Ok(id) = id.parse::<VirementId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Virement(Virement(row))));
    }
    if let Ok(id) = id.parse::<FormDraftId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::FormDraft(FormDraft(row))));
    }
    find_in_directory(loaders, id).await
}

async fn find_for_app(ctx: &Context<'_>, loaders: &Loaders, id: &ID) -> Answer<Option<Node>> {
    let of_forms = id.parse::<FormVersionId>().is_ok() || id.parse::<QuestionId>().is_ok();
    let scope = if of_forms { AppScope::FormsRead } else { AppScope::DirectoryRead };
    ctx.organisation(scope)?;
    find_in_directory(loaders, id).await
}

async fn find_in_directory(loaders: &Loaders, id: &ID) -> Answer<Option<Node>> {
    if let Ok(id) = id.parse::<HubId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Hub(Hub(row))));
    }
    if let Ok(id) = id.parse::<ResourceId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Resource(Resource(row))));
    }
    if let Ok(id) = id.parse::<SpendPurposeId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::SpendPurpose(SpendPurpose(row))));
    }
    if let Ok(id) = id.parse::<QuestionId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Question(Question(row))));
    }
    if let Ok(id) = id.parse::<FormVersionId>() {
        return Ok(loaders::maybe(loaders, id).await?.map(|row| Node::Form(Form(row))));
    }
    Ok(None)
}

/// Finds many, in the order of the ids, with nothing where there is nothing. At most 100.
pub async fn find_all(ctx: &Context<'_>, ids: &[ID]) -> Answer<Vec<Option<Node>>> {
    if let Caller::Nobody = ctx.asking()?.caller {
        return Err(Problem::unauthenticated());
    }
    if ids.len() > 100 {
        return Err(Problem::bad_user_input(message!("too-many-ids")));
    }
    futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
}
