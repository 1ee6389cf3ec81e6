//! Words about spends: four small axes instead of one big status, and the lists around them.

use super::words;

words! {
    /// When the money leaves: after the decision, or before it.
    SpendTiming {
        /// The purchase has not happened yet.
        Before,
        /// Already bought; this asks for retrospective authority.
        After,
    }

    /// Who decided, or who has been asked to.
    SpendDecision {
        /// Authorised by the asker's own delegation.
        AuthorisedSelf,
        /// One colleague has been asked.
        Asked,
        /// The colleague has a question; the ask keeps its place.
        Question,
        /// Authorised by a colleague, in full.
        Authorised,
        /// Authorised by a colleague, for less than was asked.
        AuthorisedLess,
        /// A colleague said no, with a reason.
        Declined,
        /// The asker took it back.
        Withdrawn,
        /// Authorised at once in an emergency (break-glass), told to a senior afterwards.
        Emergency,
    }

    /// Where the money is.
    SpendMoney {
        /// Nothing is held.
        None,
        /// Softly held while a colleague decides.
        Reserved,
        /// Set aside: authorised and not yet spent.
        Committed,
        /// The money has left.
        Spent,
        /// Some of it came back.
        PartRefunded,
        /// All of it came back.
        Refunded,
        /// What was held has gone back to the budget.
        Released,
    }

    /// What stands behind the spend as evidence. Evidence never moves money.
    SpendEvidence {
        /// The purpose's receipt rule asks for none.
        NotNeeded,
        /// A receipt or a note would help; nothing waits for it.
        Expected,
        /// A receipt is attached.
        Attached,
        /// A note says why there is no receipt.
        Noted,
    }

    /// Where the spend is in the books.
    SpendBooks {
        /// Not yet matched to a statement.
        Open,
        /// Matched to a statement line.
        Matched,
        /// In a numbered export; its amount is frozen.
        Exported,
        /// Corrected by a reversal.
        Corrected,
    }

    /// Which kind of budget a purpose draws on.
    Fund {
        /// The team's budget under section 17 of the Children Act 1989.
        #[sea_orm(string_value = "SECTION_17")]
        #[serde(rename = "SECTION_17")]
        #[graphql(name = "SECTION_17")]
        Section17,
        /// The hub's own budget.
        Hub,
        /// The organisation's reserve for emergencies.
        Contingency,
    }

    /// What evidence a purpose asks for.
    ReceiptRule {
        /// None at all.
        None,
        /// A short note is enough.
        Note,
        /// A receipt, above the purpose's threshold.
        Receipt,
        /// A VAT receipt, above the purpose's threshold.
        VatReceipt,
    }

    /// Why a colleague said no.
    DeclineReason {
        /// Another budget or service should pay.
        AnotherBudget,
        /// There is a cheaper way to the same end.
        CheaperWay,
        /// It has been paid for already.
        AlreadyPaid,
        /// It would not help the person now.
        WouldNotHelp,
        /// The scheme or the law does not allow it.
        NotAllowed,
    }

    /// How a spend is paid.
    PaymentMethod {
        /// From the hub's cash (imprest).
        HubCash,
        /// With a prepaid or procurement card.
        Card,
        /// By the asker, who is paid back.
        Reimbursement,
        /// The supplier invoices, against an official order.
        Supplier,
        /// With a voucher.
        Voucher,
        /// In cash to the person helped.
        CashToPerson,
    }

    /// What happens when a budget runs short.
    #[derive(Default)]
    BudgetMode {
        /// Nothing goes ahead beyond what is allocated.
        #[default]
        Stop,
        /// It goes ahead with a warning, up to the budget's tolerance; every penny over is an entry of its own.
        Warn,
        /// One colleague is asked, whose yes may run it over, up to the budget's tolerance.
        Escalate,
    }

    /// What becomes of unspent money when a budget is closed.
    Unspent {
        /// It lapses.
        Lapse,
        /// It is carried forward into the next period's budget.
        CarryForward,
    }

    /// Why this colleague was asked.
    WhyAsked {
        /// On duty at the hub.
        HubOnDuty,
        /// In the asker's team.
        Team,
        /// Leads the asker's team.
        Lead,
        /// The duty manager.
        DutyManager,
        /// On duty out of hours.
        OutOfHours,
        /// Stands in for a colleague who is away.
        Deputy,
        /// Took the ask over.
        Taken,
        /// Decides for the whole organisation, and nobody nearer may.
        Organisation,
    }

    /// The state of one ask.
    AskState {
        /// Waiting for the colleague.
        Open,
        /// The colleague decided.
        Answered,
        /// The asker withdrew the spend, or no longer needs anybody's say.
        Closed,
        /// Another colleague has it now.
        Moved,
    }

    /// Which way a message between the asker and whoever is asked goes.
    MessageKind {
        /// A question of the colleague who is asked.
        Question,
        /// The asker's answer.
        Answer,
    }

    /// How one decision came out.
    Outcome {
        /// The asker's own delegation covers it.
        AuthorisedSelf,
        /// One nearby colleague has been asked.
        Asked,
        /// A colleague authorised all of it.
        Authorised,
        /// A colleague authorised part of it.
        AuthorisedLess,
        /// A colleague said no.
        Declined,
        /// Authorised at once in an emergency.
        Emergency,
        /// It cannot go ahead as asked; nothing was stored.
        Refused,
    }

    /// One named check of a decision.
    CheckCode {
        /// A delegation in force covers the purpose.
        Delegation,
        /// The total is within the limit for one item.
        ItemLimit,
        /// The delegation counts at this hour.
        Hours,
        /// The delegation covers the hub.
        Hub,
        /// The delegation covers the way of paying.
        Method,
        /// The total is within what is left for this budget in its period.
        BudgetPeriod,
        /// The total is within what is left for the person helped in the budget's period.
        PersonHelped,
        /// The total is within what is left of the rolling 24 hours.
        #[sea_orm(string_value = "WINDOW_24H")]
        #[serde(rename = "WINDOW_24H")]
        #[graphql(name = "WINDOW_24H")]
        Window24H,
        /// The total is within what is left of the rolling 7 days.
        #[sea_orm(string_value = "WINDOW_7D")]
        #[serde(rename = "WINDOW_7D")]
        #[graphql(name = "WINDOW_7D")]
        Window7D,
        /// The total is within what is left of the rolling 28 days.
        #[sea_orm(string_value = "WINDOW_28D")]
        #[serde(rename = "WINDOW_28D")]
        #[graphql(name = "WINDOW_28D")]
        Window28D,
        /// The total is within what may be spent at once in an emergency.
        BreakGlass,
        /// The budget has the money.
        Budget,
        /// The total is within what is left of the offline allowance.
        Allowance,
        /// The person deciding may decide for the person asking.
        MayDecideFor,
    }

    /// One kind of movement on a budget.
    BudgetMovement {
        /// Money put into the budget.
        Allocate,
        /// A soft hold while a colleague decides.
        Reserve,
        /// A soft hold given back.
        Unreserve,
        /// A hard hold once authorised.
        Commit,
        /// A hard hold given back.
        Release,
        /// Money that has left.
        Settle,
        /// Money moved in from another budget, or out to one.
        Vire,
        /// Money that came back.
        Refund,
        /// Set aside for an offline allowance.
        Draw,
        /// Spent under an offline allowance.
        Honour,
        /// What an offline allowance did not need.
        Return,
        /// A correction of what was exported.
        Reverse,
        /// Carried into the next period, or in from the last one.
        Carry,
        /// Unspent when its period was closed, and gone.
        Lapse,
    }
}
