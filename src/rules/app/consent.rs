//! The page on which a practitioner says whether an app may act for her, and what it may do: plain HTML in English or Welsh,
//! which needs no script and nothing from elsewhere.

use std::fmt::Write;

use busfare_entity::words::{AppScope, Language};

use super::authorization::Sent;
use crate::rules::text::escaped_for_html as escaped;

/// How it looks. Its hash is in the policy that the browser keeps to, so the page has no other.
pub const STYLE: &str = "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1rem;color:#1d2b24;\
background:#fff}h1{font-size:1.6rem;line-height:1.25}a{color:#0a5c3c}fieldset{border:2px solid #59645e;border-radius:.3rem;\
margin:1.5rem 0;padding:.5rem 1rem 1rem}legend,.label{font-weight:700;padding:0 .25rem}.label{display:block;margin-top:1rem}\
.one{display:flex;align-items:center;gap:.75rem;min-height:2.75rem}.one input{width:1.5rem;height:1.5rem;flex:none;margin:0;\
accent-color:#0a5c3c}.text{font:inherit;color:#1d2b24;background:#fff;width:100%;box-sizing:border-box;border:2px solid #59645e;\
padding:.5rem;min-height:2.75rem}button{font:inherit;font-weight:700;color:#fff;background:#0a5c3c;border:2px solid #0a5c3c;\
border-radius:.3rem;padding:.6rem 1.5rem;min-height:2.75rem}button.no{color:#0a5c3c;background:#fff}\
:focus-visible{outline:3px solid #1d2b24;outline-offset:2px}.error{border-left:.4rem solid #a3211b;padding:.25rem 1rem}";

/// What a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page<'a> {
    /// Whether an app may act for her.
    Question {
        /// The app's name.
        app: &'a str,
        /// What it asks to do.
        scopes: &'a [AppScope],
        /// What it sent her with, to be sent along.
        sent: &'a Sent,
        /// How she can say who she is.
        ways: Ways,
        /// Why she is asked again.
        amiss: Option<&'a str>,
        /// The e-mail that she typed.
        email: &'a str,
    },
    /// She goes on to the council's sign-in, at this address.
    Onward(&'a str),
    /// Her browser came back from there without what it left with, so nobody knows what she said.
    Lost,
    /// The app sent her here in a way that cannot be trusted, so she is not sent back.
    Amiss,
}

/// How somebody can say who she is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// With a password of ours.
    pub password: bool,
    /// With the council's own account.
    pub council: bool,
}

/// What a scope lets an app do, as the one who grants it reads it.
pub fn words(scope: AppScope, language: Language) -> &'static str {
    let (en, cy) = match scope {
        AppScope::DirectoryRead => {
            ("See hubs, services and what money is for", "Gweld hybiau, gwasanaethau a diben arian")
        }
        AppScope::FormsRead => ("See forms and their questions", "Gweld ffurflenni a'u cwestiynau"),
        AppScope::TeamRead => {
            ("See who you are and who works with you", "Gweld pwy ydych chi a phwy sy'n gweithio gyda chi")
        }
        AppScope::SpendsRead => ("See spends that you can see", "Gweld gwariant y gallwch chi ei weld"),
        AppScope::SpendsWrite => ("Ask for spends in your name", "Gofyn am wariant yn eich enw"),
        AppScope::ReceiptsRead => ("See receipts that you can see", "Gweld derbynebau y gallwch chi eu gweld"),
        AppScope::ReceiptsWrite => ("Add receipts in your name", "Ychwanegu derbynebau yn eich enw"),
        AppScope::RecordsRead => ("Read records that you can read", "Darllen cofnodion y gallwch chi eu darllen"),
        AppScope::RecordsWrite => ("Write records in your name", "Ysgrifennu cofnodion yn eich enw"),
        AppScope::PeopleRead => ("See the people you work with", "Gweld y bobl rydych yn gweithio gyda nhw"),
        AppScope::PeopleWrite => ("Add people in your name", "Ychwanegu pobl yn eich enw"),
        AppScope::AppointmentsRead => ("See who comes in, and when", "Gweld pwy sy'n dod i mewn, a phryd"),
        AppScope::AppointmentsWrite => ("Book times to come in, in your name", "Trefnu apwyntiadau yn eich enw"),
        AppScope::BooksRead => ("See the books, if you can", "Gweld y llyfrau, os gallwch chi"),
        AppScope::InsightRead => ("See figures of the whole council", "Gweld ffigurau'r cyngor cyfan"),
        AppScope::NoticesRead => ("See what you are told of", "Gweld yr hyn y dywedir wrthych"),
        AppScope::SyncRead => ("Know when something changes", "Gwybod pan fydd rhywbeth yn newid"),
    };
    both(language, en, cy)
}

