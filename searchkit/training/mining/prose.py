"""Reads prose: plain words without markup, sentences, and the likely language.

The guess needs no model: the script decides, and for Latin and Cyrillic the small words. It may say
that it does not know. Reads no file.
"""

import html
import re
from collections import Counter

from searchkit_index.scripts import HAN, HANGUL, KANA

_SCRIPTS = (
    ("ja", re.compile(f"[{KANA}]")),
    ("ko", re.compile(f"[{HANGUL}\u1100-\u11ff]")),
    ("zh", re.compile(f"[{HAN}]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
)
_WORDS = {
    "en": "the of and to is that for with are this be as it by not from you can or an",
    "fr": "le la les des est une dans pour vous que avec sur pas plus qui du par au ne",
    "es": "el los las una que para con por como más del está puede su se al es si",
    "pt": "o os uma que para com não por como mais da do são você isso em ao se",
    "de": "der die das und ist nicht mit ein eine für auf den von werden sie zu wird dem",
    "it": "il di che per con una non è del della sono come gli questo le nel un si",
    "nl": "het een van is dat niet met voor zijn op wordt aan deze ook de kan je",
    "pl": "nie jest się na do to że oraz jak lub dla przez są może od po ten",
    "tr": "ve bir bu için ile olarak da de olan daha gibi ya değil çok her veya",
    "id": "yang dan di dengan untuk ini dari pada adalah tidak dalam akan atau dapat anda",
    "vi": "và của là các một không được cho trong với này bạn có những khi để",
    "ru": "и в не на что для это как с по из или если то может при от к",
    "uk": "і в не на що для це як з та або якщо може від до ви при",
    "cs": "je se na že pro to jako není jsou nebo který může pokud",
    "fa": "و در به از که این را با است برای یک های",
    "ar": "في من على أن إلى هذا هذه التي لا ما أو مع",
}
_LANGUAGES_OF = {
    word: [language for language, words in _WORDS.items() if word in words.split()]
    for word in sorted({word for words in _WORDS.values() for word in words.split()})
}
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")
_MARKUP = (
    (re.compile(r"<!--.*?-->|\{/\*.*?\*/\}", re.DOTALL), " "),
    (re.compile(r"\{\{[<%].*?[>%]\}\}", re.DOTALL), " "),
    (re.compile(r"\{#[\w-]+[^}]*\}"), " "),
    (re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"), " "),
    (re.compile(r"\[\^[^\]]+\]"), ""),
    (re.compile(r"\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r":[\w:.+-]+:`[~!]?([^`<]*?)\s*(?:<[^`>]*>)?`"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^`>]*>`_{1,2}"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!<>|-])"), r"\1"),
    (re.compile(r"[ \t\u00a0]+"), " "),
)
_CODE = re.compile(r"(?<![:`])(`{1,2})([^`\n]+?)\1_{0,2}(?!`)")
_HIDDEN = {ord(sign): 0xE000 + place for place, sign in enumerate("<>*_[]{}\\&")}
_SHOWN = {hidden: chr(sign) for sign, hidden in _HIDDEN.items()}


def natural_language(text: str) -> str:
    """Guess the ISO 639-1 code of a text's language; empty where that fails."""
    sample = text[:1_500]
    if not sample.isascii():
        letters = len(_LETTER.findall(sample[:300]))
        for language, script in _SCRIPTS:
            if letters and len(script.findall(sample[:300])) * 5 > letters:
                return language
    words = _LETTERS.findall(sample.lower())
    counts = Counter(name for word in words for name in _LANGUAGES_OF.get(word, ()))
    if not counts:
        return ""
    (best, most), (_, second) = [*counts.most_common(2), ("", 1)][:2]
    return best if most > max(second, 1) and most * 12 >= len(words) else ""


def language_of(text: str) -> str:
    """Guess the language of a text that is likely English, such as a comment in code."""
    return "en" if text.isascii() else natural_language(text) or "en"


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences, with their marks; none is blank."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def plain(text: str) -> str:
    """Remove the markup of a line or paragraph of Markdown, reStructuredText or HTML."""
    text = _CODE.sub(lambda code: code.group(2).translate(_HIDDEN), text)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return html.unescape(text.translate(_SHOWN)).strip()
