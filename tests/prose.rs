//! The pages are for readers of many languages: their sentences must be short.

use std::fs;
use std::path::Path;

const LONGEST: usize = 40;
const MEAN: f64 = 20.0;

/// These end with a full stop that ends no sentence.
const ABBREVIATIONS: [&str; 8] = ["al.", "cf.", "e.g.", "Eq.", "Fig.", "i.e.", "Phys.", "vs."];

/// Paragraphs and list items, without code blocks, tables, headings and images.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for prose in page.split("```").step_by(2) {
        blocks.push(String::new());
        for line in prose.lines().map(str::trim) {
            let item = line.split_once(' ').filter(|(mark, _)| {
                let number = mark.strip_suffix('.').map(str::parse::<u32>);
                ["-", "*"].contains(mark) || matches!(number, Some(Ok(_)))
            });
            let skipped = line.starts_with(['#', '|', '<']) || line.starts_with("![");
            if line.is_empty() || skipped || item.is_some() {
                blocks.push(String::new());
            }
            if !skipped {
                let block = blocks.last_mut().expect("one was pushed");
                *block += item.map_or(line, |(_, text)| text);
                *block += " ";
            }
        }
    }
    blocks
}

/// A block as it is read: inline code is one word, a link is its text.
fn plain(block: &str) -> String {
    let pieces = block.split('`').enumerate();
    let words = pieces.map(|(place, piece)| if place % 2 == 0 { piece } else { "code" });
    let mut text: String = words.collect();
    while let Some(start) = text.find("](") {
        let length = text[start..].find(')').expect("a link has an end");
        text.replace_range(start..=start + length, "");
    }
    text.replace(['*', '[', ']'], "")
}

fn sentences(page: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for block in blocks(page) {
        let mut sentence: Vec<&str> = Vec::new();
        let text = plain(&block);
        for token in text.split_whitespace() {
            sentence.push(token);
            let end = token.trim_end_matches([')', '"']);
            if end.ends_with(['.', '!', '?'])
                && !ABBREVIATIONS.contains(&token.trim_start_matches('('))
            {
                sentences.push(sentence.join(" "));
                sentence.clear();
            }
        }
        sentences.push(sentence.join(" "));
    }
    sentences.retain(|sentence| words(sentence) > 0);
    sentences
}

fn words(sentence: &str) -> usize {
    let is_word = |token: &&str| token.contains(char::is_alphanumeric);
    sentence.split_whitespace().filter(is_word).count()
}

/// README.md, CONTRIBUTING.md and the pages of the directories that have some.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    for directory in ["", "benches/", "docs/", "jobscripts/", "packaging/"] {
        for entry in fs::read_dir(root.join(directory)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") && name != "CHANGELOG.md" {
                pages.push(format!("{directory}{name}"));
            }
        }
    }
    pages.sort();
    pages
}

#[test]
fn sentences_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for page in pages() {
        let found = sentences(&fs::read_to_string(root.join(&page)).unwrap());
        let lengths: Vec<usize> = found.iter().map(|it| words(it)).collect();
        let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
        let longest = lengths.iter().max().expect("a page has sentences");
        println!("{page}: mean {mean:.1}, longest {longest} words");
        if mean > MEAN {
            faults.push(format!("{page}: a mean of {mean:.1} words a sentence"));
        }
        for (sentence, words) in found.iter().zip(lengths).filter(|it| it.1 > LONGEST) {
            faults.push(format!("{page}: {words} words: {sentence}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_page_is_cut_into_sentences() {
    let page = "# A heading. Not a sentence.\n\nOne `let x = 1.0;` is\na word (see Fig. 2). \
        A [link with text](https://example.org/a.b) has no address!\n\n```sh\nmake. it. so.\n```\n\
        | a table. | no. |\n\n- **First.** An item — of 1.5 lines\n  goes on\n- Second\n2. Third\n";
    let expected = [
        ("One code is a word (see Fig. 2).", 8),
        ("A link with text has no address!", 7),
        ("First.", 1),
        ("An item — of 1.5 lines goes on", 7),
        ("Second", 1),
        ("Third", 1),
    ];
    let found = sentences(page);
    let found: Vec<(&str, usize)> = found.iter().map(|it| (it.as_str(), words(it))).collect();
    assert_eq!(found, expected);
}
