"""Pairs documents with their English originals, and their parallel texts.

Files are matched by path (`en/a.md` and `fr/a.md`, `a.md` and `a.fr.md`, `translations/fr/a.md`),
folders by name (`fr.site` beside `site`), and text by structure alone: headings in the same order,
then blocks of the same kinds in the same order. What does not agree is left out. Nothing here opens
a file.
"""

import re
from collections.abc import Collection, Iterator
from itertools import chain

from searchkit.training.mining.document import Section, sections
from searchkit.training.mining.prose import natural_language
from searchkit.training.pair import Pair, cut, normal, word_count

_MOST_TOKENS = 300
_NAMES = {
    "chinese": "zh", "japanese": "ja", "korean": "ko", "french": "fr", "german": "de",
    "spanish": "es", "italian": "it", "portuguese": "pt", "russian": "ru", "polish": "pl",
    "turkish": "tr", "vietnamese": "vi", "ukrainian": "uk", "hebrew": "he", "basque": "eu",
    "indonesian": "id", "arabic": "ar", "dutch": "nl", "hindi": "hi", "greek": "el",
    "cn": "zh", "jp": "ja", "kr": "ko", "br": "pt", "tw": "zh", "ua": "uk", "gr": "el",
}  # fmt: skip
_CODES = re.compile(
    "a[fmrsz]|b[egns]|c[asy]|d[ae]|e[losntu]|f[air]|g[alu]|h[aeiruy]|i[dgst]|ja|k[akmnouy]|l[otv]"
    "|m[klnrsty]|n[belno]|or|p[alst]|pcm|r[ouw]|s[diklorqvw]|t[aeghklrt]|u[krz]|vi|yo|z[hu]"
)
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_](?:[a-z]{2}|hans|hant|latn|cyrl|\d{3}))*", re.IGNORECASE)
_SUFFIXED = re.compile(r"(.+?)[._-]([A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{2}|Hans|Hant))?|[a-z-]+)$")
_ENGLISH = ("en", "en-US", "en-us", "en_US", "english")
_CONTAINERS = frozenset(
    {"translations", "i18n", "_i18n", "lang", "languages", "locale", "locales", "localization"}
)
_GENERATOR_FOLDERS = ["docusaurus-plugin-content-docs", "current"]


def locale_of(word: str) -> str:
    """Return the ISO code that a folder's or file's name stands for; empty if it is none."""
    lower = word.lower()
    last = lower.rpartition("-")[2]
    if lower in _NAMES or (last in _NAMES and last.isalpha() and len(last) > 2):
        return _NAMES.get(lower) or _NAMES[last]
    found = _LOCALE.fullmatch(word)
    code = found.group(1).lower() if found else ""
    return code if _CODES.fullmatch(code) else ""


def path_language(path: str) -> str:
    """Return the language that a path names, by folder (`docs/fr/`) or file; or empty."""
    folders, stem, _ = _parts(path)
    suffixed = _SUFFIXED.fullmatch(stem)
    words = [suffixed.group(2)] if suffixed else []
    for folder in reversed(folders):
        named = _SUFFIXED.fullmatch(folder)
        words += [folder, *([named.group(2)] if named else [])]
    return next(filter(None, map(locale_of, words)), "")


def english_path(path: str, paths: Collection[str]) -> str:
    """Find the English document among `paths` that `path` translates; empty if none does."""
    folders, stem, suffix = _parts(path)
    candidates = chain(_by_name(folders, stem, suffix), _by_folder(folders, stem + suffix))
    return next((found for found in candidates if found in paths and found != path), "")


def _parts(path: str) -> tuple[list[str], str, str]:
    *folders, file = path.split("/")
    stem, dot, suffix = file.rpartition(".")
    return folders, stem or file, dot + suffix if stem else ""


def _by_name(folders: list[str], stem: str, suffix: str) -> Iterator[str]:
    suffixed = _SUFFIXED.fullmatch(stem)
    if suffixed and locale_of(suffixed.group(2)):
        bare = suffixed.group(1)
        for name in (bare, *(f"{bare}{mark}{word}" for mark in "._-" for word in _ENGLISH)):
            yield "/".join([*folders, name + suffix])


def _by_folder(folders: list[str], file: str) -> Iterator[str]:
    for place, folder in enumerate(folders):
        before, after = folders[:place], [*folders[place + 1 :], file]
        suffixed = _SUFFIXED.fullmatch(folder)
        if locale_of(folder):
            for english in _ENGLISH:
                yield "/".join([*before, english, *after])
            yield "/".join([*before, *after])
            if before and before[-1] in _CONTAINERS:
                if after[:2] == _GENERATOR_FOLDERS:
                    after = after[2:]
                yield "/".join([*before[:-1], *after])
                yield "/".join([*before[:-1], "docs", *after])
        elif suffixed and locale_of(suffixed.group(2)):
            yield "/".join([*before, suffixed.group(1), *after])


def sibling_name(name: str) -> tuple[str, str]:
    """Split a folder's name into its name without the language, and the language.

    `fr.site` gives (`site`, `fr`), `docs-zh-cn` gives (`docs`, `zh`); two empty texts stand for a
    name without a language.
    """
    for pattern in (r"([A-Za-z-]{2,7})[.](.+)", r"(.+?)[-.]((?:zh|pt)-[a-z]{2}|[a-z]{2,3})"):
        found = re.fullmatch(pattern, name)
        if found:
            first, second = found.groups()
            code, rest = (first, second) if pattern.startswith("([A") else (second, first)
            if locale_of(code):
                return rest, locale_of(code)
    return "", ""


def parallel_pairs(translated: str, english: str, markup: str, language: str) -> Iterator[Pair]:
    """Yield `bitext-docs` pairs: headings, paragraphs and list items.

    Args:
        translated: A document.
        english: The same document in English.
        markup: The name of the format of both.
        language: ISO code of `translated`.

    Yields:
        Pairs with the translation as `a` and the English text as `b`.
    """
    found = _matched(sections(translated, markup), sections(english, markup))
    for ours, theirs in found:
        texts = [(ours.heading, theirs.heading)]
        if [block.kind for block in ours.blocks] == [block.kind for block in theirs.blocks]:
            blocks = zip(ours.blocks, theirs.blocks, strict=True)
            texts += [(a.text, b.text) for a, b in blocks if a.kind != "code"]
        for a, b in texts:
            if _is_translation(a, b, language):
                pair = cut(a, _MOST_TOKENS), cut(b, _MOST_TOKENS)
                yield Pair(*pair, "bitext-docs", language, "en")


def _matched(ours: list[Section], theirs: list[Section]) -> Iterator[tuple[Section, Section]]:
    """Yield sections that correspond: in order where the outlines agree, else by anchor."""
    if [section.level for section in ours] == [section.level for section in theirs]:
        yield from zip(ours, theirs, strict=True)
        return
    by_anchor = {section.anchor: section for section in theirs if section.anchor}
    for section in ours:
        if section.anchor in by_anchor:
            yield section, by_anchor[section.anchor]


def _is_translation(a: str, b: str, language: str) -> bool:
    """Tell whether two texts may mean the same: other words, fitting lengths, not both English."""
    if min(word_count(a), word_count(b)) < 2 or sum(map(str.isalpha, b)) < 0.5 * len(b):
        return False
    if not 0.2 < len(a) / len(b) < 3 or (len(b) > 80 and len(a) < 0.3 * len(b) and a.isascii()):
        return False
    words, others = set(normal(a).split()), set(normal(b).split())
    if len(words & others) > 0.5 * min(len(words), len(others)):
        return False
    return language == "en" or natural_language(a) != "en"
