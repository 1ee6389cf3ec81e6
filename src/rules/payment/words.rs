//! The words of the refusals that say the same every time: English, then Welsh.

use super::PaymentRefusal;

/// The words of a refusal that carries no figures.
pub fn of(refusal: &PaymentRefusal) -> (&'static str, &'static str) {
    match refusal {
        PaymentRefusal::WordsNeeded(_) => ("Please add a few words here.", "Ychwanegwch ychydig eiriau yma."),
        PaymentRefusal::NotYoursToDo => (
            "An enabler or a senior does this. Ask the one in your team.",
            "Galluogwr neu uwch-swyddog sy'n gwneud hyn. Gofynnwch i'r un yn eich tîm.",
        ),
        PaymentRefusal::NotYourSpend => (
            "Only the person who asked for this money, or an enabler or senior of her team, can do that.",
            "Dim ond y person a ofynnodd am yr arian, neu alluogwr neu uwch-swyddog ei thîm, all wneud hynny.",
        ),
        PaymentRefusal::ImprestThereAlready => (
            "This hub has its cash here already. Count it or hand it over instead.",
            "Mae arian yr hwb hwn yma eisoes. Cyfrwch ef neu ei drosglwyddo.",
        ),
        PaymentRefusal::NothingToReplenish => (
            "Nothing was spent since the tin was last filled, so there is nothing to put in.",
            "Ni wariwyd dim ers llenwi'r tun ddiwethaf, felly nid oes dim i'w roi i mewn.",
        ),
        PaymentRefusal::SamePerson => (
            "A handover takes two people. Name the colleague who takes the tin.",
            "Mae angen dau berson i drosglwyddo. Enwch y cydweithiwr sy'n cymryd y tun.",
        ),
        PaymentRefusal::NotTheKeeper => (
            "Somebody else has the tin. She hands it over, or an enabler does it for her.",
            "Mae'r tun gan rywun arall. Hi sy'n ei drosglwyddo, neu alluogwr drosti.",
        ),
        PaymentRefusal::NotInThisHub => (
            "That colleague does not work in this hub. Name one who does, or an enabler.",
            "Nid yw'r cydweithiwr hwnnw'n gweithio yn yr hwb. Enwch un sydd, neu alluogwr.",
        ),
        PaymentRefusal::HandoverOpen => (
            "Another handover of this tin waits to be confirmed. Let the receiver count first.",
            "Mae trosglwyddiad arall o'r tun yn aros. Gadewch i'r derbynnydd gyfrif yn gyntaf.",
        ),
        PaymentRefusal::HandoverOver => {
            ("This handover is over. Begin a new one.", "Mae'r trosglwyddiad hwn ar ben. Dechreuwch un newydd.")
        }
        PaymentRefusal::NoDifference => (
            "That count agreed with the book, so there is nothing to explain.",
            "Roedd y cyfrif yn cytuno â'r llyfr, felly nid oes dim i'w egluro.",
        ),
        PaymentRefusal::PutRightAlready => (
            "This difference was put right already. Count the tin again if it differs still.",
            "Cywirwyd y gwahaniaeth hwn eisoes. Cyfrwch y tun eto os yw'n dal i wahaniaethu.",
        ),
        PaymentRefusal::OtherMethod => (
            "This spend is paid another way. Pick one that is paid like this.",
            "Telir y gwariant hwn mewn ffordd arall. Dewiswch un a delir fel hyn.",
        ),
        PaymentRefusal::NotSetAside => (
            "No money is set aside for this: it is not authorised, or it has left already.",
            "Nid oes arian wedi'i neilltuo: nid yw wedi'i awdurdodi, neu mae eisoes wedi mynd.",
        ),
        PaymentRefusal::NotSpent => (
            "The money has not left yet. Record it as spent first.",
            "Nid yw'r arian wedi mynd eto. Cofnodwch ef wedi'i wario.",
        ),
        PaymentRefusal::OneAlready => (
            "There is one for this spend already. Use that one.",
            "Mae un ar gyfer y gwariant hwn eisoes. Defnyddiwch hwnnw.",
        ),
        PaymentRefusal::OverAlready => {
            ("This is over already; nothing more is to be done.", "Mae hyn ar ben eisoes; nid oes dim mwy i'w wneud.")
        }
        PaymentRefusal::CardNotFourDigits => {
            ("Give the last four digits of the card, and no more.", "Rhowch bedwar digid olaf y cerdyn, a dim mwy.")
        }
        PaymentRefusal::CardThereAlready => {
            ("A card with these last four digits is here already.", "Mae cerdyn â'r pedwar digid olaf hyn yma eisoes.")
        }
        PaymentRefusal::HolderNeeded => (
            "Say whose card it is: the organisation's, one hub's or one practitioner's.",
            "Dywedwch gerdyn pwy ydyw: y sefydliad, un hwb neu un ymarferydd.",
        ),
        PaymentRefusal::MatchedAlready => (
            "The line or the spend belongs to another match. Undo that one first.",
            "Mae'r llinell neu'r gwariant yn perthyn i bâr arall. Dadwnewch hwnnw yn gyntaf.",
        ),
        PaymentRefusal::YourOwn => (
            "This is your own money, so a colleague says that you have it back.",
            "Eich arian chi yw hwn, felly cydweithiwr sy'n dweud eich bod wedi'i gael yn ôl.",
        ),
        PaymentRefusal::ReferenceUsed => (
            "That reference is used for something else. Give another.",
            "Defnyddir y cyfeirnod hwnnw eisoes. Rhowch un arall.",
        ),
        // The others carry figures, and their words are where the figures are.
        _ => ("This cannot go ahead as asked.", "Ni all hyn fynd yn ei flaen fel y gofynnwyd."),
    }
}
