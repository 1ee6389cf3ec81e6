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
        &expect![[r#"
            line 5: error: `a`: nobody here has the e-mail nobody@c.example.
            line 8: error: `a`: there is no purpose "cars". There are: purpose-0, purpose-1, purpose-2.
            line 9: error: `a`: there is no hub "Pub". There are: Hub 0, Hub 1.
            line 12: error: `b`: Person 0 is no senior, and only a senior grants a say.
            line 13: error: `b`: there is no team "Team 9". There are: Team 0, Team 1, Team 2.
        "#]],
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
        &expect![[r#"
            line 8: warning: `less` changes nothing as things are: everybody who has it has at least as much by `role` (line 2).
        "#]],
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
    leaves_open(
        &anybody(100, ""),
        &expect![[r#"
            The most that anybody may decide at once is £100.00.
        "#]],
    );
    leaves_open(
        &[grant("team", "role = \"senior\"", "decides_for = \"team\"\nlimits = { item = 100 }")],
        &expect![[r#"
            The most that anybody may decide at once is £100.00.
            Nobody may decide anything for Person 6.
            Nobody may decide for Person 2.
            Nobody may decide for Person 5.
            Nobody may decide for Person 6.
        "#]],
    );
    let nights = "hours = { days = [\"fri\", \"sat\"], from = \"18:00\", to = \"08:00\" }";
    leaves_open(
        &anybody(100, nights),
        &expect![[r#"
            The most that anybody may decide at once is £100.00.
            Nobody may decide anything on Monday to Thursday, and before 18:00 on Friday, and from 08:00 to 18:00 on Saturday, and after 08:00 on Sunday.
        "#]],
    );
    let card = "methods = [\"card\"]\nhubs = [\"Hub 0\"]\npurposes = [\"purpose-2\"]";
    leaves_open(
        &anybody(100, card),
        &expect![[r#"
            The most that anybody may decide at once is £100.00.
            Nobody may decide anything on purpose 0 and purpose 1.
            Nobody may decide anything on purpose 2 at Hub 1, or without a hub.
            Nobody may decide anything on purpose 2 at Hub 0 from the hub's cash, paid back to the asker, by invoice from a supplier and 2 others, or where no way of paying is said.
        "#]],
    );
    let summer = "valid_from = 2027-06-01\nvalid_to = 2027-08-31";
    leaves_open(
        &anybody(100, summer),
        &expect![[r#"
            The most that anybody may decide at once is £100.00.
            Nobody may decide anything until 2027-05-31.
            Nobody may decide anything from 2027-09-01 on.
        "#]],
    );
}
