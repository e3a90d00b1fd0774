"""Reads the macros of mdoc, the markup of manual pages of BSD, one line at a time."""

from collections.abc import Sequence

from searchkit_index.reading.roff import plain

# What each macro sets before and behind its words.
_AROUND = {
    **{"Op": ("[", "]"), "Dq": ("“", "”"), "Sq": ("‘", "’"), "Qq": ('"', '"'), "Ql": ("‘", "’")},
    **{"Pq": ("(", ")"), "Bq": ("[", "]"), "Brq": ("{", "}"), "Aq": ("<", ">")},
    **{"In": ("#include <", ">"), "D1": ("", ""), "Dl": ("", "")},
}
_OPENING = {"Oo": "[", "Do": "“", "So": "‘", "Qo": '"', "Po": "(", "Bo": "[", "Bro": "{", "Ao": "<"}
_CLOSING = {"Oc": "]", "Dc": "”", "Sc": "’", "Qc": '"', "Pc": ")", "Bc": "]", "Brc": "}", "Ac": ">"}
_SYSTEMS = {"Bx": "BSD", "Fx": "FreeBSD", "Nx": "NetBSD", "Ox": "OpenBSD", "Ux": "UNIX"}
_NAMES_WORDS = (
    "Ad An Ar At Cd Cm Dv Em Er Ev Fa Fd Fl Fn Fo Fc Ft Ic It Li Lk Ms Mt Nd Nm No Ns Ap Pa Pf St"
    " Sx Sy Tn Va Vt Xr Xo Xc Ta Lb Sh Ss %A %B %D %I %J %N %O %P %R %T %U %V"
)
_NAMES = frozenset(_NAMES_WORDS.split())
MACROS = _NAMES | _AROUND.keys() | _OPENING.keys() | _CLOSING.keys() | _SYSTEMS.keys()
_POINTS = frozenset(".,:;)]?!")


class Line:
    """A line that is put together word by word.

    Args:
        page: The name of the page, which `Nm` alone stands for.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._text = ""
        self._glued = True
        self._macro = ""
        self._said = 0  # words since the macro

    def read(self, words: Sequence[str]) -> str:
        """Return what a macro with its arguments shows; any of them may be a macro too."""
        count = len(words)
        while count > 1 and words[count - 1] in _POINTS:
            count -= 1
        closing: list[str] = []
        for word in words[:count]:
            if word in MACROS:
                self._end()
                self._macro, self._said = word, 0
                before, after = _AROUND.get(word, (_OPENING.get(word, ""), ""))
                self._begin(word, before)
                closing.append(after)
            else:
                self._word(plain(word))
        self._end()
        return self._text + "".join(reversed(closing)) + "".join(words[count:])

    def _begin(self, macro: str, before: str) -> None:
        if before:
            self._add(before)
            self._glued = True
        elif macro in _CLOSING:
            self._text += _CLOSING[macro]
        elif macro in _SYSTEMS:
            self._add(_SYSTEMS[macro])
        elif macro == "Ap":
            self._text, self._glued = self._text + "'", True
        elif macro == "Nd":
            self._add("–")
        elif macro == "Ns":
            self._glued = True

    def _end(self) -> None:
        """Say what a macro without words stands for, and close what it opened."""
        alone = {"Nm": self._page, "Ar": "file ...", "Fl": "-"}.get(self._macro, "")
        if alone and not self._said:
            self._add(alone)
        elif self._macro in ("Fn", "Fo") and self._said:
            self._text += "()" if self._said == 1 else ")"

    def _word(self, word: str) -> None:
        self._said += 1
        if word in _POINTS:
            self._text += word
        elif self._macro == "Fl" and word != "|":
            self._add("-" + word)
        elif self._macro == "Xr" and self._said == 2:
            self._text += f"({word})"
        elif self._macro in ("Fn", "Fo") and self._said > 1:
            self._text += ("(" if self._said == 2 else ", ") + word
        else:
            self._add(word)
            self._glued = self._macro == "Pf" and self._said == 1

    def _add(self, word: str) -> None:
        blank = "" if self._glued or not self._text or self._text[-1] in "([{<“‘" else " "
        self._text += blank + word
        self._glued = False
