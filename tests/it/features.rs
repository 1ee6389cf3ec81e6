//! `tests/FEATURES.md` is true: every test it names is there.

use std::{collections::HashSet, fs, path::Path};

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_test_in_the_table_of_features_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    for folder in ["src", "entity/src", "tests"] {
        sources(&root.join(folder), &mut code);
    }
    let named: HashSet<&str> = code.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next()).collect();

    let table = fs::read_to_string(root.join("tests/FEATURES.md")).unwrap();
    let rows = table.lines().map(str::trim_end).filter(|line| line.starts_with("| ") && !line.starts_with("| row"));
    for row in rows {
        let shown_by = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let tests: Vec<&str> = shown_by.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty() || row.contains("Later"), "neither a test nor a reason: {row}");
        for test in tests {
            assert!(named.contains(test), "{test} is in the table and not in the code");
        }
    }
}
