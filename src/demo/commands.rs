//! Requests to paste into a shell: GraphQL in JSON in single quotes, so that nothing in between is read twice.

use busfare_entity::words::{FormVersionId, ReceiptId, RecordId, SpendId, SpendPurposeId};
use serde_json::json;
use uuid::Uuid;

use super::forms::{DIFFERENCE, SEEN_SOONER, WHAT_FOR};
use crate::store::mint;

/// What the fare in the demo costs.
pub const FARE: &str = "1.15";

/// The ids of one bus fare from asking to the note about it, minted as a phone would.
#[derive(Clone, Copy, Debug)]
pub struct Journey {
    /// What the money is for.
    pub purpose: SpendPurposeId,
    /// The form that the note is written on.
    pub form: FormVersionId,
    spend: SpendId,
    receipt: ReceiptId,
    record: RecordId,
}

impl Journey {
    /// A new journey.
    pub fn begin(purpose: SpendPurposeId, form: FormVersionId) -> Self {
        Self { purpose, form, spend: mint::id(), receipt: mint::id(), record: mint::id() }
    }

    /// Asks for the fare and announces the picture of the ticket, in one document.
    pub fn ask_and_capture(&self) -> String {
        format!(
            "mutation {{ \
             requestSpend(input: {{ idempotencyKey: {}, id: {}, purposeId: {}, unitPrice: {}, reason: {} }}) {{ \
             spend {{ id decision sentence verdict {{ outcome backingStatement backedBy {{ name }} \
             checks {{ code ok words }} }} }} userErrors {{ code message }} }} \
             captureReceipt(input: {{ idempotencyKey: {}, id: {}, spendId: {} }}) {{ \
             receipt {{ id state uploadUrl }} userErrors {{ code message }} }} }}",
            key(),
            text(self.spend),
            text(self.purpose),
            text(FARE),
            text("Bus to the first appointment"),
            key(),
            text(self.receipt),
            text(self.spend),
        )
    }

    /// Where the picture goes.
    pub fn picture_path(&self) -> String {
        format!("/receipts/{}/content", self.receipt)
    }

    /// Writes the two lines that matter and completes the record, in one document.
    pub fn note(&self) -> String {
        format!(
            "mutation {{ \
             putAnswers(input: {{ idempotencyKey: {}, recordId: {}, begin: {{ formId: {}, spendId: {} }}, answers: [\
             {{ linkId: {}, value: {{ text: {} }} }}, {{ linkId: {}, value: {{ choice: {} }} }}] }}) {{ \
             record {{ id answers {{ linkId text }} }} userErrors {{ code message }} }} \
             completeRecord(input: {{ idempotencyKey: {}, recordId: {} }}) {{ \
             record {{ completedAt }} advice {{ linkId words }} userErrors {{ code message }} }} }}",
            key(),
            text(self.record),
            text(self.form),
            text(self.spend),
            text(WHAT_FOR),
            text("The bus to her first appointment; she would have missed it"),
            text(DIFFERENCE),
            text(SEEN_SOONER),
            key(),
            text(self.record),
        )
    }
}

/// Signs in and answers with a new access token.
pub fn sign_in(email: &str, password: &str) -> String {
    format!(
        "mutation {{ signIn(input: {{ email: {}, password: {}, deviceName: {} }}) {{ \
         session {{ accessToken }} userErrors {{ code message }} }} }}",
        text(email),
        text(password),
        text("demo"),
    )
}

/// A curl command that posts a document, with a header for who asks where somebody does.
pub fn post(server: &str, bearer: Option<&str>, document: &str) -> String {
    let who = bearer.map(|variable| format!("-H \"Authorization: Bearer ${variable}\" ")).unwrap_or_default();
    format!(
        "curl -sS {server}/graphql \\\n  {who}-H 'Content-Type: application/json' \\\n  -d {}",
        quoted(&json!({ "query": document }).to_string())
    )
}

/// A text as one word of a POSIX shell, whatever is in it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text as a GraphQL string, which JSON spells the same way.
fn text(value: impl ToString) -> String {
    json!(value.to_string()).to_string()
}

fn key() -> String {
    text(mint::id::<Uuid>())
}
