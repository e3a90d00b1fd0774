"""Guesses the language of a question, which is often too short for a model of languages."""

import re
from functools import lru_cache

from searchkit.ranking.stop_words import STOP_WORDS
from searchkit_index.scripts import HAN, HANGUL, KANA

# Scripts that tell a language; Japanese first, which is written in Chinese signs as well.
_SCRIPTS = {
    "ja": re.compile(f"[{KANA}]"),
    "ko": re.compile(f"[{HANGUL}]"),
    "zh": re.compile(f"[{HAN}]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
_ARABIC = re.compile("[\u0600-\u06ff]")  # Persian and others as well
_WORD = re.compile(r"\w+")
_SETS = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}
_MOST = 1_000  # characters that are looked at


@lru_cache(maxsize=256)
def spoken_language(text: str) -> str | None:
    """Tell the language of a question by its script, or by the stop words that it holds.

    Args:
        text: The question.

    Returns:
        The ISO 639-1 code of the main language of its script, or of the language that most of its
        words are stop words of, English where two have as many; None where nothing tells.
    """
    text = text[:_MOST]
    for language, script in _SCRIPTS.items():
        if script.search(text):
            return language
    typed = _WORD.findall(text.lower())
    counts = {language: sum(word in known for word in typed) for language, known in _SETS.items()}
    most = max(counts, key=lambda language: (counts[language], language == "en"))
    if counts[most]:
        return most
    return "ar" if _ARABIC.search(text) else None


def question_language(text: str) -> str | None:
    """Guess the language of a question.

    Args:
        text: The question.

    Returns:
        As `spoken_language`; English for a text in ASCII of which nothing tells.
    """
    return spoken_language(text) or ("en" if text[:_MOST].isascii() else None)
