//! The rooms of `src` stand on one another. A file imports only what stands below its own room, no
//! file imports the face of its own folder, and no files import each other in a circle.
//! docs/architecture.md explains the order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms from the ground up. A room imports only from those before it.
const ROOMS: [&str; 26] = [
    "version",
    "lanes",
    "random",
    "identity",
    "threads",
    "error",
    "files",
    "stop",
    "deck",
    "comm",
    "chain",
    "eigen",
    "indicators",
    "observables",
    "levels",
    "quench",
    "plan",
    "store",
    "learn",
    "scaling",
    "check",
    "report",
    "campaign",
    "stages",
    "session",
    "cli",
];

/// The sub-rooms of rooms that show their data flow, in its order.
const SUB_ROOMS: [(&str, &[&str]); 2] = [
    (
        "learn",
        &[
            "samples",
            "network",
            "training",
            "ensemble",
            "evaluation",
            "study",
        ],
    ),
    ("scaling", &["data", "search", "methods", "fit", "files"]),
];

/// Every product file below `directory`, by its path of modules.
fn files(directory: &Path, modules: &[String], found: &mut BTreeMap<Vec<String>, PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let inner = [modules, std::slice::from_ref(&name)].concat();
        if name == "tests" || name == "fixture" || name == "main" {
            continue;
        } else if path.is_dir() {
            files(&path, &inner, found);
        } else if name == "mod" || name == "lib" {
            found.insert(modules.to_vec(), path);
        } else {
            found.insert(inner, path);
        }
    }
}

/// The paths that a file imports: each `use` of the crate, its braces taken apart.
fn imports(text: &str, own: &[String], is_face: bool) -> Vec<Vec<String>> {
    let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut found = Vec::new();
    for statement in product.split("\nuse ").skip(1) {
        let tree: String = statement
            .split(';')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        for path in leaves(&tree) {
            let mut parts: Vec<String> = path.split("::").map(str::to_owned).collect();
            let parents = parts.iter().take_while(|part| *part == "super").count();
            if parts[0] == "crate" {
                parts.remove(0);
            } else if parents > 0 {
                // A face, mod.rs, is the module of its folder; other files stand one below.
                let base = &own[..own.len() - parents];
                parts = [base, &parts[parents..]].concat();
            } else if is_face {
                parts = [own, &parts[..]].concat();
            } else {
                continue;
            }
            found.push(parts);
        }
    }
    found
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn leaves(tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.trim_end_matches("::self").to_owned()];
    };
    let inner = &rest[..rest.rfind('}').unwrap()];
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (place, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 && place > start => {
                let branches = leaves(&inner[start..place]);
                found.extend(branches.iter().map(|branch| format!("{head}{branch}")));
            }
            _ => {}
        }
        if letter == ',' && depth == 0 {
            start = place + 1;
        }
    }
    found
        .iter()
        .map(|path| path.trim_end_matches("::self").to_owned())
        .collect()
}

struct House {
    files: BTreeMap<Vec<String>, PathBuf>,
    /// For each file the files that define what it imports.
    arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
    /// What files import from the faces of their own folders.
    from_own_faces: Vec<String>,
}