/// A page in a language, with the address where it is in the other one, if it is anywhere.
pub fn page(page: &Page<'_>, language: Language, other_address: &str) -> String {
    let (code, other, name) = match language {
        Language::En => ("en", "cy", "Cymraeg"),
        Language::Cy => ("cy", "en", "English"),
    };
    let (title, main) = match page {
        Page::Question { app, scopes, sent, ways, amiss, email } => {
            let title = match language {
                Language::En => format!("May {app} act for you?"),
                Language::Cy => format!("A gaiff {app} weithredu drosoch?"),
            };
            (escaped(&title), form(language, (scopes, sent), *ways, (*amiss, email)))
        }
        Page::Onward(address) => {
            let title = both(language, "Say who you are", "Dywedwch pwy ydych chi");
            let go = both(language, "Go on to your council's sign-in", "Ymlaen i fewngofnodi gyda'ch cyngor");
            (title.to_owned(), format!("<p><a href=\"{}\">{go}</a></p>\n", escaped(address)))
        }
        Page::Lost => {
            let why = both(
                language,
                "Your browser came back without what it left with, or too late. Nothing was granted. Go back to the app and begin \
                 again.",
                "Daeth eich porwr yn ôl heb yr hyn a aeth ganddo, neu'n rhy hwyr. Ni roddwyd dim. Ewch yn ôl i'r ap a dechrau eto.",
            );
            let title = both(language, "We lost your place", "Collwyd eich lle");
            (title.to_owned(), format!("<p>{why}</p>\n"))
        }
        Page::Amiss => {
            let why = both(
                language,
                "The app that sent you here did not say who it is, or where to send you back. Nothing was granted. Tell whoever \
                 makes the app.",
                "Ni ddywedodd yr ap a'ch anfonodd yma pwy ydyw, nac i ble i'ch anfon yn ôl. Ni roddwyd dim. Dywedwch wrth y sawl \
                 sy'n gwneud yr ap.",
            );
            let title = both(language, "This request is not one we know", "Nid ydym yn adnabod y cais hwn");
            (title.to_owned(), format!("<p>{why}</p>\n"))
        }
    };
    let before =
        if matches!(page, Page::Question { amiss: Some(_), .. }) { both(language, "Error: ", "Gwall: ") } else { "" };
    let switch = match other_address {
        "" => String::new(),
        there => format!(
            "<header><a href=\"{}\" lang=\"{other}\" hreflang=\"{other}\">{name}</a></header>\n",
            escaped(there)
        ),
    };
    // A page that leads on, and no redirect: what a browser lets a form do ends with it, wherever the council sends her next.
    let onward = match page {
        Page::Onward(address) => format!("<meta http-equiv=\"refresh\" content=\"0;url={}\">\n", escaped(address)),
        _ => String::new(),
    };
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         {onward}<title>{before}{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         {switch}<main>\n<h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n"
    )
}

fn both<'a>(language: Language, en: &'a str, cy: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Cy => cy,
    }
}

