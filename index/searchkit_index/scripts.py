"""Ranges of code points of scripts, for character classes of regular expressions.

`words` has wider ones of its own: all that terms depend on stands there.
"""

KANA = "\u3040-\u30ff"
"""Hiragana and katakana."""

HAN = "\u3400-\u9fff"
"""The usual Chinese characters."""

HANGUL = "\uac00-\ud7af"
"""Whole syllables of Korean."""

CJK = KANA + HAN + HANGUL
"""Chinese, Japanese and Korean, in which a character says more than a letter does."""
