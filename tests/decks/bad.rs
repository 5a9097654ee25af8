//! The decks of bad.txt, which describes its format.

use std::path::Path;

/// A deck with a mistake, and parts of the message that it must give.
pub struct Case {
    pub name: String,
    pub deck: String,
    pub expected: Vec<String>,
}

impl Case {
    pub fn all() -> Vec<Self> {
        let text = read("bad.txt");
        let blocks = text.trim_end().split("\n\n");
        blocks
            .filter(|it| !it.starts_with('#'))
            .map(Self::of)
            .collect()
    }

    pub fn of(block: &str) -> Self {
        let (header, changes) = block.split_once('\n').expect(block);
        let (name, base) = header.split_once(": ").expect(header);
        let base = read(&format!("good/{base}.toml"));
        let mut deck: Vec<&str> = base.lines().collect();
        let mut expected = Vec::new();
        let mut place = deck.len();
        for change in changes.lines() {
            let (sign, line) = change.split_at(change.len().min(2));
            match sign.trim_end() {
                "" => place = find(&deck, line) + 1,
                "-" => {
                    place = find(&deck, line);
                    deck.remove(place);
                }
                "+" => {
                    deck.insert(place, line);
                    place += 1;
                }
                ">" => expected.push(line.to_owned()),
                _ => panic!("{name}: {change}"),
            }
        }
        assert!(!expected.is_empty(), "{name} expects nothing");
        Self {
            name: name.to_owned(),
            deck: deck.join("\n"),
            expected,
        }
    }
}

fn read(name: &str) -> String {
    let decks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks");
    std::fs::read_to_string(decks.join(name)).expect(name)
}

fn find(deck: &[&str], line: &str) -> usize {
    let places: Vec<usize> = (0..deck.len()).filter(|&it| deck[it] == line).collect();
    assert_eq!(places.len(), 1, "a deck must have this line once: {line}");
    places[0]
}