fn form(
    language: Language,
    (scopes, sent): (&[AppScope], &Sent),
    ways: Ways,
    (amiss, email): (Option<&str>, &str),
) -> String {
    let mut page = String::new();
    if let Some(why) = amiss {
        let _ = writeln!(page, "<div class=\"error\" role=\"alert\"><p id=\"amiss\">{}</p></div>", escaped(why));
    }
    let what = both(
        language,
        "It can do what you tick, and never more than you can do yourself. It cannot decide on money. You can end this at any time.",
        "Gall wneud yr hyn y ticiwch, a byth mwy nag y gallwch chi ei hun. Ni all benderfynu ar arian. Gallwch ddod â hyn i ben unrhyw bryd.",
    );
    let _ =
        write!(page, "<p>{what}</p>\n<form method=\"post\" action=\"/oauth/authorize\" accept-charset=\"utf-8\">\n");
    for (name, value) in sent.parts() {
        let _ = writeln!(page, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    let code = both(language, "en", "cy");
    let _ = writeln!(page, "<input type=\"hidden\" name=\"lang\" value=\"{code}\">");
    let _ = writeln!(page, "<fieldset>\n<legend>{}</legend>", both(language, "It asks to", "Mae'n gofyn am"));
    for scope in scopes {
        let (word, words) = (super::authorization::listed(&[*scope]), words(*scope, language));
        let _ = writeln!(
            page,
            "<label class=\"one\"><input type=\"checkbox\" name=\"grant_{word}\" value=\"yes\" checked> <span>{words}</span></label>"
        );
    }
    page.push_str("</fieldset>\n");
    if ways.password {
        page.push_str(&credentials(language, amiss.is_some(), email));
    }
    let [yes, yes_council, no] = [
        both(language, "Yes, it may", "Caiff"),
        both(language, "Yes, with my council account", "Caiff, gyda'm cyfrif cyngor"),
        both(language, "No", "Na chaiff"),
    ];
    let ticked = [(ways.password, "allow", yes), (ways.council, "council", yes_council), (true, "deny", no)];
    for (_, value, words) in ticked.into_iter().filter(|(is_offered, ..)| *is_offered) {
        let class = if value == "deny" { " class=\"no\"" } else { "" };
        let _ = writeln!(
            page,
            "<p><button{class} type=\"submit\" name=\"decision\" value=\"{value}\">{words}</button></p>"
        );
    }
    page.push_str("</form>\n");
    page
}

fn credentials(language: Language, are_wrong: bool, email: &str) -> String {
    let wrong = if are_wrong { " aria-invalid=\"true\" aria-describedby=\"amiss\"" } else { "" };
    let [your_email, your_password] =
        [both(language, "Your e-mail", "Eich e-bost"), both(language, "Your password", "Eich cyfrinair")];
    format!(
        "<label class=\"label\" for=\"email\">{your_email}</label>\n\
         <input class=\"text\" id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" value=\"{}\"{wrong}>\n\
         <label class=\"label\" for=\"password\">{your_password}</label>\n\
         <input class=\"text\" id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\"{wrong}>\n",
        escaped(email)
    )
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;
    use crate::rules::reading;

    #[test]
    fn every_scope_is_told_in_plain_words_in_both_languages() {
        for scope in AppScope::iter() {
            let [en, cy] = [Language::En, Language::Cy].map(|language| words(scope, language));
            assert!(en != cy && en.len() <= 60 && cy.len() <= 60, "{en} / {cy}");
            reading::plain(en);
        }
    }

    #[test]
    fn what_an_app_sends_stays_text_on_the_page() {
        let sent = Sent { state: "\"><script>alert(1)</script>".into(), ..Sent::default() };
        let question = Page::Question {
            app: "<b>Bus</b>",
            scopes: &[AppScope::SpendsRead],
            sent: &sent,
            ways: Ways { password: true, council: true },
            amiss: Some("<i>"),
            email: "a\"b",
        };
        for language in [Language::En, Language::Cy] {
            let page = page(&question, language, "/oauth/authorize?a=\"b");
            assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("<i>"), "{page}");
            assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;") && page.contains("value=\"a&quot;b\""), "{page}");
            assert!(page.contains("name=\"grant_SPENDS_READ\"") && page.len() < 10_000);
        }
        assert!(page(&Page::Amiss, Language::En, "").contains("Nothing was granted"));
        let onward = page(&Page::Onward("https://council.example/?a=\"&b=1"), Language::En, "");
        assert!(
            onward.contains("content=\"0;url=https://council.example/?a=&quot;&amp;b=1\"")
                && !onward.contains("<header>")
        );
    }

    #[test]
    fn only_what_somebody_can_use_is_asked_of_her() {
        let sent = Sent::default();
        for (password, council) in [(true, false), (false, true), (true, true)] {
            let (scopes, ways) = (&[AppScope::SpendsRead], Ways { password, council });
            let question = Page::Question { app: "Bus", scopes, sent: &sent, ways, amiss: None, email: "" };
            let page = page(&question, Language::En, "");
            assert_eq!(page.contains("type=\"password\"") && page.contains("value=\"allow\""), password);
            assert_eq!(page.contains("value=\"council\""), council);
            assert!(page.contains("value=\"deny\""));
        }
    }
}
