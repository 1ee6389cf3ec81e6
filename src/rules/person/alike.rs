//! Names that are one name: what people are called at home, and what they are called across the border.

use std::{collections::HashMap, sync::LazyLock};

/// Names that stand for each other, without accents. The first of each line stands for the line.
const ALIKE: &[&str] = &[
    // Across the border, and spellings.
    "rhys rees reece rhees reese",
    "sian shan sharn",
    "john sion shon ioan jon johnny jack ieuan",
    "sean shaun shawn",
    "huw hugh hew",
    "ewan iwan euan ewen",
    "david dafydd dai dave davey dewi",
    "griffith gruffydd gruffudd griffiths griff",
    "evan ifan evans",
    "davies davis davys",
    "lewis llewelyn llywelyn lewys",
    "owen owain",
    "morgan morgans",
    "carys cerys",
    "lowri lowry",
    "bronwen bronwyn",
    "catherine katherine kathryn cathryn kate katie cath kathy catrin cat",
    "elizabeth elisabeth beth bethan betty liz lizzie eliza betsan",
    "william will bill billy wil gwilym liam",
    "margaret maggie meg peggy marged mared",
    "philip phillip phil",
    "stephen steven steve steffan",
    "geoffrey jeffrey geoff jeff",
    "anne ann anna annie",
    "sara sarah sally",
    "isobel isabel isabelle bella izzy",
    "graham graeme",
    "alan allan allen",
    // At home.
    "robert rob bob bobby robbie bert",
    "richard rick ricky dick rich",
    "james jim jimmy jamie",
    "michael mike mick micky mikey",
    "thomas tom tommy tomos twm",
    "edward ed eddie ted ned",
    "charles charlie chas",
    "anthony tony antony",
    "andrew andy drew",
    "daniel dan danny",
    "matthew matt mathew",
    "joseph joe joey",
    "benjamin ben benny",
    "samuel sam sammy",
    "samantha sam sammy",
    "nicholas nick nicky nicolas",
    "christopher chris",
    "christine chris chrissie christina",
    "alexander alex sandy alec",
    "alexandra alex sandra",
    "patricia pat trish patsy",
    "patrick pat paddy",
    "jennifer jen jenny",
    "deborah debbie deb debra",
    "susan sue suzanne susie",
    "rebecca becky becca",
    "victoria vicky tori",
    "jacqueline jackie",
    "theresa teresa terry tess",
    "gareth gary gaz",
    // As they are written in English, Somali and Arabic.
    "mohammed muhammad mohamed mohammad muhammed mohamud maxamed mohd mo",
    "ahmed ahmad axmed",
    "abdi cabdi",
    "ali cali",
    "hassan hasan xasan",
    "hussein hussain husain xuseen",
    "omar umar cumar",
    "osman usman uthman cismaan",
    "ibrahim ebrahim ibraahim",
    "fatima fatimah faduma fadumo",
    "aisha ayesha aysha caasha",
    "khadija khadijah khadijo",
    "yusuf yousuf yousef yuusuf",
    "abdullah abdallah cabdulaahi abdullahi",
    "halima xaliimo halimo",
    // Polish.
    "aleksandra ola",
    "malgorzata gosia",
    "katarzyna kasia",
    "agnieszka aga",
    "tomasz tomek",
    "krzysztof krzysiek",
    "piotr piotrek",
    "joanna asia",
    "zofia zosia",
];

static LINES: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut lines: HashMap<&str, Vec<usize>> = HashMap::new();
    for (line, names) in ALIKE.iter().enumerate() {
        names.split(' ').for_each(|name| lines.entry(name).or_default().push(line));
    }
    lines
});

/// The lines that a name stands in. A few names are short for more than one.
pub fn lines(name: &str) -> &'static [usize] {
    LINES.get(name).map_or(&[], Vec::as_slice)
}

/// The names of a line, the first for all of them.
pub fn names(line: usize) -> impl Iterator<Item = &'static str> {
    ALIKE.get(line).copied().unwrap_or_default().split(' ')
}
