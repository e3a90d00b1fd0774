"""Formats the macros of mdoc, the markup of BSD's manual pages, one line at a time."""

from collections.abc import Sequence

from searchkit_index.reading.roff import plain

# The text that a macro puts before and after its arguments.
_ENCLOSING = {
    **{"Op": ("[", "]"), "Dq": ("“", "”"), "Sq": ("‘", "’"), "Qq": ('"', '"'), "Ql": ("‘", "’")},
    **{"Pq": ("(", ")"), "Bq": ("[", "]"), "Brq": ("{", "}"), "Aq": ("<", ">")},
    **{"In": ("#include <", ">"), "D1": ("", ""), "Dl": ("", "")},
}
_OPENING = {"Oo": "[", "Do": "“", "So": "‘", "Qo": '"', "Po": "(", "Bo": "[", "Bro": "{", "Ao": "<"}
_CLOSING = {"Oc": "]", "Dc": "”", "Sc": "’", "Qc": '"', "Pc": ")", "Bc": "]", "Brc": "}", "Ac": ">"}
_SYSTEMS = {"Bx": "BSD", "Fx": "FreeBSD", "Nx": "NetBSD", "Ox": "OpenBSD", "Ux": "UNIX"}
_OTHER_NAMES = (
    "Ad An Ar At Cd Cm Dv Em Er Ev Fa Fd Fl Fn Fo Fc Ft Ic It Li Lk Ms Mt Nd Nm No Ns Ap Pa Pf St"
    " Sx Sy Tn Va Vt Xr Xo Xc Ta Lb Sh Ss %A %B %D %I %J %N %O %P %R %T %U %V"
)
_OTHERS = frozenset(_OTHER_NAMES.split())
MACROS = _OTHERS | _ENCLOSING.keys() | _OPENING.keys() | _CLOSING.keys() | _SYSTEMS.keys()
_PUNCTUATION = frozenset(".,:;)]?!")


class Line:
    """Formats one line, word by word.

    Args:
        page: The name of the page, which `Nm` without arguments stands for.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._text = ""
        self._joins_next = True  # no space before the next word
        self._macro = ""
        self._count = 0  # arguments of the macro so far

    def read(self, words: Sequence[str]) -> str:
        """Return what a macro with its arguments shows; an argument may be a macro itself."""
        count = len(words)
        while count > 1 and words[count - 1] in _PUNCTUATION:
            count -= 1
        closing: list[str] = []
        for word in words[:count]:
            if word in MACROS:
                self._end()
                self._macro, self._count = word, 0
                before, after = _ENCLOSING.get(word, (_OPENING.get(word, ""), ""))
                self._begin(word, before)
                closing.append(after)
            else:
                self._word(plain(word))
        self._end()
        return self._text + "".join(reversed(closing)) + "".join(words[count:])

    def _begin(self, macro: str, before: str) -> None:
        if before:
            self._add(before)
            self._joins_next = True
        elif macro in _CLOSING:
            self._text += _CLOSING[macro]
        elif macro in _SYSTEMS:
            self._add(_SYSTEMS[macro])
        elif macro == "Ap":
            self._text, self._joins_next = self._text + "'", True
        elif macro == "Nd":
            self._add("–")
        elif macro == "Ns":
            self._joins_next = True

    def _end(self) -> None:
        """Add what a macro without arguments stands for, and close what it opened."""
        alone = {"Nm": self._page, "Ar": "file ...", "Fl": "-"}.get(self._macro, "")
        if alone and not self._count:
            self._add(alone)
        elif self._macro in ("Fn", "Fo") and self._count:
            self._text += "()" if self._count == 1 else ")"

    def _word(self, word: str) -> None:
        self._count += 1
        if word in _PUNCTUATION:
            self._text += word
        elif self._macro == "Fl" and word != "|":
            self._add("-" + word)
        elif self._macro == "Xr" and self._count == 2:
            self._text += f"({word})"
        elif self._macro in ("Fn", "Fo") and self._count > 1:
            self._text += ("(" if self._count == 2 else ", ") + word
        else:
            self._add(word)
            self._joins_next = self._macro == "Pf" and self._count == 1

    def _add(self, word: str) -> None:
        joins = self._joins_next or not self._text or self._text[-1] in "([{<“‘"
        self._text += word if joins else f" {word}"
        self._joins_next = False
