"""Reads collections with one structured file for each country or language."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from searchkit.training.gathering.sources import Group
from searchkit.training.pair import Pair, primary_subtag

# Shorter fields of the factbook are figures.
_FEWEST_CHARACTERS = 120

_TAG = re.compile(r"<[^>]+>")
_DECLARATION = "{http://efele.net/udhr}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def factbook_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield the names of a country and of a field, and the field's text.

    Files are JSON of sections, their fields, and the parts of these, down to a `text`.
    """
    for path in group.paths(folder):
        country = json.loads(path.read_text(encoding="utf-8"))
        named = country.get("Government", {}).get("Country name", {})
        name = named.get("conventional short form", {}).get("text", "")
        for heading, text in _fields(country, ""):
            if name and len(text) >= _FEWEST_CHARACTERS:
                yield Pair(f"{name}: {heading}", text, group.kind, *group.languages)


def _fields(node: dict[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Yield every text with the last two names above it."""
    for name, inner in node.items():
        if isinstance(inner, dict):
            if isinstance(inner.get("text"), str):
                plain = html.unescape(_TAG.sub(" ", inner["text"]))
                yield f"{above} > {name.strip()}", " ".join(plain.split())
            yield from _fields(inner, name.strip())


def declaration_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield paragraphs of the Universal Declaration of Human Rights beside their originals.

    Only those of articles that have as many of them as in the file `original`.
    """
    original = dict(_articles(ElementTree.parse(folder / group.original).getroot()))
    for path in group.paths(folder):
        if path == folder / group.original:
            continue
        root = ElementTree.parse(path).getroot()
        language = primary_subtag(root.get(_LANGUAGE, ""))
        for place, paragraphs in _articles(root):
            english = original.get(place, [])
            if len(english) == len(paragraphs):
                for a, b in zip(paragraphs, english, strict=True):
                    yield Pair(a, b, group.kind, language, group.languages[1])


def _articles(root: ElementTree.Element) -> Iterator[tuple[str, list[str]]]:
    """Yield the number of each article, or the preamble's tag, and its paragraphs."""
    for part in root:
        if part.tag in (f"{_DECLARATION}article", f"{_DECLARATION}preamble"):
            texts = ["".join(each.itertext()) for each in part.iter(f"{_DECLARATION}para")]
            yield part.get("number", part.tag), [" ".join(text.split()) for text in texts]