impl House {
    fn read() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = BTreeMap::new();
        files(&source, &[], &mut found);
        let texts: BTreeMap<_, _> = found
            .iter()
            .map(|(module, path)| (module.clone(), std::fs::read_to_string(path).unwrap()))
            .collect();
        let mut house = Self {
            files: found,
            arrows: BTreeMap::new(),
            from_own_faces: Vec::new(),
        };
        for (module, text) in &texts {
            let is_face = house.files[module].ends_with("mod.rs");
            let paths = imports(text, module, is_face);
            let from_own_face = |path: &&Vec<String>| {
                let face = house.file_of(path);
                face.is_some_and(|face| {
                    face.len() < path.len().min(module.len()) && module.starts_with(face)
                })
            };
            let from_own_faces: Vec<String> = paths
                .iter()
                .filter(from_own_face)
                .map(|path| {
                    format!(
                        "{} imports {} from a face",
                        module.join("::"),
                        path.join("::")
                    )
                })
                .collect();
            house.from_own_faces.extend(from_own_faces);
            let targets = paths.into_iter();
            let targets = targets.filter_map(|path| house.defines(&path, &texts, 0));
            let targets = targets.filter(|target| target != module).collect();
            house.arrows.insert(module.clone(), targets);
        }
        house
    }

    /// The longest part of `path` that is a file.
    fn file_of<'p>(&self, path: &'p [String]) -> Option<&'p [String]> {
        let known = |length: &usize| self.files.contains_key(&path[..*length]);
        (0..=path.len())
            .rev()
            .find(known)
            .map(|length| &path[..length])
    }

    /// The file that defines what `path` names, behind the faces that hand it on.
    fn defines(
        &self,
        path: &[String],
        texts: &BTreeMap<Vec<String>, String>,
        depth: usize,
    ) -> Option<Vec<String>> {
        let module = self.file_of(path)?;
        let Some(name) = path.get(module.len()).filter(|_| depth < 9) else {
            return Some(module.to_vec());
        };
        let handed_on = texts[module]
            .split("\npub use ")
            .skip(1)
            .find_map(|statement| {
                let tree: String = statement.split(';').next()?.split_whitespace().collect();
                let leaf = leaves(&tree)
                    .into_iter()
                    .find(|leaf| leaf.rsplit("::").next() == Some(name))?;
                let parts: Vec<String> = leaf.split("::").map(str::to_owned).collect();
                (parts[0] != "crate").then(|| [module, &parts[..]].concat())
            });
        match handed_on {
            Some(behind) => self.defines(&behind, texts, depth + 1),
            None => Some(module.to_vec()),
        }
    }
}

/// Where a module stands: its room, and its sub-room where the room has any.
fn floor(module: &[String]) -> (usize, Option<usize>) {
    let room = ROOMS.iter().position(|room| *room == module[0]);
    let room = room.unwrap_or_else(|| panic!("the room {} has no place among ROOMS", module[0]));
    let sub = SUB_ROOMS.iter().find(|(name, _)| *name == module[0]);
    let sub = sub.and_then(|(_, subs)| {
        let own = module.get(1)?;
        subs.iter().position(|sub| sub == own)
    });
    (room, sub)
}

#[test]
fn imports_run_one_way() {
    let house = House::read();
    // A face hands on what the files of its folder define, so none of them may import it.
    let mut wrong = house.from_own_faces;
    for (from, targets) in house.arrows.iter().filter(|(from, _)| !from.is_empty()) {
        for to in targets.iter().filter(|to| !to.is_empty()) {
            let ((above, sub_above), (below, sub_below)) = (floor(from), floor(to));
            let siblings = (from[0] == "learn" && to[0] == "scaling")
                || (from[0] == "scaling" && to[0] == "learn");
            let upward = above == below
                && matches!((sub_above, sub_below), (Some(own), Some(other)) if other > own);
            if below > above || upward || siblings {
                wrong.push(format!("{} imports {}", from.join("::"), to.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let arrows: usize = house.arrows.values().map(BTreeSet::len).sum();
    assert!(arrows > 300, "only {arrows} imports were read");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut left = House::read().arrows;
    // Files that import nothing that is left cannot be on a circle.
    loop {
        let known: BTreeSet<Vec<String>> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, targets| targets.iter().any(|target| known.contains(target)));
        if left.len() == before {
            break;
        }
    }
    let names: Vec<String> = left.keys().map(|module| module.join("::")).collect();
    assert!(
        names.is_empty(),
        "on a circle, or above one: {}",
        names.join(", ")
    );
}

#[test]
fn braces_are_taken_apart() {
    let found = leaves("crate::a::{self,b,c::{d,e}}");
    assert_eq!(
        found,
        [
            "crate::a",
            "crate::a::b",
            "crate::a::c::d",
            "crate::a::c::e"
        ]
    );
    let own = ["eigen".to_owned(), "dense".to_owned()];
    let text = "//! Dense.\n\nuse std::fmt;\nuse super::window::Window;\nuse crate::chain;\n";
    let found: Vec<String> = imports(text, &own, false)
        .iter()
        .map(|it| it.join("::"))
        .collect();
    assert_eq!(found, ["eigen::window::Window", "chain"]);
}
