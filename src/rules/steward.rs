//! Stewards of budgets: who may move money out of one, say how it runs short, and open and close its periods.

use busfare_entity::words::{BudgetMode, DecidesFor, HubId, Role, TeamId};

use super::{
    budget::{BudgetRefusal, REASON_CHARS, REASON_LEAST},
    money::Money,
    text,
};

/// What somebody's right to act on budgets depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steward {
    /// What she does.
    pub role: Role,
    /// Her team.
    pub team: TeamId,
    /// The hubs she works in.
    pub hubs: Vec<HubId>,
    /// The widest that a delegation of hers decides for.
    pub decides_for: DecidesFor,
    /// What her role may move at once; none means nothing.
    pub limit: Option<Money>,
}

/// Whose a budget is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Its name, for the words of a refusal.
    pub name: String,
    /// The team's.
    pub team: Option<TeamId>,
    /// The hub's.
    pub hub: Option<HubId>,
}

impl Steward {
    /// She gives, and never takes: money moves out of the budget of her own team or of a hub she works in, and out of
    /// any where her delegation covers the organisation.
    pub fn may_move(&self, from: &Owned, amount: Money) -> Result<Money, BudgetRefusal> {
        let limit = self.limit.filter(|_| self.answers_for_money()).ok_or(BudgetRefusal::NotYourSay)?;
        if !self.at_home(from) && self.decides_for != DecidesFor::Organisation {
            return Err(BudgetRefusal::NotYourBudget(from.name.clone()));
        }
        if amount > limit {
            return Err(BudgetRefusal::AboveYourLimit { limit, may: None });
        }
        Ok(limit)
    }

    /// How a budget runs, and when it ends, is a senior's to say whose delegation covers its team, or the
    /// organisation. Answers with which of the two it is.
    pub fn may_steer(&self, budget: &Owned) -> Result<DecidesFor, BudgetRefusal> {
        match (self.role, self.decides_for) {
            (Role::Senior, DecidesFor::Organisation) => Ok(DecidesFor::Organisation),
            (Role::Senior, DecidesFor::Team) if self.at_home(budget) => Ok(DecidesFor::Team),
            (Role::Senior, DecidesFor::Team) => Err(BudgetRefusal::NotYourBudget(budget.name.clone())),
            _ => Err(BudgetRefusal::ForSeniors),
        }
    }

    /// New money is put into a budget by a senior whose delegation covers the organisation.
    pub fn may_open(&self) -> Result<(), BudgetRefusal> {
        match (self.role, self.decides_for) {
            (Role::Senior, DecidesFor::Organisation) => Ok(()),
            _ => Err(BudgetRefusal::ForTheOrganisation),
        }
    }

    fn answers_for_money(&self) -> bool {
        matches!(self.role, Role::Enabler | Role::Senior)
    }

    fn at_home(&self, budget: &Owned) -> bool {
        budget.team == Some(self.team) || budget.hub.is_some_and(|hub| self.hubs.contains(&hub))
    }
}

/// The reason for a change of a budget: from 3 to 500 characters.
pub fn reason(text: &str) -> Result<String, BudgetRefusal> {
    let reason = text::plain(text, REASON_CHARS).map_err(BudgetRefusal::Reason)?.unwrap_or_default();
    if reason.chars().count() < REASON_LEAST { Err(BudgetRefusal::ReasonNeeded) } else { Ok(reason) }
}

