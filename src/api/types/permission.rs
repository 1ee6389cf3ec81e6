//! What a viewer may do, readable before she tries.

use async_graphql::SimpleObject;

/// Whether the viewer may do something, and if not, why.
#[derive(Clone, Debug, SimpleObject)]
pub struct Permission {
    /// Whether it is allowed now.
    pub allowed: bool,
    /// Why not, in plain words.
    pub reason: Option<String>,
}

/// What the viewer may do with a spend now, from the same rules that guard the mutations. An app needs the scope
/// `SPENDS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct SpendPermissions {
    /// Say yes, less or no: `decideSpend`.
    pub decide: Permission,
    /// Take it back: `withdrawSpend`.
    pub withdraw: Permission,
    /// Say what was really spent: `recordSpent`.
    pub record_spent: Permission,
    /// Attach a receipt or note why there is none: `captureReceipt`, `attachReceipt`, `noteNoReceipt`.
    pub give_evidence: Permission,
    /// Take the ask over: `takeAsk`. Whether your say stretches to it is looked at when you do.
    pub take: Permission,
    /// Ask the asker something first: `askQuestion`.
    pub ask_question: Permission,
    /// Answer what the colleague wants to know: `answerQuestion`.
    pub answer_question: Permission,
    /// Change the amount or the words: `changeSpend`.
    pub change: Permission,
    /// Ask for the same again: `repeatSpend`.
    pub repeat: Permission,
    /// Take back what it has too much in the books: `reverseSpend`.
    pub reverse: Permission,
    /// Say that some of it came back: `recordRefund`.
    pub record_refund: Permission,
}

/// What the viewer may do with a question of the bank now, from the same rules that guard the mutations. An app needs the
/// scope `FORMS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuestionPermissions {
    /// Reword it, look at it again or hand it over: `reviseQuestion`, `reviewQuestion`, `handOverQuestions`.
    pub change: Permission,
    /// Ask it of nobody any more: `retireQuestion`.
    pub retire: Permission,
}
