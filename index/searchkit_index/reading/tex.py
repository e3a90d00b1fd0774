r"""Formats one line of TeX as the page shows it: `\'e` as é, `\emph{word}` as word.

A full parser (pylatexenc) loses the lines of the file, and the names in formulas that people type.
Here a line stays a line, formulas, labels, entries of the index and definitions of macros stay as
they are, and of an unknown command its name is kept.
"""

import re
import unicodedata

# The combining mark of each command that puts an accent on the letter after it.
_ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"},
    **{'"': "\u0308", "u": "\u0306", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323"},
    **{"c": "\u0327", "k": "\u0328", "b": "\u0331", "t": "\u0361"},
}
# The text of commands.
_TEXTS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å"},
    **{"AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ"},
    **{"TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "SS": "ẞ", "S": "§", "P": "¶"},
    **{"copyright": "©", "pounds": "£", "dots": "…", "ldots": "…", "euro": "€"},
    **{"textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘"},
    **{"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textbar": "|"},
    **{"textless": "<", "textgreater": ">", "textregistered": "®", "texttrademark": "™"},
    **{"item": "•", "quad": " ", "qquad": " ", "newline": " ", "linebreak": " ", "par": " "},
    # Their content is elsewhere on the page: it is no part of the word before it.
    **{"footnote": " ", "footnotetext": " ", "thanks": " "},
    **{"LaTeX": "LaTeX", "TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "slash": "/"},
}
# Commands that show nothing: they format or place their text.
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
_BRACES = r"\{(?:[^{}]|\{[^{}]*\}){0,400}\}"
_UNSEEN = rf"\\(?:label|s?index)\s?{_BRACES}"
# Labels and entries of the index, which no page shows: names that people type.
UNSEEN = re.compile(_UNSEEN)
_TOKEN = re.compile(
    r"(\$\$?[^$]{1,900}\$\$?|\\\(.{1,900}?\\\)|\\\[.{1,900}?\\\]"  # a formula
    rf"|{_UNSEEN})"
    r"|\\([`'^~=.\"])\s*(?:\{\s*\\?([^\W\d_]?)\s*\}|\\?([^\W\d_]))"  # an accent by a symbol
    r"|\\([urHvdckbt])(?:\s*\{\s*\\?([^\W\d_]?)[^{}]{0,3}\}|\s+([^\W\d_]))"  # or by a letter
    r"|\\([A-Za-z@]+(?:_[A-Za-z@_]+:[A-Za-z]*)?)\*?[ \t]?"  # a command, also of expl3
    r"|\\([^A-Za-z@])"  # an escaped symbol
    r"|(?<!\\)(%.*)"  # a comment
    r"|(\}\{|[{}]|~|---?|``|''|(?<![\w\\])&)"  # a mark
)
_MARKS = {"}{": " ", "~": "\u00a0", "---": "—", "--": "–", "``": "“", "''": "”", "&": "|"}
_SPACES = {",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": "", "\\": " ", "@": "", " ": " "}
_BLANKS = re.compile(r" {2,}")
# Commands with a length or columns of a table in braces, and the size of a picture in brackets.
_MEASURE = re.compile(
    r"\\(?:hspace|vspace|cline|cmidrule)\*?(?:\([^)]*\))?\{[^{}]*\}"
    r"|(?<=\\includegraphics)\[[^\[\]]*\]"
)
# A comment that only joins two lines.
_JOINT = re.compile(r"(?<!\\)%\s*$")
# A heading as its page shows it (group 1), and as bookmarks do (group 2).
_BOOKMARK = re.compile(rf"\\texorpdfstring\s*({_BRACES})\s*({_BRACES})")
# The definition of a macro.
_DEFINITION = re.compile(
    r"\s*\\(?:(?:re)?new|provide)(?:command|environment)\b|\s*\\(?:[egx]?def|let|newtheorem"
    r"|Declare[A-Z]\w+)\b"
)


def plain(line: str) -> str:
    """Format a line of TeX.

    Args:
        line: The line, without a line feed.

    Returns:
        The text that it shows, without white space around it.
    """
    if not any(mark in line for mark in "\\{}~$'`-&%"):
        return line.strip()
    if _DEFINITION.match(line):
        return line.strip()
    line = _BOOKMARK.sub(r"\2", _JOINT.sub("", line))
    text = _TOKEN.sub(_replacement, _MEASURE.sub("", line))
    return _BLANKS.sub(" ", text).strip()


def _replacement(match: re.Match[str]) -> str:
    formula, *accents, command, symbol, comment, mark = match.groups()
    if formula or comment:
        return match[0]
    accent, *letters = [group for group in accents if group is not None] or [""]
    if accent:
        return _accented(accent, "".join(letters))
    if command:
        return _command(command, match[0])
    if symbol:
        return _SPACES.get(symbol, symbol)
    return _MARKS.get(mark, "")


def _accented(accent: str, letter: str) -> str:
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent]) if letter else ""


def _command(word: str, written: str) -> str:
    # A space ends the name of a command; it is kept after a command that shows a text.
    space = " " if written[-1] in " \t" else ""
    if word in _TEXTS:
        return _TEXTS[word] + (space if len(_TEXTS[word]) > 1 or word == "item" else "")
    return "" if word in _SILENT else f" {word} "
