"""Decks as dictionaries.

    deck = decks.read("input/demo.toml")
    deck["chain"]["sizes"] = [8, 10]
    decks.write(deck, "shorter.toml")
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Deck = dict[str, Any]
"""The tables and keys of a deck, as docs/deck.md lists them."""


def read(path: str | Path) -> Deck:
    """The deck of a TOML file."""
    return parse(Path(path).read_text(encoding="utf-8"))


def write(deck: Mapping[str, Any], path: str | Path) -> None:
    """Writes a deck as a TOML file, which the program checks when it reads it."""
    Path(path).write_text(text(deck), encoding="utf-8")


def parse(toml: str) -> Deck:
    """The deck of a text in TOML, such as the attribute `deck_resolved` of a file."""
    return tomllib.loads(toml)


def text(deck: Mapping[str, Any]) -> str:
    """A deck as a text in TOML. Arrays and numbers of numpy become lists and numbers."""
    return tomli_w.dumps(_plain(deck))


def value(entry: Any) -> str:
    """An entry in TOML on one line, as `--set` takes it."""
    entry = _plain(entry)
    if isinstance(entry, dict):
        return "{ " + ", ".join(f"{key} = {value(own)}" for key, own in entry.items()) + " }"
    if isinstance(entry, list):
        return "[" + ", ".join(map(value, entry)) + "]"
    return tomli_w.dumps({"it": entry}).removeprefix("it = ").strip()


def _plain(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        return {str(key): _plain(own) for key, own in entry.items()}
    if isinstance(entry, (np.ndarray, np.generic)):
        return _plain(entry.tolist())
    if isinstance(entry, (list, tuple)):
        return [_plain(own) for own in entry]
    return str(entry) if isinstance(entry, Path) else entry
