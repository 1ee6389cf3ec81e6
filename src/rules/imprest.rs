//! Hub cash (imprest): a fixed sum that is in the tin, out with somebody, or spent and not yet put back.
//! Every movement keeps the sum. A count that differs from the book changes nothing: it is a line of its own.

use busfare_entity::words::{DifferenceOutcome, ImprestMovement, PractitionerId, Role};

use super::{money::Money, payment::PaymentRefusal, sight::Viewer};

/// One movement, as deltas in pence. What moves between the three places adds up to the change of the fixed sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of movement it is.
    pub movement: ImprestMovement,
    /// Change of the fixed sum.
    pub fixed: i64,
    /// Change of what is in the tin.
    pub cash: i64,
    /// Change of what is out with somebody.
    pub advanced: i64,
    /// Change of what was spent and is not put back.
    pub unreimbursed: i64,
}

impl Step {
    const fn within(movement: ImprestMovement, cash: i64, advanced: i64, unreimbursed: i64) -> Self {
        Self { movement, fixed: 0, cash, advanced, unreimbursed }
    }

    /// The fixed sum goes into an empty tin.
    pub const fn open(fixed: Money) -> Self {
        let pence = fixed.pence();
        Self { movement: ImprestMovement::Open, fixed: pence, cash: pence, advanced: 0, unreimbursed: 0 }
    }

    /// Cash leaves the tin for a spend.
    pub const fn pay(spent: Money) -> Self {
        Self::within(ImprestMovement::Pay, -spent.pence(), 0, spent.pence())
    }

    /// Somebody takes cash along before buying.
    pub const fn advance(taken: Money) -> Self {
        Self::within(ImprestMovement::Advance, -taken.pence(), taken.pence(), 0)
    }

    /// What was taken along is accounted for: some of it was spent, the change comes back. Where more was
    /// spent than was taken, the tin pays the rest.
    pub const fn settle(taken: Money, spent: Money) -> Self {
        Self::within(ImprestMovement::Settle, taken.pence() - spent.pence(), -taken.pence(), spent.pence())
    }

    /// Cash comes in for what was spent.
    pub const fn replenish(amount: Money) -> Self {
        Self::within(ImprestMovement::Replenish, amount.pence(), 0, -amount.pence())
    }
}

/// What to put into the tin: all that was spent from it, or what somebody brought of that.
pub fn replenishment(unreimbursed: Money, brought: Option<Money>) -> Result<Money, PaymentRefusal> {
    let amount = brought.unwrap_or(unreimbursed);
    if unreimbursed == Money::ZERO {
        return Err(PaymentRefusal::NothingToReplenish);
    }
    if amount > unreimbursed {
        return Err(PaymentRefusal::AboveUnreimbursed(unreimbursed));
    }
    Ok(amount)
}

/// A difference that a count found, and what came of it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Counted less expected, in pence; negative where cash was missing.
    pub pence: i64,
    /// The latest explanation, if there is one.
    pub outcome: Option<DifferenceOutcome>,
}

impl Difference {
    /// Whether the tin still differs from the book by it.
    pub fn is_carried(self) -> bool {
        self.outcome != Some(DifferenceOutcome::PutRight)
    }
}

/// What a count should find: the book's cash, with every difference that is known and was not put right.
/// So a difference is found once, and not again at every count.
pub fn expected(book: Money, differences: &[Difference]) -> i64 {
    book.pence() + differences.iter().filter(|one| one.is_carried()).map(|one| one.pence).sum::<i64>()
}

/// Explains a difference. One that was put right stays so.
pub fn explain(difference: Difference) -> Result<(), PaymentRefusal> {
    match difference {
        Difference { pence: 0, .. } => Err(PaymentRefusal::NoDifference),
        Difference { outcome: Some(DifferenceOutcome::PutRight), .. } => Err(PaymentRefusal::PutRightAlready),
        Difference { .. } => Ok(()),
    }
}

/// What a handover of a tin depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handing {
    /// Who has the tin; none where nobody took it over yet.
    pub keeper: Option<PractitionerId>,
    /// Who would have it next.
    pub receiver: PractitionerId,
    /// Whether the receiver works in the hub, or answers for hubs.
    pub receiver_belongs: bool,
    /// Who began a handover that still waits, if somebody did.
    pub open_by: Option<PractitionerId>,
}

/// Whether a viewer may hand a tin over. Whoever has it may; so may an enabler or a senior, for a keeper who is away.
/// Her own handover that waits is replaced; somebody else's is replaced only by those who answer for hubs.
pub fn hand_over(viewer: &Viewer, handing: Handing) -> Result<(), PaymentRefusal> {
    let answers = answers_for_hubs(viewer.role);
    if viewer.id == handing.receiver {
        return Err(PaymentRefusal::SamePerson);
    }
    if !answers && handing.keeper.is_some_and(|keeper| keeper != viewer.id) {
        return Err(PaymentRefusal::NotTheKeeper);
    }
    if !handing.receiver_belongs {
        return Err(PaymentRefusal::NotInThisHub);
    }
    if !answers && handing.open_by.is_some_and(|giver| giver != viewer.id) {
        return Err(PaymentRefusal::HandoverOpen);
    }
    Ok(())
}

/// An enabler or a senior sees to the cash and the cards of every hub of the organisation.
pub fn answers_for_hubs(role: Role) -> bool {
    matches!(role, Role::Enabler | Role::Senior)
}

/// What only enablers and seniors do.
pub fn answers(viewer: &Viewer) -> Result<(), PaymentRefusal> {
    if answers_for_hubs(viewer.role) { Ok(()) } else { Err(PaymentRefusal::NotYoursToDo) }
}

/// Whether a viewer sees a hub's cash: she works there, or she answers for hubs.
pub fn sees_imprest(viewer: &Viewer, works_there: bool) -> bool {
    works_there || answers_for_hubs(viewer.role)
}

#[cfg(test)]
#[path = "imprest_tests.rs"]
mod tests;
