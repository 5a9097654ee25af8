"""What all files of the program share: their type, their version, and plain values of attributes."""

import json
from pathlib import Path
from typing import Any

import numpy as np

FORMAT_VERSION = 1
"""The version of every file format that this package reads."""

Document = dict[str, Any]
"""A JSON object, such as evaluation.json."""


class ResultError(Exception):
    """A file is not valid. The message says which file, what was found, and what to do."""


def check(path: Path, attributes: Document, *file_types: str) -> None:
    """Refuses a file of another type or version."""
    found = attributes.get("file_type", "none")
    if found not in file_types:
        expected = " or ".join(f'"{name}"' for name in file_types)
        raise ResultError(
            f'{path} has file_type "{found}" where {expected} was expected; '
            "give a file that mblscale wrote, under the name it gave it"
        )
    version = attributes.get("format_version", 0)
    if version != FORMAT_VERSION:
        raise ResultError(
            f"{path} has format_version {version}; this reads version {FORMAT_VERSION}: "
            "use the Python package of the program that wrote it "
            f"({attributes.get('version', 'unknown version')})"
        )


def load_json(path: Path, file_type: str) -> Document:
    """Reads a JSON file, and checks its type."""
    content = parse(path, path.read_text(encoding="utf-8"))
    check(path, content, file_type)
    return content


def parse(path: Path, text: str) -> Document:
    """A JSON object of a file."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultError(f"{path} is not JSON ({error}); run the deck again") from error
    if not isinstance(content, dict):
        raise ResultError(f"{path} holds no JSON object; was it written by mblscale?")
    return content


def plain(value: Any) -> Any:
    """An attribute as a Python type. HDF5 has several types of strings and integers."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.size == 1:
        return plain(value.flat[0])
    if isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        return " ".join(plain(text) for text in value.flat)
    return value.item() if isinstance(value, np.generic) else value
