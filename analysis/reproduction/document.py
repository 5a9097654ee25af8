"""The page with the tables: prose by hand, and tables between markers."""

import re

_BLOCK = re.compile(r"<!-- table (?P<name>[\w-]+) -->\n.*?<!-- end -->", re.DOTALL)


class Mismatch(Exception):
    """The page and the tables do not fit. The message names the tables."""


def filled(page: str, tables: dict[str, str]) -> str:
    """The page with its tables replaced. Every table must have its place."""
    places = [match["name"] for match in _BLOCK.finditer(page)]
    if page.count("<!-- table ") != len(places):
        raise Mismatch("a table of the page has no <!-- end -->")
    if sorted(places) != sorted(tables):
        missing, unknown = set(tables) - set(places), set(places) - set(tables)
        raise Mismatch(f"tables without a place: {missing}; places without a table: {unknown}")
    return _BLOCK.sub(lambda match: _block(match["name"], tables), page)


def stale(page: str, tables: dict[str, str]) -> list[str]:
    """The names of the tables that the page has otherwise."""
    filled(page, tables)
    return [
        match["name"]
        for match in _BLOCK.finditer(page)
        if match.group() != _block(match["name"], tables)
    ]


def _block(name: str, tables: dict[str, str]) -> str:
    return f"<!-- table {name} -->\n{tables[name]}\n<!-- end -->"
