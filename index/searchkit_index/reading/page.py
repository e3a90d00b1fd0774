"""Reads HTML: the text that a browser shows or reads aloud, and the code in it.

Its lines are those of the text as shown; each has the line of the file where it begins.
"""

import re

from searchkit_index.languages.language import LANGUAGES, language_named
from searchkit_index.languages.row import Language
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.tags import Token, tokens

_HEADINGS = {"title": 0, "h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCK = re.compile(
    r".+-.+|h[1-6]|title|address|article|aside|blockquote|body|br|button|caption|center|dd|details"
    r"|desc|div|dl|dt|fieldset|figcaption|figure|footer|form|head|header|hr|html|label|legend|li|link|main|meta|"
    r"nav|noscript|ol|optgroup|option|p|pre|script|section|select|style|summary|svg|table|tbody|td|"
    r"template|text|textarea|tfoot|th|thead|tr|ul|video"
)
_VOID = frozenset(
    [
        "br",
        "hr",
        "link",
        "meta",
        "img",
        "input",
        "source",
        "track",
        "wbr",
        "area",
        "base",
        "col",
        "embed",
        "param",
    ]
)

# The pronunciation of the characters before it (ruby): it is added after the text, which it would
# interrupt.
_RUBY = frozenset({"rt", "rp"})

# The attributes that put a part of an SVG text on a line of its own.
_LINE_ATTRIBUTES = frozenset({"y", "dy", "sodipodi:role"})

# The attributes of a tag whose values are shown or read aloud.
_TEXT_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label", "label", "summary")
# The names of `meta` elements that describe the page.
_DESCRIPTIONS = frozenset(
    (
        *("description", "keywords", "author", "subject", "abstract"),
        *("og:title", "og:description", "twitter:title", "twitter:description"),
        *("dc.title", "dc.description", "dc.subject", "dc.creator", "citation_title"),
    )
)
# How a block, or a box around it, names the language of its code: by a class, or an attribute.
_CODE_CLASS = re.compile(
    r"(?:lang|language|highlight|highlight-source|sourceCode|src|code|brush)[-:]"
)
_CODE_ATTRIBUTES = ("data-lang", "data-language", "data-code-language", "lang")
_BOXES = frozenset({"pre", "code", "div", "figure"})

_BUTTONS = frozenset({"submit", "button", "reset"})

_DEEPEST = 3  # templates within templates

# Parts of the `type` or `lang` of a script, and the language that each means.
_TYPES = (
    ("module", "javascript"),
    ("json", "json"),
    ("typescript", "typescript"),
    ("javascript", "javascript"),
    ("ecmascript", "javascript"),
    ("babel", "javascript"),
    ("jsx", "javascript"),
    ("x-shader", "glsl"),
    ("glsl", "glsl"),
    ("python", "python"),
    ("ruby", "ruby"),
    ("importmap", "json"),
    ("speculationrules", "json"),
)


def blocks(content: str, *, scripts: bool = True) -> list[Block]:
    """Read HTML, however broken.

    Args:
        content: The document, with line feeds at the ends of its lines.
        scripts: Whether its scripts and styles are read too, apart from the text.

    Returns:
        Its blocks, in order.
    """
    page = _Page(content)
    page.read()
    return [block for block in page.blocks if scripts or not block.apart]


