"""Reads the sentences of treebanks in CoNLL-U."""

from collections.abc import Iterator
from pathlib import Path

from searchkit.training.gathering.sources import Group, Repository
from searchkit.training.pair import Pair


def neighbour_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield each sentence with the next one; files are named as `de_gsd-ud-dev.conllu`.

    Those that mark where documents begin give `plain` pairs, none across such a mark; the others
    `plain-unordered` ones, whose sides may have nothing in common.
    """
    for path in group.paths(folder):
        text = path.read_text(encoding="utf-8")
        kind = "plain" if "\n# newdoc" in text else "plain-unordered"
        language, before = _language(path), ""
        for name, value in _comments(text):
            if name.startswith("newdoc"):
                before = ""
            elif name == "text":
                if before:
                    yield Pair(before, value, kind, language, language)
                before = value


def translated_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield each sentence with the one of the same number in `original`, another checkout."""
    originals = Repository(group.original, "", "").place(folder.parent)
    if folder == originals:
        return
    english = {key: text for path in group.paths(originals) for key, text in _sentences(path)}
    for path in group.paths(folder):
        for key, text in _sentences(path):
            if key in english:
                yield Pair(text, english[key], group.kind, _language(path), group.languages[1])


def _language(path: Path) -> str:
    return path.name.partition("_")[0]


def _sentences(path: Path) -> Iterator[tuple[str, str]]:
    """Yield number and text of each sentence."""
    key = ""
    for name, value in _comments(path.read_text(encoding="utf-8")):
        if name == "sent_id":
            key = value
        elif name == "text":
            yield key, value


def _comments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        if line.startswith("# "):
            name, _, value = line[2:].partition(" = ")
            yield name, value.strip()
