//! Files against the roll of a council: names that are nobody's, grants that change nothing, and gaps in words.

use expect_test::{Expect, expect};

use super::{random::roll, *};

/// A grant from Person 2, who is a senior.
fn grant(line: &str, to: &str, more: &str) -> String {
    format!("[[grant]]\nline = \"{line}\"\ngrantor = \"p2@c.example\"\nto = {{ {to} }}\nbacking = \"Yes.\"\n{more}\n")
}

fn scheme(grants: &[String]) -> Scheme {
    let (scheme, problems) = read(format!("title = \"A scheme\"\n{}", grants.concat()).as_bytes());
    scheme.unwrap_or_else(|| panic!("{problems:#?}"))
}

#[track_caller]
fn is_told(grants: &[String], expected: &Expect) {
    let problems = names(&scheme(grants), &roll());
    expected.assert_eq(&problems.iter().map(|problem| format!("{problem}\n")).collect::<String>());
}

#[track_caller]
fn leaves_open(grants: &[String], expected: &Expect) {
    let (scheme, roll) = (scheme(grants), roll());
    let gaps = gaps(&scheme, &roll, "2026-11-23".parse().unwrap()).unwrap();
    let told = [vec![gaps.most_in_words()], gaps.words(&roll), left_alone(&scheme, &roll)].concat();
    expected.assert_eq(&told.iter().map(|gap| format!("{gap}\n")).collect::<String>());
}

#[test]
fn names_that_are_nobody_s_are_told_with_their_lines() {
    let named = "limits = { item = 20 }\npurposes = [\"purpose-0\", \"cars\"]\nhubs = [\"HUB 1\", \"Pub\"]";
    is_told(
        &[
            grant("a", "person = \"nobody@c.example\"", named),
            grant("b", "team = \"Team 9\"", "limits = { item = 20 }").replace("p2@", "p0@"),
        ],
        &expect![[r#""#]],
    );
}

#[test]
fn a_grant_that_everybody_has_more_of_changes_nothing() {
    let item = |amount: u32| format!("limits = {{ item = {amount} }}");
    is_told(
        &[
            grant("role", "role = \"practitioner\"", &item(30)),
            grant("less", "person = \"p0@c.example\"", &item(20)),
            grant("more", "person = \"p3@c.example\"", &item(40)),
            grant("another", "person = \"p1@c.example\"", &item(20)),
        ],
        &expect![[r#""#]],
    );
}

#[test]
fn gaps_are_told_as_a_head_of_service_would_say_them() {
    let for_all =
        |item: u32, more: &str| format!("decides_for = \"organisation\"\nlimits = {{ item = {item} }}\n{more}");
    let anybody = |item: u32, more: &str| {
        [
            grant("one", "person = \"p4@c.example\"", &for_all(item, more)),
            grant("two", "role = \"senior\"", &for_all(item, more)),
        ]
    };
    leaves_open(&anybody(100, ""), &expect![[r#""#]]);
    leaves_open(
        &[grant("team", "role = \"senior\"", "decides_for = \"team\"\nlimits = { item = 100 }")],
        &expect![[r#""#]],
    );
    let nights = "hours = { days = [\"fri\", \"sat\"], from = \"18:00\", to = \"08:00\" }";
    leaves_open(&anybody(100, nights), &expect![[r#""#]]);
    let card = "methods = [\"card\"]\nhubs = [\"Hub 0\"]\npurposes = [\"purpose-2\"]";
    leaves_open(&anybody(100, card), &expect![[r#""#]]);
    let summer = "valid_from = 2027-06-01\nvalid_to = 2027-08-31";
    leaves_open(&anybody(100, summer), &expect![[r#""#]]);
}
