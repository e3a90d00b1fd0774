r"""Reads one line of TeX as what a page shows: `\'e` as é, `\emph{word}` as word.

A full parser (pylatexenc) gives a text without the lines of its file, and formulas without the
names that people type. Here a line stays a line, formulas stay as they are written, and a command
that is not known stays readable by its name: nothing that might be searched is lost.
"""

import re
import unicodedata

# The combining mark of each command that sets an accent on the letter behind it.
_ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"},
    **{'"': "\u0308", "u": "\u0306", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323"},
    **{"c": "\u0327", "k": "\u0328", "b": "\u0331", "t": "\u0361"},
}
_LETTERS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å"},
    **{"AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ"},
    **{"TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "SS": "ẞ", "S": "§", "P": "¶"},
    **{"copyright": "©", "pounds": "£", "dots": "…", "ldots": "…", "euro": "€"},
    **{"textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘"},
    **{"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbar": "|"},
    **{"textless": "<", "textgreater": ">", "textregistered": "®", "texttrademark": "™"},
    **{"item": "•", "quad": " ", "qquad": " ", "newline": " ", "linebreak": " ", "par": " "},
    # What they hold stands elsewhere on the page: it is no part of the word before it.
    **{"footnote": " ", "footnotetext": " ", "thanks": " "},
    **{"LaTeX": "LaTeX", "TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "slash": "/"},
}
# Commands that say how their text looks, or where it stands, and nothing about it.
_SILENT_WORDS = (
    "emph textbf textit textsl textsc textsf texttt textrm textup textmd textnormal text mbox hbox"
    " fbox makebox underline uline sout bf it sl sc sf tt rm em bfseries itshape slshape scshape"
    " sffamily ttfamily rmfamily mdseries upshape normalfont tiny scriptsize footnotesize small"
    " normalsize large Large LARGE huge Huge centering raggedright raggedleft noindent indent"
    " hfill vfill hspace vspace smallskip medskip bigskip newpage clearpage cleardoublepage"
    " pagebreak nopagebreak nolinebreak hline toprule midrule bottomrule cline cmidrule maketitle"
    " tableofcontents listoffigures listoftables appendix frontmatter mainmatter backmatter"
    " bibliographystyle protect relax left right begingroup endgroup bgroup egroup xspace"
    " displaystyle phantom strut allowbreak sloppy fussy ensuremath num href url nolinkurl"
    " enquote caption title author date affil part chapter section"
    " subsection subsubsection paragraph subparagraph frametitle"
)
_SILENT = frozenset(_SILENT_WORDS.split())
_TOKEN = re.compile(
    r"(\$\$?[^$]{1,900}\$\$?|\\\(.{1,900}?\\\)|\\\[.{1,900}?\\\])"  # a formula
    r"|\\([`'^~=.\"])\s*(?:\{\s*\\?([^\W\d_]?)\s*\}|\\?([^\W\d_]))"  # an accent
    r"|\\([urHvdckbt])(?:\s*\{\s*\\?([^\W\d_]?)[^{}]{0,3}\}|\s+([^\W\d_]))"
    r"|\\([A-Za-z@]+(?:_[A-Za-z@_]+:[A-Za-z]*)?)\*?[ \t]?"  # or a name of expl3
    r"|\\([^A-Za-z@])"
    r"|(?<!\\)(%.*)"
    r"|(\}\{|[{}]|~|---?|``|''|(?<![\w\\])&)"
)
_MARKS = {"}{": " ", "~": "\u00a0", "---": "—", "--": "–", "``": "“", "''": "”", "&": "|"}
_SPACES = {",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": "", "\\": " ", "@": "", " ": " "}
_BLANKS = re.compile(r" {2,}")
# What the brace holds is a length, or the columns of a table; the bracket, the size of a picture.
_MEASURE = re.compile(
    r"\\(?:hspace|vspace|cline|cmidrule)\*?(?:\([^)]*\))?\{[^{}]*\}"
    r"|(?<=\\includegraphics)\[[^\[\]]*\]"
)


def plain(line: str) -> str:
    """Read a line of a text in TeX.

    Args:
        line: Without a line feed.

    Returns:
        What it says, without blanks around it.
    """
    if not any(mark in line for mark in "\\{}~$'`-&"):
        return line.strip()
    said = _TOKEN.sub(_replacement, _MEASURE.sub("", line))
    return _BLANKS.sub(" ", said).strip()


def _replacement(match: re.Match[str]) -> str:
    formula, accent, inner, letter, named, first, other, word, symbol, comment, mark = (
        match.groups()
    )
    if formula or comment:
        return match[0]
    if accent or named:
        return _accented(accent or named, inner or letter or first or other or "")
    if word:
        return _command(word, match[0])
    if symbol:
        return _SPACES.get(symbol, symbol)
    return _MARKS.get(mark, "")


def _accented(accent: str, letter: str) -> str:
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent]) if letter else ""


def _command(word: str, written: str) -> str:
    # A blank ends the name of a command; it stays where the command itself says something.
    blank = " " if written[-1] in " \t" else ""
    if word in _LETTERS:
        return _LETTERS[word] + (blank if len(_LETTERS[word]) > 1 or word == "item" else "")
    return "" if word in _SILENT else f" {word} "
