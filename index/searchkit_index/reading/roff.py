r"""Formats one line of a manual page as `man` shows it: `\fBls\fP \- list` as `ls - list`."""

import re
import unicodedata

_NAMED = {
    **{"bu": "•", "em": "—", "en": "–", "hy": "-", "aq": "'", "dq": '"', "lq": "“", "rq": "”"},
    **{"oq": "‘", "cq": "’", "co": "©", "rg": "®", "tm": "™", "rs": "\\", "ti": "~", "ha": "^"},
    **{"ga": "`", "->": "→", "<-": "←", "<=": "≤", ">=": "≥", "!=": "≠", "+-": "±", "mu": "×"},
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "/o": "ø", "/O": "Ø", "oa": "å", "oA": "Å"},
    **{"de": "°", "sc": "§", "Eu": "€", "Po": "£", "Aq": "'", "R": "®", "Tm": "™", "ba": "|"},
    **{"la": "⟨", "ra": "⟩", "lC": "{", "rC": "}", "lB": "[", "rB": "]", "at": "@", "sh": "#"},
}
_ACCENTS = dict(zip(":'`^~,", "\u0308\u0301\u0300\u0302\u0303\u0327", strict=True))
# An escape. Fonts, sizes, registers, motions and comments (`\"`) have no group and show nothing.
_ESCAPE = re.compile(
    r"\\(?:\".*|f(?:\(..|\[[^\]]*\]|.)|s[+-]?(?:\(..|\[[^\]]*\]|\d)"
    r"|[nhvwkDoRHSZlLbgmMFxXYAB][+-]?(?:\(..|'[^']*'|\[[^\]]*\]|\S)"
    r"|\*?\((..)|\*?\[([^\]]*)\]|\*(\S)|(.))"
)
_SIGNS = {"-": "-", "e": "\\", "\\": "\\", "~": " ", "0": " ", " ": " ", "t": "\t", ".": "."}
_QUOTES = {"'": "´", "`": "`", "_": "_"}


def plain(line: str) -> str:
    """Format a line without its macro."""
    return _ESCAPE.sub(_replacement, line).rstrip() if "\\" in line else line


def _replacement(match: re.Match[str]) -> str:
    special, bracketed, string, sign = match.groups()
    if sign:
        return (_SIGNS | _QUOTES).get(sign, "")
    name = special or bracketed or string or ""
    if name[:1] == "u" and re.fullmatch(r"u[\dA-F]{4,6}", name):
        return chr(min(int(name[1:], 16), 0x10FFFF))
    if len(name) == 2 and name[0] in _ACCENTS and name[1].isalpha():
        return unicodedata.normalize("NFC", name[1] + _ACCENTS[name[0]])
    return _NAMED.get(name, "")
