//! What the council's money may be spent on, and the budgets of the financial year.

use busfare_entity::{
    budget, spend_purpose,
    words::{BudgetMode, Fund, OrganisationId, ReceiptRule, Role},
};
use chrono::{DateTime, NaiveDate, Utc};

use super::council::Council;
use crate::{
    rules::{
        emergency::{WIDE, financial_year},
        money::Money,
    },
    store::mint,
};

/// The purpose of the first request in the demo.
pub const BUS_FARE: &str = "bus-fare";

/// Code, English name, Welsh name, fund, receipt rule and threshold.
///
/// A pharmacy's receipt can name a medicine, so there a note is enough.
pub const PURPOSES: [(&str, &str, &str, Fund, ReceiptRule, Money); 10] = [
    (BUS_FARE, "Bus fare", "Tocyn bws", Fund::Section17, ReceiptRule::Receipt, pounds(5)),
    ("travel-card", "Travel card", "Cerdyn teithio", Fund::Section17, ReceiptRule::Receipt, pounds(5)),
    ("phone-top-up", "Phone top-up", "Credyd ffôn", Fund::Section17, ReceiptRule::Receipt, pounds(10)),
    ("food-shop", "Food shop", "Siopa bwyd", Fund::Section17, ReceiptRule::Receipt, pounds(10)),
    (
        "school-clothes",
        "School shoes and uniform",
        "Esgidiau a gwisg ysgol",
        Fund::Section17,
        ReceiptRule::Receipt,
        pounds(10),
    ),
    ("pharmacy", "Pharmacy", "Fferyllfa", Fund::Section17, ReceiptRule::Note, pounds(10)),
    ("parking", "Parking", "Parcio", Fund::Section17, ReceiptRule::None, Money::ZERO),
    ("hub-refreshments", "Hub refreshments", "Lluniaeth yn yr hwb", Fund::Hub, ReceiptRule::Receipt, pounds(5)),
    (
        "hub-activity-materials",
        "Materials for a hub activity",
        "Deunyddiau ar gyfer gweithgaredd yn yr hwb",
        Fund::Hub,
        ReceiptRule::Receipt,
        pounds(5),
    ),
    ("household-item", "Household item", "Eitem i'r cartref", Fund::Section17, ReceiptRule::VatReceipt, pounds(25)),
];

/// How much each role may move between budgets at once.
pub const VIREMENT_LIMITS: [(Role, Money); 2] = [(Role::Enabler, pounds(500)), (Role::Senior, pounds(5_000))];

/// Whole pounds.
pub const fn pounds(pounds: i64) -> Money {
    Money::from_pence(pounds * 100)
}

/// What money may be spent on.
pub fn purposes(organisation_id: OrganisationId, now: DateTime<Utc>) -> Vec<spend_purpose::Model> {
    PURPOSES
        .map(|(code, name_en, name_cy, fund, receipt_rule, threshold)| spend_purpose::Model {
            id: mint::id(),
            organisation_id,
            code: code.into(),
            name_en: name_en.into(),
            name_cy: name_cy.into(),
            fund,
            receipt_rule,
            receipt_threshold_pence: threshold.pence(),
            created_at: now,
        })
        .into()
}

/// A section 17 budget for each family-facing team, a small one for each hub and one for emergencies, for the year
/// that contains a day.
pub fn budgets(council: &Council, on: NaiveDate) -> Vec<budget::Model> {
    let (period_start, period_end) = financial_year(on);
    let empty = |name: String, fund, cost_centre: String, subjective_code: &str, allocated: Money| budget::Model {
        id: mint::id(),
        organisation_id: council.organisation.id,
        name,
        fund,
        team_id: None,
        hub_id: None,
        cost_centre,
        subjective_code: subjective_code.into(),
        period_start,
        period_end,
        mode: BudgetMode::Stop,
        tolerance_pence: 0,
        overrun_pence: 0,
        allocated_pence: allocated.pence(),
        reserved_pence: 0,
        committed_pence: 0,
        settled_pence: 0,
        closed_at: None,
    };
    let of_teams = (1..).zip(council.family_teams()).map(|(place, team)| budget::Model {
        team_id: Some(team.id),
        ..empty(format!("Section 17: {}", team.name), Fund::Section17, format!("CF171{place}"), "43210", pounds(25_000))
    });
    let of_hubs = (1..).zip(&council.hubs).map(|(place, hub)| budget::Model {
        hub_id: Some(hub.id),
        ..empty(format!("Hub: {}", hub.name), Fund::Hub, format!("CF250{place}"), "45120", pounds(3_000))
    });
    let for_emergencies = budget::Model {
        mode: BudgetMode::Warn,
        tolerance_pence: WIDE.pence(),
        ..empty("Emergencies".into(), Fund::Contingency, "CF9000".into(), "43290", pounds(2_000))
    };
    of_teams.chain(of_hubs).chain([for_emergencies]).collect()
}
