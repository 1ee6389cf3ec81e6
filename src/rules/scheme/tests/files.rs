//! Files as finance officers write them: good ones, slips of the finger, and hostile ones.

use expect_test::{Expect, expect};

use super::*;

const MODEST: &str = include_str!("../../../demo/schemes/modest.toml");
const LIKE_TODAY: &str = include_str!("../../../demo/schemes/like-today.toml");
const DEVOLVED: &str = include_str!("../../../demo/schemes/devolved.toml");

/// A file of one good grant; `more` goes into the grant.
fn one_grant(more: &str) -> String {
    format!(
        "title = \"A scheme\"\n\n[[grant]]\nline = \"own-say\"\ngrantor = \"ann@council.example\"\n\
         to = {{ role = \"practitioner\" }}\nbacking = \"I stand behind you.\"\n{more}\n"
    )
}

/// Everything that is said about a file, in order.
fn said(source: impl AsRef<[u8]>) -> String {
    let (_, problems) = read(source.as_ref());
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[track_caller]
fn says(source: impl AsRef<[u8]>, expected: &Expect) {
    expected.assert_eq(&said(source));
}

#[track_caller]
fn good(source: &str) -> Scheme {
    let (scheme, problems) = read(source.as_bytes());
    scheme.unwrap_or_else(|| panic!("{problems:#?}"))
}

#[test]
fn the_examples_are_without_fault() {
    for source in [MODEST, LIKE_TODAY, DEVOLVED] {
        assert_eq!(said(source), "");
    }
}

#[test]
fn a_scheme_is_explained_in_plain_words() {
    let explained: String = good(MODEST)
        .lines
        .iter()
        .map(|line| format!("{}: {}\n", line.key, explain(line, Named::AsTyped, busfare_entity::words::Language::En)))
        .collect();
    expect![[r#"
        practitioners: Every practitioner may decide up to £30.00 for one item and £100.00 in any 7 days. It is for one's own spends only. In an emergency, £150.00 at once. Granted by angharad.celyn@caerfelin.example.
        enablers: Every enabler may decide up to £100.00 for one item and £500.00 in any 7 days. It is for one's own spends and for those of colleagues in one's own team. In an emergency, £300.00 at once. Granted by angharad.celyn@caerfelin.example.
        seniors: Every senior may decide up to £500.00 for one item, £2,000.00 in any 7 days and £5,000.00 in any 28 days. It is for one's own spends and for those of colleagues in one's own team. In an emergency, £1,000.00 at once. Granted by angharad.celyn@caerfelin.example.
        head-of-service: angharad.celyn@caerfelin.example may decide up to £5,000.00 for one item and £20,000.00 in any 28 days. It is for one's own spends and for those of any colleague. In an emergency, £5,000.00 at once. Granted by ruth.adebisi-vaughan@caerfelin.example.
    "#]].assert_eq(&explained);
}

#[test]
fn everything_a_grant_can_say_is_read_and_explained() {
    let everything = "decides_for = \"team\"\npurposes = [\"bus-fare\", \"travel-card\"]\nhubs = [\"Library\"]\n\
        methods = [\"Card\", \"hub cash\"]\nbreak_glass = \"150\"\nvalid_from = 2026-04-01\nvalid_to = \"2027-03-31\"\n\
        hours = { days = [\"Mon\", \"tuesday\", \"Wed\"], from = 18:00:00, to = \"08:00\" }\n\
        limits.item = \"£30.50\"\nlimits.in_24_hours = 60\nlimits.in_7_days = \"100\"\nlimits.in_28_days = \"300.5\"\n\
        limits.in_budget_period = \"1,000.00\"\nlimits.per_person = 500";
    // An emergency may come to more than a day only where somebody may decide that much.
    let source = one_grant(everything)
        + "[[grant]]\nline = \"head\"\ngrantor = \"bea@council.example\"\nto = { person = \"Ann@Council.example\" }\n\
           limits = { item = 500 }\nbacking = \"And I behind you.\"\n";
    let scheme = good(&source);
    let line = &scheme.lines[0];
    assert_eq!(line.limits[&Limit::Item], Money::from_pence(3_050));
    assert_eq!(line.limits[&Limit::In28Days], Money::from_pence(30_050));
    assert_eq!(line.methods, [PaymentMethod::Card, PaymentMethod::HubCash]);
    assert_eq!(line.hours, Some(Hours { days: 7, from_minute: 18 * 60, to_minute: 8 * 60 }));
    assert_eq!(scheme.lines[1].grantee, Grantee::Person("ann@council.example".into()));
    let both = [busfare_entity::words::Language::En, busfare_entity::words::Language::Cy]
        .map(|language| explain(line, Named::AsTyped, language))
        .join("\n");
    expect![[r#"
        Every practitioner may decide up to £30.50 for one item, £60.00 in any 24 hours, £100.00 in any 7 days, £300.50 in any 28 days, £1,000.00 from one budget in its period and £500.00 for one person helped in the budget's period. It is for one's own spends and for those of colleagues in one's own team. Only for bus-fare and travel-card. Only at Library, by card and from the hub's cash. Only on Monday to Wednesday from 18:00 to 08:00 the next day, from 2026-04-01, until 2027-03-31. In an emergency, £150.00 at once. Granted by ann@council.example.
        Pob ymarferydd: cewch benderfynu hyd at £30.50 am un eitem, £60.00 mewn unrhyw 24 awr, £100.00 mewn unrhyw 7 diwrnod, £300.50 mewn unrhyw 28 diwrnod, £1,000.00 o un gyllideb yn ei chyfnod a £500.00 am un person yng nghyfnod y gyllideb. Mae ar gyfer eich gwariant eich hun a gwariant cydweithwyr yn eich tîm. Dim ond ar gyfer bus-fare a travel-card. Dim ond yn Library, â cherdyn a o arian parod yr hwb. Dim ond dydd Llun hyd dydd Mercher o 18:00 i 08:00 drannoeth, o 2026-04-01, hyd 2027-03-31. Mewn argyfwng, £150.00 ar unwaith. Rhoddwyd gan ann@council.example."#]].assert_eq(&both);
}

#[test]
fn every_slip_is_told_at_once_with_its_line() {
    says(
        "titel = \"A scheme\"\nvalid_from = 2027-04-01\nvalid_to = 2027-03-31\n\n[people]\nhead = \"nobody\"\n\n\
         [[grant]]\nline = \"Own say\"\ngrantor = \"head\"\nto = { role = \"worker\" }\nlimit = { item = 30 }\n\
         backing = \"\"\n\n\
         [[grant]]\ngrantor = 7\nto = { role = \"senior\", team = \"East\" }\nmethods = [\"cheque\"]\npurposes = []\n\
         limits = { item = 30.50, in_7_days = 0, in_14_days = 10, per_person = \"12.345\", in_28_days = -3 }\n\
         decides_for = \"everyone\"\nhours = { days = [\"Mon\", \"Mon\", \"Caturday\"], from = \"9\" }\n\
         backing = 3\nvalid_from = \"soon\"\n",
        &expect![[r#"
            warning: After 2027-03-31 nobody may decide anything until another version is published.
            line 1: error: A scheme needs `title`: what the scheme is called.
            line 1: error: The scheme ends on 2027-03-31, before it begins on 2027-04-01.
            line 1: error: `titel` is nothing that a scheme has. It has: title, valid_from, valid_to, people, grant.
            line 6: error: "nobody" is no e-mail.
            line 9: error: `line` is "Own say"; use small letters, digits and hyphens only.
            line 10: error: `grantor` is "head", and nobody is called that here; write an e-mail, or give the name an e-mail under [people].
            line 11: error: "worker" is no role. There are: practitioner, enabler, senior.
            line 12: error: `limit` is nothing that a grant has. It has: line, grantor, to, purposes, hubs, methods, limits, break_glass, decides_for, hours, backing, valid_from, valid_to.
            line 13: error: `backing` is empty.
            line 15: error: A grant needs `line`: a short name that it keeps for ever, such as "own-say".
            line 16: error: `grantor` is a whole number; write a text in quotes.
            line 17: error: `to` names exactly one of role, person and team.
            line 18: error: "cheque" is no way of paying. There are: hub-cash, card, reimbursement, supplier, voucher, cash-to-person.
            line 19: error: `purposes` is an empty list; leave it out where all are meant.
            line 20: error: `in_14_days` is nothing that limits has. It has: item, in_24_hours, in_7_days, in_28_days, in_budget_period, per_person.
            line 20: error: `in_28_days`: "-3" is no amount from "0.01" to "1000000.00" in whole pence.
            line 20: error: `in_7_days` is nothing at all, which lets nobody decide; leave out what is not meant.
            line 20: error: `item` is written without quotes; write "30.50", so that it stays exact.
            line 20: error: `per_person`: "12.345" is no amount from "0.01" to "1000000.00" in whole pence.
            line 21: error: `decides_for` is "everyone". There are: nobody-else, team, organisation.
            line 22: error: "Caturday" is no day of the week. There are: mon, tue, wed, thu, fri, sat, sun.
            line 22: error: `days` names "Mon" twice.
            line 22: error: `from` is no time of day; write it as "09:00".
            line 22: error: `hours` has only one of `from` and `to`; write both, or neither for all day.
            line 23: error: `backing` is a whole number; write a text in quotes.
            line 24: error: `valid_from` is no day from 2000 to 2199; write it as 2026-04-01.
        "#]],
    );
}

#[test]
fn limits_that_cannot_be_reached_are_told() {
    says(
        one_grant("limits = { item = 200, in_24_hours = 100, in_7_days = 50, in_28_days = 40 }"),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 8: error: `own-say`: £100.00 in any 24 hours can never be reached, because only £40.00 is allowed in any 28 days.
        line 8: error: `own-say`: £200.00 for one item can never be reached, because only £40.00 is allowed in any 28 days.
        line 8: error: `own-say`: £50.00 in any 7 days can never be reached, because only £40.00 is allowed in any 28 days.
    "#]],
    );
    says(
        one_grant("limits = { per_person = 200, in_budget_period = 100 }\nbreak_glass = 300"),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 8: error: `own-say`: £200.00 for one person helped in the budget's period can never be reached, because only £100.00 is allowed from one budget in its period.
        line 9: error: `own-say`: £300.00 in an emergency is above the £100.00 that anybody may decide on an ordinary day, so nobody could stand behind it afterwards.
    "#]],
    );
    says(
        one_grant("limits = { item = 20 }\nbreak_glass = 10"),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 9: warning: `own-say`: £10.00 in an emergency is less than on an ordinary day.
    "#]],
    );
    says(
        one_grant(""),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 3: warning: `own-say` has no limit at all: whoever has it may decide any amount.
    "#]],
    );
}

#[test]
fn ends_before_beginnings_are_told() {
    says(
        format!("valid_to = 2027-03-31\n{}", one_grant("limits = { item = 20 }\nvalid_from = 2027-04-01")),
        &expect![[r#"
            warning: After 2027-03-31 nobody may decide anything until another version is published.
            warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
            line 10: error: `own-say` begins on 2027-04-01, after the scheme ends on 2027-03-31.
        "#]],
    );
    says(
        one_grant("limits = { item = 20 }\nvalid_from = 2027-04-01\nvalid_to = 2027-03-31"),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 10: error: `own-say` ends on 2027-03-31, before it begins on 2027-04-01.
    "#]],
    );
    says(
        one_grant("limits = { item = 20 }\nhours = { from = \"09:00\", to = \"09:00\" }"),
        &expect![[r#"
        warning: Nobody may decide for anybody else, so above one's own say there is nobody to ask. Give somebody decides_for = "team" or "organisation".
        line 9: error: `hours` begin and end at the same time; for all day leave `from` and `to` out.
    "#]],
    );
}

#[test]
fn nobody_grants_to_herself_or_more_than_she_has() {
    let grant = |line: &str, from: &str, to: &str, item: u32| {
        format!(
            "[[grant]]\nline = \"{line}\"\ngrantor = \"{from}@c.example\"\nto = {{ {to} }}\n\
             decides_for = \"organisation\"\nlimits = {{ item = {item} }}\nbacking = \"Yes.\"\n"
        )
    };
    let person = |name: &str| format!("person = \"{name}@c.example\"");
    let title = "title = \"A scheme\"\n";
    says(
        format!("{title}{}", grant("a", "ann", &person("ann"), 20)),
        &expect![[r#"
        line 4: error: `a`: nobody grants a say to herself.
    "#]],
    );
    says(
        format!("{title}{}{}", grant("a", "ann", &person("bea"), 20), grant("b", "bea", &person("ann"), 20)),
        &expect![[r#"
            line 4: error: `a` goes round in a circle: bea@c.example also stands behind ann@c.example.
            line 11: error: `b` goes round in a circle: ann@c.example also stands behind bea@c.example.
        "#]],
    );
    says(
        format!("{title}{}{}", grant("a", "ann", &person("bea"), 20), grant("b", "bea", "role = \"senior\"", 30)),
        &expect![[r#"
            line 11: error: `b` grants £30.00, and bea@c.example herself may decide £20.00 at most; somebody above her must grant it.
        "#]],
    );
}

#[test]
fn grants_that_get_in_each_other_s_way_are_told() {
    let two = |one: &str, two: &str| {
        let grant = |key: &str, more: &str| {
            format!(
                "[[grant]]\nline = \"{key}\"\ngrantor = \"ann@c.example\"\nto = {{ role = \"senior\" }}\n\
                 decides_for = \"team\"\nbacking = \"Yes.\"\n{more}\n"
            )
        };
        format!("title = \"A scheme\"\n{}{}", grant("one", one), grant("two", two))
    };
    let item = |amount: u32| format!("limits = {{ item = {amount} }}");
    let at = |from: u32, to: u32| format!("{}\nhours = {{ from = \"{from:02}:00\", to = \"{to:02}:00\" }}", item(from));
    let bus = "purposes = [\"bus-fare\"]";

    // The same, and the same within: one of them changes nothing.
    says(
        two(&item(20), &item(30)),
        &expect![[r#"
        line 2: error: `one` changes nothing: `two` (line 9) gives the same people at least as much for the same things. Take one out, or say what each is for.
    "#]],
    );
    says(
        two(&item(30), &format!("{}\n{bus}", item(20))),
        &expect![[r#"
        line 9: error: `two` changes nothing: `one` (line 2) gives the same people at least as much for the same things. Take one out, or say what each is for.
    "#]],
    );
    // Neither is the more generous.
    says(
        two("limits = { item = 30, in_7_days = 100 }", "limits = { item = 50, in_7_days = 80 }"),
        &expect![[r#"
            line 9: error: `two` and `one` (line 2) are to the same people for the same things, and their limits are not the same. Make them one, or say what each is for.
        "#]],
    );
    // More for one purpose is a good reason for two grants; what is limited over time adds up.
    says(two(&item(20), &format!("{}\n{bus}", item(30))), &expect![""]);
    says(
        two("limits = { in_7_days = 100 }", &format!("limits = {{ in_7_days = 200 }}\n{bus}")),
        &expect![[r#"
            line 9: warning: `two` and `one` (line 2) are to the same people, and what both cover adds up: £300.00 in any 7 days together.
        "#]],
    );
    // Different hours, days or purposes are no overlap.
    says(two(&at(9, 17), &at(17, 20)), &expect![""]);
    says(two(&at(9, 17), &at(16, 20)), &expect![""]);
    says(two(&format!("{}\n{bus}", item(20)), &format!("{}\npurposes = [\"food-shop\"]", item(30))), &expect![""]);
    says(
        two(&format!("{}\nvalid_to = 2026-12-31", item(20)), &format!("{}\nvalid_from = 2027-01-01", item(30))),
        &expect![""],
    );
}

#[test]
fn hostile_files_are_refused_quickly_and_plainly() {
    says(
        "",
        &expect![[r#"
        error: The scheme grants nothing to anybody; a grant begins with a row that says [[grant]].
        line 1: error: A scheme needs `title`: what the scheme is called.
    "#]],
    );
    says(
        b"\xFF\xFEt\0i\0t\0l\0e\0",
        &expect![[r#"
        line 1: error: The file is not plain text; save it from a text editor as UTF-8.
    "#]],
    );
    says(
        "title = \"a\u{0}b\"",
        &expect![[r#"
        line 1: error: There are characters here that cannot be seen; type it again.
    "#]],
    );
    says(
        "title = \"A\"\n# \u{202E}desrever\n",
        &expect![[r#"
        line 2: error: There are characters here that cannot be seen; type it again.
    "#]],
    );
    says(
        vec![b'a'; MOST_BYTES + 1],
        &expect![[r#"
        error: The file is larger than 256 KiB.
    "#]],
    );
    says(
        "title = \"A scheme\ngrant = [\n",
        &expect![[r#"
        line 1: error: This cannot be read as TOML: invalid basic string, expected `"`.
        line 2: error: This cannot be read as TOML: unclosed array, expected `]`.
    "#]],
    );
    says(
        "title = \"A\"\ntitle = \"B\"\n",
        &expect![[r#"
        line 2: error: This cannot be read as TOML: duplicate key.
    "#]],
    );
    says(
        format!("title = {}", "[".repeat(50_000)),
        &expect![[r#"
        line 1: error: This cannot be read as TOML: cannot recurse further; max recursion depth met.
        line 1: error: This cannot be read as TOML: unclosed array, expected `]`.
    "#]],
    );
    says(
        "grant = 3\ntitle = 4",
        &expect![[r#"
        line 1: error: A grant begins with a row that says [[grant]], in double brackets.
        line 2: error: `title` is a whole number; write a text in quotes.
    "#]],
    );
    says(
        "title = \"A\"\n[[grant]]\n[[grant]]\n",
        &expect![[r#"
        line 2: error: A grant needs `backing`: the grantor's own words that stand behind every decision under it.
        line 2: error: A grant needs `grantor`: the e-mail of the senior who grants it and stands behind it.
        line 2: error: A grant needs `line`: a short name that it keeps for ever, such as "own-say".
        line 2: error: A grant needs `to`: { role = "practitioner" }, { person = "an e-mail" } or { team = "a name" }.
        line 3: error: A grant needs `backing`: the grantor's own words that stand behind every decision under it.
        line 3: error: A grant needs `grantor`: the e-mail of the senior who grants it and stands behind it.
        line 3: error: A grant needs `line`: a short name that it keeps for ever, such as "own-say".
        line 3: error: A grant needs `to`: { role = "practitioner" }, { person = "an e-mail" } or { team = "a name" }.
    "#]],
    );

    let many = one_grant("") + &"[[grant]]\n".repeat(MOST_LINES);
    assert!(said(many).contains("a scheme has at most 256"));
    let slips: String = (0..5_000).map(|slip| format!("slip_{slip} = {slip}\n")).collect();
    assert!(said(slips).ends_with("There are 4902 more problems.\n"), "the rest is counted");
    // What an editor on Windows saves is read too.
    assert_eq!(said(format!("\u{FEFF}{}", MODEST.replace('\n', "\r\n"))), "");
}

#[test]
fn what_changes_is_told_grant_by_grant() {
    let old = good(MODEST);
    assert!(diff(&old, &old, Named::AsTyped).is_empty());
    let changed = MODEST
        .replace("item = 30, in_7_days = 100", "item = \"40.00\", in_28_days = 300")
        .replace("line = \"enablers\"", "line = \"helpers\"")
        .replace("title = \"Scheme", "title = \"A scheme")
        .replace("I am not.", "I can't be.");
    expect![[r#"
        The title: Scheme of delegation for family support becomes A scheme of delegation for family support
        `practitioners` changes:
          - for one item: £30.00 becomes £40.00
          - in any 7 days: nothing is said any more, where it was £100.00
          - in any 28 days: £300.00, where nothing was said before
          - the words behind it were: If you decide this in good faith and within these limits, I stand behind you. You know the family and you are there; I am not. Up to £30 for one thing, and £100 in any seven days, your judgement is enough. If it turns out not to have helped, we learn from it together and nobody is blamed. If anyone asks why you did not wait, tell them to ask me. Angharad Celyn, Head of Family Support
            and are: If you decide this in good faith and within these limits, I stand behind you. You know the family and you are there; I can't be. Up to £30 for one thing, and £100 in any seven days, your judgement is enough. If it turns out not to have helped, we learn from it together and nobody is blamed. If anyone asks why you did not wait, tell them to ask me. Angharad Celyn, Head of Family Support
        `helpers` is new: Every enabler may decide up to £100.00 for one item and £500.00 in any 7 days. It is for one's own spends and for those of colleagues in one's own team. In an emergency, £300.00 at once. Granted by angharad.celyn@caerfelin.example. It is counted from nothing.
        `enablers` is gone: Every enabler may decide up to £100.00 for one item and £500.00 in any 7 days. It is for one's own spends and for those of colleagues in one's own team. In an emergency, £300.00 at once. Granted by angharad.celyn@caerfelin.example."#]].assert_eq(&diff(&old, &good(&changed), Named::AsTyped).join("\n"));
}
