//! Recipes and queries to begin with: files that are shown as they stand, and run by the tests as they are shown.

use std::fmt::Write;

use crate::rules::text::escaped_for_html;

/// What to do with a part of a recipe.
enum Part {
    /// Write this file.
    File(&'static str, &'static str),
    /// Type this into a shell.
    Type(&'static str),
}

struct Recipe {
    /// The short name by which a program finds the recipe on the page.
    name: &'static str,
    title: &'static str,
    needs: &'static str,
    parts: &'static [Part],
}

const RECIPES: [Recipe; 5] = [
    Recipe {
        name: "typescript",
        title: "TypeScript, with types made from the schema",
        needs: "Node 20 or newer. Make an empty folder, write these four files into it, and type what stands between them.",
        parts: &[
            Part::File("package.json", include_str!("../pages/recipes/typescript/package.json")),
            Part::File("tsconfig.json", include_str!("../pages/recipes/typescript/tsconfig.json")),
            Part::Type(include_str!("../pages/recipes/typescript/begin.sh")),
            Part::File("codegen.ts", include_str!("../pages/recipes/typescript/codegen.ts")),
            Part::File("list-spends.ts", include_str!("../pages/recipes/typescript/list-spends.ts")),
            Part::Type(include_str!("../pages/recipes/typescript/run.sh")),
        ],
    },
    Recipe {
        name: "curl",
        title: "curl",
        needs: "A shell and curl.",
        parts: &[Part::Type(include_str!("../pages/recipes/list-spends.sh"))],
    },
    Recipe {
        name: "python",
        title: "Python",
        needs: "Python 3.9 or newer, and nothing else.",
        parts: &[
            Part::File("list_spends.py", include_str!("../pages/recipes/list_spends.py")),
            Part::Type("python3 list_spends.py\n"),
        ],
    },
    Recipe {
        name: "kotlin",
        title: "Kotlin",
        needs: "Kotlin with kotlinx-serialization-json on the class path. On Android, use the HTTP client of your app.",
        parts: &[Part::File("ListSpends.kt", include_str!("../pages/recipes/ListSpends.kt"))],
    },
    Recipe {
        name: "swift",
        title: "Swift",
        needs: "Swift 5.9 or newer; Foundation and nothing else. Save it as main.swift of a package.",
        parts: &[Part::File("main.swift", include_str!("../pages/recipes/ListSpends.swift"))],
    },
];

/// A title and a query.
pub(super) const QUERIES: [(&str, &str); 4] = [
    ("Sign in", include_str!("../pages/queries/sign-in.graphql")),
    ("What may I decide?", include_str!("../pages/queries/decide.graphql")),
    ("My spends", include_str!("../pages/queries/spends.graphql")),
    ("What for, and where?", include_str!("../pages/queries/purposes.graphql")),
];

/// Every recipe. Each part says what it is, so that a program can follow the page as a person does.
pub(super) fn recipes() -> String {
    let mut page = String::new();
    for Recipe { name, title, needs, parts } in &RECIPES {
        let _ = writeln!(page, "<h3 id=\"{name}\">{title}</h3>\n<p>{needs}</p>");
        for part in *parts {
            let (caption, marked, text) = match part {
                Part::File(file, text) => (format!("<code>{file}</code>"), format!("data-file=\"{file}\""), text),
                Part::Type(text) => ("Type".to_owned(), "data-type=\"\"".to_owned(), text),
            };
            let _ = writeln!(
                page,
                "<p class=\"file\">{caption}</p>\n<pre tabindex=\"0\" data-recipe=\"{name}\" {marked}><code>{}</code></pre>",
                escaped_for_html(text)
            );
        }
    }
    page
}

/// Every query, to read.
pub(super) fn queries() -> String {
    let one = |(title, query): &(&str, &str)| {
        format!(
            "<h3>{title}</h3>\n<pre tabindex=\"0\" data-query=\"\"><code>{}</code></pre>\n",
            escaped_for_html(query)
        )
    };
    QUERIES.iter().map(one).collect()
}

/// The same, to choose from in the explorer.
pub(super) fn examples() -> String {
    let one = |(title, query): &(&str, &str)| {
        format!("<option value=\"{}\">{}</option>", escaped_for_html(query), escaped_for_html(title))
    };
    QUERIES.iter().map(one).collect()
}