/// The tolerance that a mode takes. Where a budget that has run over is told to stop, what it is over by stays, and
/// not a penny more.
pub fn tolerance(mode: BudgetMode, tolerance: Option<Money>, overrun: Money) -> Result<Money, BudgetRefusal> {
    match (mode, tolerance) {
        (BudgetMode::Stop, None) => Ok(overrun),
        (BudgetMode::Stop, Some(_)) => Err(BudgetRefusal::ToleranceNotWanted),
        (_, None) => Err(BudgetRefusal::ToleranceNeeded),
        (_, Some(tolerance)) if tolerance < overrun => Err(BudgetRefusal::ToleranceBelowOverrun(overrun)),
        (_, Some(tolerance)) => Ok(tolerance),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn team(id: u128) -> TeamId {
        TeamId(Uuid::from_u128(id))
    }

    fn steward(role: Role, decides_for: DecidesFor) -> Steward {
        let limit = (role != Role::Practitioner).then_some(Money::from_pence(50_000));
        Steward { role, team: team(1), hubs: vec![HubId(Uuid::from_u128(1))], decides_for, limit }
    }

    fn budget(of_team: Option<u128>, of_hub: Option<u128>) -> Owned {
        Owned { name: "A budget".into(), team: of_team.map(team), hub: of_hub.map(|id| HubId(Uuid::from_u128(id))) }
    }

    #[test]
    fn who_may_do_what_with_a_budget() {
        let (hers, her_hubs, others) = (budget(Some(1), None), budget(None, Some(1)), budget(Some(2), None));
        let penny = Money::from_pence(1);
        let enabler = steward(Role::Enabler, DecidesFor::Team);
        let senior = steward(Role::Senior, DecidesFor::Team);
        let head = steward(Role::Senior, DecidesFor::Organisation);
        let not_hers = || Err(BudgetRefusal::NotYourBudget("A budget".into()));

        assert!(enabler.may_move(&hers, penny).is_ok() && enabler.may_move(&her_hubs, penny).is_ok());
        assert_eq!(enabler.may_move(&others, penny), not_hers());
        assert!(head.may_move(&others, penny).is_ok());
        assert_eq!(
            steward(Role::Practitioner, DecidesFor::Organisation).may_move(&hers, penny),
            Err(BudgetRefusal::NotYourSay)
        );
        let limit = Money::from_pence(50_000);
        assert_eq!(enabler.may_move(&hers, limit), Ok(limit));
        assert_eq!(
            enabler.may_move(&hers, Money::from_pence(50_001)),
            Err(BudgetRefusal::AboveYourLimit { limit, may: None })
        );

        assert_eq!(senior.may_steer(&her_hubs), Ok(DecidesFor::Team));
        assert_eq!(head.may_steer(&others), Ok(DecidesFor::Organisation));
        assert_eq!(senior.may_steer(&others), Err(BudgetRefusal::NotYourBudget("A budget".into())));
        assert_eq!(enabler.may_steer(&hers), Err(BudgetRefusal::ForSeniors));
        assert_eq!(steward(Role::Senior, DecidesFor::NobodyElse).may_steer(&hers), Err(BudgetRefusal::ForSeniors));
        assert_eq!((head.may_open(), senior.may_open()), (Ok(()), Err(BudgetRefusal::ForTheOrganisation)));
    }

    #[test]
    fn a_tolerance_fits_its_mode_and_what_has_run_over_already() {
        let pounds = |pounds: i64| Money::from_pence(pounds * 100);

        assert_eq!(tolerance(BudgetMode::Stop, None, pounds(3)), Ok(pounds(3)));
        assert_eq!(tolerance(BudgetMode::Stop, Some(pounds(9)), pounds(3)), Err(BudgetRefusal::ToleranceNotWanted));
        assert_eq!(tolerance(BudgetMode::Warn, None, Money::ZERO), Err(BudgetRefusal::ToleranceNeeded));
        assert_eq!(
            tolerance(BudgetMode::Warn, Some(pounds(2)), pounds(3)),
            Err(BudgetRefusal::ToleranceBelowOverrun(pounds(3)))
        );
        assert_eq!(tolerance(BudgetMode::Escalate, Some(pounds(3)), pounds(3)), Ok(pounds(3)));
    }

    #[test]
    fn a_reason_is_a_few_words() {
        assert_eq!(reason("  Winter coats "), Ok("Winter coats".into()));
        for hardly in ["", "  ", "ok", " \n x"] {
            assert_eq!(reason(hardly), Err(BudgetRefusal::ReasonNeeded), "{hardly:?}");
        }
        assert!(matches!(reason(&"x".repeat(501)), Err(BudgetRefusal::Reason(_))));
    }
}
