"""Settings that run a deck elsewhere or smaller, as `--set` takes them."""

from copy import deepcopy
from typing import Any

from mblscale import decks
from mblscale.decks import Deck

ROOT = "out/paper"
"""Where the decks of input/paper write, and where they read from each other."""


def changed(deck: Deck, changes: Deck) -> Deck:
    """The deck with other values, by dotted names. `None` takes an entry out.

    An entry whose table the deck lacks is left out, so that decks can share changes.
    """
    result = deepcopy(deck)
    for name, value in changes.items():
        *path, key = name.split(".")
        table: Any = result
        for part in path:
            table = table.get(part) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            continue
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return result


def moved(value: Any, root: str) -> Any:
    """A deck, or a part of it, whose paths below `ROOT` are below another directory."""
    if isinstance(value, dict):
        return {key: moved(item, root) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, root) for item in value]
    if isinstance(value, str) and value.startswith(f"{ROOT}/"):
        return root + value.removeprefix(ROOT)
    return value


def read_by(deck: Deck) -> set[str]:
    """The names of the runs whose output a deck reads."""
    found = set()

    def visit(value: Any) -> None:
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                visit(item)
        elif isinstance(value, str) and value.startswith(f"{ROOT}/"):
            found.add(value.split("/")[2])

    visit({key: value for key, value in deck.items() if key != "output"})
    return found


def settings(deck: Deck, wanted: Deck) -> list[str]:
    """The `--set` options that turn a deck into another: whole tables, and entries outside them."""
    return [
        f"--set={name}={decks.value(value)}"
        for name, value in wanted.items()
        if deck.get(name) != value
    ]