class _Page:
    """Collects the blocks of a page, or of a template in one.

    Args:
        content: The document.
        row: The line of the file where the content begins.
        depth: The number of templates around it.
    """

    def __init__(self, content: str, row: int = 0, depth: int = 0) -> None:
        self.blocks: list[Block] = []
        self._content = content
        self._rows = Rows(content, row)
        self._depth = depth
        self._words: list[str] = []
        self._ruby: list[str] = []  # the pronunciation of characters among the words
        self._in_ruby = False
        self._row = 0
        self._heading: int | None = None
        self._verbatim = False
        self._language: Language | None = None  # of the verbatim lines
        self._raw: Token | None = None  # the tag of the last script or style

    def read(self) -> None:
        before: Token | None = None
        for token in tokens(self._content):
            if self._words and _is_note_mark(token, before):
                self._words.append(" ")
            before = token
            if token.kind == "text":
                self._text(token.value, token.at)
            elif token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token.value)
            elif self._raw is not None:
                self._code(self._raw, token)
        self._finish()

    def _start(self, tag: Token) -> None:
        name = tag.value
        self._in_ruby = name in _RUBY
        if _BLOCK.fullmatch(name):
            self._finish()
            if not tag.closed and name not in _VOID:
                self._verbatim = name in ("pre", "textarea")
                self._heading = _HEADINGS.get(name)
        if name == "tspan" and self._words and not _LINE_ATTRIBUTES.isdisjoint(tag.attributes):
            self._words.append(" ")
        if name in _BOXES:
            self._language = _language_of(tag) or self._language
        self._raw = tag if name in ("script", "style") else None
        recognised = tag.attributes.get("class", "").startswith("ocr")  # by a program, in hOCR
        if recognised and tag.attributes["class"] != "ocrx_word":
            self._finish()
        # There a title says where each word stood.
        for text in () if recognised else dict.fromkeys(_shown_of(tag)):
            self._text(f" {' '.join(text.split())} ", tag.at)
        if name == "meta":
            self._finish()

    def _end(self, name: str) -> None:
        self._in_ruby = False
        if _BLOCK.fullmatch(name):
            self._finish()
            self._heading, self._verbatim, self._language = None, False, None

    def _text(self, data: str, at: int) -> None:
        if self._in_ruby and self._words:
            self._ruby.append(data.strip("() \n（）"))
            return
        if not data.strip():
            if self._words:
                self._words.append(data)
            return
        if not self._words:
            space = data[: len(data) - len(data.lstrip())]
            self._row = self._rows.of(at) + space.count("\n")
        self._words.append(data)

    def _finish(self) -> None:
        """Make a block of the words collected so far."""
        if not self._words:
            return
        text = " ".join(filter(None, ("".join(self._words), "".join(self._ruby))))
        self._words, self._ruby = [], []
        lines = text.strip("\n").split("\n") if self._verbatim else [" ".join(text.split())]
        sources = range(self._row, self._row + len(lines))
        title = "" if self._heading is None else clean_title(lines[0])
        language = self._language if self._verbatim else None
        self.blocks.append(Block(lines, sources, self._heading, title, language))

    def _code(self, tag: Token, raw: Token) -> None:
        """Add the content of a script or style as a block; that of a template is read as HTML."""
        content = raw.value.strip()
        if not content:
            return
        row = self._rows.of(raw.at + raw.value.index(content[0]))
        language = code_language(tag)
        if language is None and "<" in content and self._depth < _DEEPEST:  # a template
            inner = _Page(content, row, self._depth + 1)
            inner.read()
            self.blocks += inner.blocks
            return
        lines = raw.value.strip("\n").rstrip().split("\n")
        while lines and not lines[0].strip():
            del lines[0]
        sources = range(row, row + len(lines))
        self.blocks.append(Block(lines, sources, None, "", language, apart=True))


def _shown_of(tag: Token) -> list[str]:
    """List the attributes of a tag that are shown or read aloud."""
    attributes = tag.attributes
    texts = [attributes[key] for key in _TEXT_ATTRIBUTES if attributes.get(key, "").strip()]
    if tag.value == "input" and attributes.get("type", "").lower() in _BUTTONS:
        texts.append(attributes.get("value", ""))
    if tag.value == "meta":
        key = attributes.get("name") or attributes.get("property") or ""
        texts += [attributes.get("content", "")] if key.lower() in _DESCRIPTIONS else []
    return texts


def _is_note_mark(tag: Token, before: Token | None) -> bool:
    """Tell whether a tag begins the mark of a footnote, which no blank parts from its word."""
    if tag.kind != "start" or tag.value not in ("a", "sup"):
        return False
    if "noteref" in tag.attributes.get("epub:type", "") + tag.attributes.get("role", ""):
        return True
    names = {tag.value, before.value if before and before.kind == "start" else ""}
    return names == {"a", "sup"}


def _language_of(tag: Token) -> Language | None:
    """Find the language of code that a tag names; None if it names none."""
    classes = [each.rstrip(";") for each in tag.attributes.get("class", "").split()]
    names = [_CODE_CLASS.sub("", each) for each in classes if _CODE_CLASS.match(each)]
    if tag.value in ("pre", "code"):
        names += [tag.attributes.get(key, "") for key in _CODE_ATTRIBUTES] + classes
    found = (language_named(name) for name in names if name)
    return next((each for each in found if each and each.kind == "code"), None)


def code_language(tag: Token) -> Language | None:
    """Return the language of the script or style with a tag; None if it is unknown."""
    kind = tag.attributes.get("lang") or tag.attributes.get("type", "")
    name = kind.lower().partition(";")[0].strip()
    if tag.value == "style":
        return LANGUAGES.get(name) or LANGUAGES["sass" if name == "scss" else "css"]
    if name in ("", "ts"):
        return LANGUAGES["typescript" if name else "javascript"]
    return next((LANGUAGES[found] for part, found in _TYPES if part in name), None)
