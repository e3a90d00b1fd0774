"""Mines gettext catalogs (`.po`): a message and its translation.

Fuzzy, obsolete and untranslated entries are left out. Nothing here opens a file.
"""

import re
from collections.abc import Iterator

from searchkit.training.mining.prose import plain
from searchkit.training.pair import Pair, normal, word_count

_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"(.*)"\s*$')
_MORE = re.compile(r'^"(.*)"\s*$')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": ""}
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})(?:[_@-]\w+)*\s*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[\d$.]*l?[sduifxc]\b|\{\{.*?\}\}|\{[\w.!:]*\}")
_TAG = re.compile(r"\[/?[a-z]+(?:=[^\]]*)?\](?!\()|\[\w+ (?=[\w.@]+\])|(?<=[\w.])\](?!\()")
_FEWEST_WORDS = 2
_MOST_CHARACTERS = 1_500


def gettext_pairs(text: str, language: str = "") -> Iterator[Pair]:
    """Iterate over the `po` pairs of a catalog.

    Args:
        text: A catalog.
        language: ISO 639-1 code, for a catalog whose header does not name its language.

    Yields:
        Pairs with the translation as `a` and the English message as `b`.
    """
    for message, translation in _entries(text):
        if not message:
            header = _LANGUAGE.search(translation)
            code = header.group(1).lower() if header else ""
            language = code if code not in ("", "en") else language
        elif language and language != "en":
            a, b = _words(translation), _words(message)
            if _is_translation(a, b):
                yield Pair(a, b, "po", language, "en")


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield the first message and translation of each entry that is fit for use."""
    for paragraph in re.split(r"\n\s*\n|\n(?=#[:.,] )(?<!\n#)", text):
        fields: dict[str, str] = {}
        name = ""
        fuzzy = False
        for line in paragraph.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            elif found := _FIELD.match(line):
                name = found.group(1)
                if name == "msgid" and "msgid" in fields:
                    break
                fields[name] = found.group(2)
            elif name and (more := _MORE.match(line)):
                fields[name] += more.group(1)
        if not fuzzy and "msgid" in fields:
            translation = fields.get("msgstr", fields.get("msgstr[0]", ""))
            yield _unescaped(fields["msgid"]), _unescaped(translation)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found.group(1), found.group(1)), text)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", _PLACEHOLDER.sub("…", _TAG.sub("", plain(text)))).strip(" :")


def _is_translation(a: str, b: str) -> bool:
    if word_count(b) < _FEWEST_WORDS or not a or max(len(a), len(b)) > _MOST_CHARACTERS:
        return False
    if normal(a) == normal(b) or not 0.2 < len(a) / len(b) < 4:
        return False
    return sum(map(str.isalpha, b)) > 0.6 * len(b)
