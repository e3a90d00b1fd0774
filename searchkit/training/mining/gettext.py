"""Mines gettext catalogs, written (`.po`) and compiled (`.mo`): a message and its translation.

Fuzzy, obsolete and untranslated entries are left out. Nothing here opens a file.
"""

import re
from collections.abc import Iterable, Iterator
from struct import unpack_from

from searchkit.training.mining.prose import plain
from searchkit.training.pair import Pair, normal, word_count

_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"(.*)"\s*$')
_MORE = re.compile(r'^"(.*)"\s*$')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": ""}
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})(?:[_@-]\w+)*\s*$", re.M)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[\d$.]*l?[sduifxc]\b|\{\{.*?\}\}|\{[\w.!:]*\}")
_TAG = re.compile(r"\[/?[a-z]+(?:=[^\]]*)?\](?!\()|\[\w+ (?=[\w.@]+\])|(?<=[\w.])\](?!\()")
_BYTE_ORDERS = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}
_HEADER_BYTES = 20
_FEWEST_WORDS = 2
_MOST_CHARACTERS = 1_500


def gettext_pairs(text: str, language: str = "") -> Iterator[Pair]:
    """Iterate over the `po` pairs of a catalog.

    Args:
        text: A catalog.
        language: ISO 639-1 code, for a catalog whose header does not name its language.

    Returns:
        Pairs with the translation as `a` and the English message as `b`.
    """
    return _pairs(_entries(text), language)


def compiled_pairs(data: bytes, language: str = "") -> Iterator[Pair]:
    """Iterate over the `po` pairs of a compiled catalog; entries that are not UTF-8 are left out.

    Args:
        data: A catalog as `msgfmt` writes it, in either byte order (GNU gettext manual, "The Format
            of GNU MO Files").
        language: ISO 639-1 code, for a catalog whose header does not name its language.

    Returns:
        Pairs like those of `gettext_pairs`; none where `data` is no such catalog.
    """
    return _pairs(_compiled_entries(data), language)


def _pairs(entries: Iterable[tuple[str, str]], language: str) -> Iterator[Pair]:
    for message, translation in entries:
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


def _compiled_entries(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the messages and translations of a compiled catalog, plural forms left out."""
    order = _BYTE_ORDERS.get(data[:4])
    if order is None or len(data) < _HEADER_BYTES:
        return
    count, messages, translations = unpack_from(f"{order}3I", data, 8)
    # The strings of a sound catalog do not overlap: together they are shorter than the file.
    left = len(data)
    for start in range(0, 8 * count, 8):
        if max(messages, translations) + start + 8 > len(data):
            return
        size, place = unpack_from(f"{order}2I", data, messages + start)
        translated_size, translated_place = unpack_from(f"{order}2I", data, translations + start)
        left -= size + translated_size
        if left < 0:
            return
        message = _string(data[place : place + size])
        translation = _string(data[translated_place : translated_place + translated_size])
        if "\ufffd" not in message + translation:
            yield message, translation


def _string(data: bytes) -> str:
    """Decode the first plural form, without the context that ends with the byte 4."""
    return data.partition(b"\0")[0].rpartition(b"\4")[2].decode(errors="replace")


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
