//! A spend in plain arithmetic: where it should stand.

use busfare_entity::words::{BudgetId, PractitionerId, TeamId};

use super::Moment;

/// By which line it was said, and by whom.
pub(super) type Under = Option<(String, PractitionerId)>;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// By whom.
    pub asker: PractitionerId,
    /// From which budget.
    pub budget: BudgetId,
    /// The price of one, and how many.
    pub terms: (i64, i64),
    /// Whether it was bought already.
    pub bought: bool,
}

/// A spend as it should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Its id on the wire.
    pub id: String,
    /// Who asked.
    pub asker: PractitionerId,
    /// In which team.
    pub team: TeamId,
    /// Who pays.
    pub budget: BudgetId,
    /// The price of one, and how many.
    pub terms: (i64, i64),
    /// What was asked.
    pub total: i64,
    /// Whether it was bought already.
    pub bought: bool,
    /// The decision.
    pub decision: &'static str,
    /// Where the money is.
    pub money: &'static str,
    /// What the budget holds for it.
    pub held: i64,
    /// What was authorised.
    pub authorised: Option<i64>,
    /// What has left.
    pub spent: Option<i64>,
    /// What came back.
    pub refunded: i64,
    /// Who was asked.
    pub asked: Option<PractitionerId>,
    /// Who was asked before.
    pub asked_before: Vec<PractitionerId>,
    /// Who was told, because it could not wait.
    pub told: Option<PractitionerId>,
    /// The allowance that paid.
    pub allowance: Option<usize>,
    /// Since when what is held for it is held.
    pub(super) held_since: Option<Moment>,
    /// Whose say it was, by which line.
    pub(super) under: Under,
}

impl Spend {
    pub(super) fn asked(new: Asked, team: TeamId) -> Self {
        let Asked { asker, budget, terms, bought } = new;
        Self {
            id: String::new(),
            asker,
            team,
            budget,
            terms,
            total: terms.0 * terms.1,
            bought,
            decision: "ASKED",
            money: "NONE",
            held: 0,
            authorised: None,
            spent: None,
            refunded: 0,
            asked: None,
            asked_before: Vec::new(),
            told: None,
            allowance: None,
            held_since: None,
            under: None,
        }
    }

    /// Whether its money has left.
    pub fn has_left(&self) -> bool {
        ["SPENT", "PART_REFUNDED", "REFUNDED"].contains(&self.money)
    }

    /// Whether the yes stands, and what was set aside for it has gone back by itself.
    pub(super) fn has_gone_back(&self) -> bool {
        self.money == "RELEASED" && !["ASKED", "DECLINED", "WITHDRAWN"].contains(&self.decision)
    }

    /// Whether it still waits for a colleague.
    pub fn waits(&self) -> bool {
        self.decision == "ASKED"
    }

    /// What of it counts against somebody's say.
    pub(super) fn counts(&self) -> i64 {
        if self.decision == "WITHDRAWN" || self.money == "RELEASED" {
            return 0;
        }
        self.spent.or(self.authorised).unwrap_or_default() - self.refunded
    }
}
