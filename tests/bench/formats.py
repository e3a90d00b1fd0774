"""Compares what is read of real files with what stands in them, format by format.

    python tests/bench/formats.py FOLDER [--all] [--fetch [--from ADDRESS]]

FOLDER holds any files: one or a few for each format and language; `--fetch` first brings into it
those public ones that `formats.toml` names. Each is read in a process of its
own. Its words are read a second time in another way (tags cut out of the XML, the text of a PDF by
pypdf, the source of text as it is), and looked for among the terms of its chunks. A file is read
well when 98 of 100 of its words are there, source code has names of definitions, and documents
without lines have places. Prints a row for each format, and the files that are not read well, or
with `--all` every file.
"""

import argparse
import email
import email.policy
import html
import io
import json
import os
import re
import resource
import statistics
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from searchkit_index import words
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.marks import marks
from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

ENOUGH = 0.98
LIMIT = 4_000_000  # bytes of a file
PLACED = {
    *("pdf", "pptx", "xlsx", "spreadsheet", "epub"),
    *("mail", "subtitles", "notebook", "calendar", "contacts"),
}

_WORD = re.compile(rf"[\w{marks()}]{{3,}}")
# Tags that may stand within a word.
_INLINE = (
    r"</?(?:w:r|w:t|w:proofErr|w:softHyphen|w:bookmark\w+|a:r|a:t|a:rPr|text:span|span|b|i|em|strong|a"
    r"|r|t|rPr)(?:[\s/][^>]*)?>"
)
_XML_TEXT = {
    "docx": re.compile(r"word/(?:document|footnotes|endnotes|comments)\.xml"),
    "pptx": re.compile(r"ppt/(?:slides|notesSlides)/[^/]+\.xml"),
    "xlsx": re.compile(r"xl/sharedStrings\.xml"),
    "opendocument": re.compile(r"content\.xml"),
    "spreadsheet": re.compile(r"content\.xml"),
    "epub": re.compile(r".*\.x?html?"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one file."""

    path: str
    language: str
    chunks: int = 0
    symbols: int = 0
    places: int = 0
    defines: bool = False
    share: float = 0.0
    missing: tuple[str, ...] = ()
    seconds: float = 0.0
    megabytes: float = 0.0
    reason: str = ""

    @property
    def well(self) -> bool:
        """Whether all of it is there."""
        known = LANGUAGES.get(self.language)
        parsed = known is not None and known.kind == "code" and known.grammar is not None
        named = self.symbols or not parsed or not self.defines or self.chunks < 3
        placed = self.places or self.language not in PLACED
        return bool(self.chunks and self.share >= ENOUGH and named and placed)


def source_words(name: str, language: str, data: bytes) -> set[str]:
    """Read the words of a file in another way than searchkit does."""
    reader = _READERS.get(language)
    if language in _XML_TEXT:
        text = _of_members(data, _XML_TEXT[language])
    else:
        text = reader(data) if reader else _decoded(data)
    return set(words.terms(" ".join(_WORD.findall(text.replace("\u00ad", "")))))


def _decoded(data: bytes) -> str:
    from charset_normalizer import from_bytes

    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(from_bytes(data).best() or "")


def _of_members(data: bytes, names: re.Pattern[str]) -> str:
    if not data.startswith(b"PK"):
        return _without_tags(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = [archive.read(name) for name in archive.namelist() if names.fullmatch(name)]
    return " ".join(map(_without_tags, found))


def _without_tags(data: bytes) -> str:
    text = _decoded(data)
    hidden = (
        r"w:delText|w:instrText|office:binary-data|binary|head|w:rPr|stylesheet|description"
        r"|a:tableStyleId|p:attrName|wp:posOffset|wp:align|wp14:pct\w+|text:tracked-changes|text:note-citation|dc:creator|dc:date"
    )
    text = re.sub(rf"(?s)<({hidden})\b.*?</\1>|<!--.*?-->|<\?.*?\?>", "", text)
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(_INLINE, "", text)))


def _of_page(data: bytes) -> str:
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", " ", _decoded(data))
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(_INLINE, "", text)))


def _of_mail(data: bytes) -> str:
    if data.startswith(b"From "):
        data = re.split(rb"\n(?=From \S+ .*\d{4})", data)[0].partition(b"\n")[2]
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    said = body.get_content() if body else ""
    if body and "html" in body.get_content_type():
        said = _of_page(said.encode())
    return f"{message['Subject'] or ''} {said}"


def _of_notebook(data: bytes) -> str:
    cells = json.loads(data).get("cells", ())
    return " ".join("".join(cell["source"]) for cell in cells)


def _of_pdf(data: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"(\w)- *\n(\w)", r"\1\2", "\n".join(page.extract_text() for page in pages))


def _of_tex(data: bytes) -> str:
    accent = r"\{?\\(?:[`'^~=.\"]\s?|[uvHcdkr](?=[ {]))\{?\\?\w?\}*"
    text = re.sub(rf"\w*(?:{accent}\w*)+", " ", _decoded(data))
    return re.sub(
        r"\\[A-Za-z@]+(?:_[A-Za-z@_]+:[A-Za-z]*)?|%.*",
        " ",
        re.sub(r"\\(?:begin|end)\{\w+\*?\}", " ", text),
    )


def _of_manual(data: bytes) -> str:
    text = re.sub(r"(?ms)^\.(?:de|ig|am)\b.*?^\.\.|^[.']\s*\\\".*?$|\\\".*?$", " ", _decoded(data))
    text = re.sub(r"(?ms)^\.TS\b.*?\.$|^\.EQ\b.*?^\.EN", " ", text)
    text = re.sub(r"\\([-.])", r"\1", text)
    text = re.sub(r"\\[fsn*](?:\(..|\[[^\]]*\]|.)|\\\(..|\\.", "", text)
    silent = "als|if|ie|el|nr|ds|ta|tr|Bl|Bd|IP|TP|TH|so|Dt|Os"
    text = re.sub(rf"(?m)^[.']\s*(?:{silent})\b.*$", " ", text)
    macro = re.compile(r"\b[A-Z][a-z0-9A-Z]{0,2}\b")
    return re.sub(r"(?m)^[.'].*$", lambda line: macro.sub(" ", line[0]), text)


def _of_rich_text(data: bytes) -> str:
    text = _without_groups(
        re.sub(rb"[\r\n]+", b"", data),
        (
            b"{\\*",
            b"{\\fonttbl",
            b"{\\colortbl",
            b"{\\stylesheet",
            b"{\\pict",
            b"{\\info",
            b"{\\mmath",
        ),
    )
    text = re.sub(rb"\\-|\\[lr]dblquote ?", b"", text)
    text = re.sub(rb"\w*(?:\\u-?\d+ ?\??|\\'[0-9a-f]{2})\w*", b" ", text)
    apart = rb"\\(?:[lr]quote|par|cell|row|line|tab|sect|page|pard)(?![a-z])-?\d* ?"
    text = re.sub(rb"\\[a-z]+-?\d* ?|[{}\r\n]", b"", re.sub(apart, b" ", text))
    return text.decode("ascii", "replace")


def _without_groups(data: bytes, begins: tuple[bytes, ...]) -> bytes:
    """Cut out the groups of RTF that begin so."""
    kept, position, depth, hidden = [], 0, 0, 0
    for brace in re.finditer(rb"(?<!\\)[{}]", data):
        if not hidden:
            kept.append(data[position : brace.start()])
        position = brace.start()
        depth += 1 if brace[0] == b"{" else -1
        if not hidden and data.startswith(begins, position):
            hidden = depth
        elif hidden and depth < hidden:
            hidden, position = 0, brace.end()
    return b"".join(kept)


def _of_subtitles(data: bytes) -> str:
    text = _decoded(data).replace("\r\n", "\n")
    apart = r"(?m)^(?:WEBVTT|NOTE|STYLE|REGION).*(?:\n.+)*|(?:^.+\n)?^.*-->.*$|<[^>]*>"
    return re.sub(apart, " ", text)


def _of_mind_map(data: bytes) -> str:
    text = re.sub(r"(?s)<head\b.*?</head>|<hook\b.*?>|<!--.*?-->", " ", _decoded(data))
    said = re.findall(r"\b(?:TEXT|text|_note)=\"([^\"]*)\"", text)
    return html.unescape(" ".join((*said, re.sub(r"<[^>]*>", " ", text))))


def _of_entries(data: bytes) -> str:
    names = "title|name|text|desc(?:ription)?|cmt|summary|content(?::encoded)?"
    elements = re.finditer(rf"(?s)<({names})\b[^>]*>(.*?)</\1>", _decoded(data))
    said = (found[2] for found in elements)
    text = re.sub(r"<!\[CDATA\[|\]\]>", "", " ".join(said))
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(_INLINE, "", html.unescape(text))))


def _of_calendar(data: bytes) -> str:
    text = re.sub(r"\r?\n[ \t]", "", _decoded(data))
    said = re.findall(r"(?m)^(?:SUMMARY|DESCRIPTION|LOCATION|FN|NOTE|ORG)\b[^:\n]*:(.*)", text)
    return re.sub(r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], " ".join(said))


def _of_strings(data: bytes) -> str:
    said = re.findall(r'"(?:text|label|file|from|name)":\s*("(?:[^"\\]|\\.)*")', _decoded(data))
    return " ".join(map(json.loads, said))


_READERS: dict[str, Callable[[bytes], str]] = {
    "html": _of_page,
    "svg": _of_page,
    "mail": _of_mail,
    "mindmap": _of_mind_map,
    "notebook": _of_notebook,
    "pdf": _of_pdf,
    "latex": _of_tex,
    "bibtex": lambda data: _of_tex(re.sub(rb"\{(\w+)\}", rb"\1", data)),
    "manpage": _of_manual,
    "rtf": _of_rich_text,
    "subtitles": _of_subtitles,
    "canvas": _of_strings,
    "chat": _of_strings,
    "calendar": _of_calendar,
    "contacts": _of_calendar,
    "feed": _of_entries,
    "places": _of_entries,
    "mediawiki-dump": _of_entries,
    "fictionbook": _without_tags,
}


def measured(path: Path, root: Path) -> Row:
    """Read a file in a process of its own."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inner)
        with os.fdopen(outer, "w") as told:
            json.dump(_told(path), told)
        os._exit(0)
    os.close(outer)
    with os.fdopen(inner) as told:
        text = told.read()
    usage = os.wait4(child, 0)[2]
    found = json.loads(text) if text else {"language": "", "reason": "the process ended"}
    found["missing"] = tuple(found.get("missing", ()))
    return Row(str(path.relative_to(root)), megabytes=usage.ru_maxrss / 1024, **found)


def _told(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    start = time.process_time()
    try:
        contents = read(path.name, data, secrets=True)
    except Unsuitable as unsuitable:
        return {"language": path.suffix.lstrip("."), "reason": unsuitable.reason}
    seconds = time.process_time() - start
    language = contents.language or "text"
    said = words.terms(" ".join(f"{c.symbol}\n{c.text}" for c in contents.chunks))
    try:
        wanted = source_words(path.name, language, data)
    except Exception as error:  # what cannot be read twice is not compared
        return {"language": language, "reason": f"no second reading: {type(error).__name__}"}
    lost = wanted - set(said)
    return {
        "language": language,
        "chunks": len(contents.chunks),
        "symbols": sum(bool(c.symbol) for c in contents.chunks),
        "places": sum(bool(c.place) for c in contents.chunks),
        "defines": len(code_outline(_decoded(data).split("\n")).definitions) > 2,
        "share": 1 - len(lost) / len(wanted) if wanted else 1.0,
        "missing": sorted(lost)[:8],
        "seconds": seconds,
    }


def table(rows: Iterable[Row]) -> None:
    """Print a row for each format, and what is not well."""
    by_language: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_language[row.language].append(row)
    everything = [row for group in by_language.values() for row in group]
    compared = [row for row in everything if not row.reason]
    print(f"{'format':18} files  well  words  names  places  seconds  MB")
    for language, group in sorted(by_language.items()):
        read_ = [row for row in group if not row.reason] or group
        print(
            f"{language:18} {len(group):5} {sum(row.well for row in group):5}"
            f" {statistics.mean(row.share for row in read_):6.1%}"
            f" {sum(bool(row.symbols) for row in group):5}"
            f" {sum(bool(row.places) for row in group):6}"
            f" {max(row.seconds for row in group):8.2f} {max(row.megabytes for row in group):5.0f}"
        )
    well = sum(row.well for row in compared)
    print(f"\n{well} of {len(compared)} files well ({well / max(1, len(compared)):.1%});", end=" ")
    print(f"{len(everything) - len(compared)} left out with a reason")


def fetch(folder: Path, source: str) -> None:
    """Bring the public files that the list names into a folder, unless they are there.

    Ends the program where one does not come; what came before stays.
    """
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    for repository, row in listed.items():
        for path in row["files"]:
            target = folder / repository / path
            if not target.exists():
                wanted = urllib.parse.quote(f"{repository}/{row['commit']}/{path}")
                try:
                    with urllib.request.urlopen(f"{source}/{wanted}", timeout=60) as answer:
                        content = answer.read()
                except (urllib.error.URLError, OSError) as error:
                    reason = getattr(error, "reason", error)
                    sys.exit(f"formats: `{source}/{wanted}` does not come: {reason}")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)


def main() -> None:
    """Read the files of a folder, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="print every file")
    parser.add_argument("--fetch", action="store_true", help="bring the listed public files first")
    parser.add_argument(
        "--from",
        dest="source",
        default="https://raw.githubusercontent.com",
        metavar="ADDRESS",
        help="a server that keeps them by repository, commit and path",
    )
    asked = parser.parse_args()
    if asked.fetch:
        fetch(asked.folder, asked.source.rstrip("/"))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    files = [path for path in sorted(asked.folder.rglob("*")) if path.is_file()]
    rows = [measured(path, asked.folder) for path in files if path.stat().st_size <= LIMIT]
    for row in rows:
        if asked.all or not row.well:
            print(f"{row.path}: {row.language}, {row.share:.1%}", row.reason, *row.missing)
    table(rows)


if __name__ == "__main__":
    sys.exit(main())
