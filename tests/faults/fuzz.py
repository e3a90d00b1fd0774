"""Fuzzes, guided by coverage, what reads what strangers wrote.

    pip install atheris
    python tests/faults/fuzz.py TARGET [--minutes 30] [--corpus FOLDER]

Targets: `read` (bytes to chunks, by our own code; grammars run in a process of their own that may
die), `ignore` (rules against paths), `index` (git's list of files), `question` (any text put to a
real index), `model` (the card, the tokenizer and the graph of a stranger's model), `secrets` (any
text looked through for keys and tokens), `page` (HTML), `mail`, `document` (archives of XML that
are sound, whatever is in them), `archive` (archives that are not), `catalog` (pages of a catalog
that somebody changed), `vectors` (bytes of a vector file). An exception that is not expected, an
input that takes over ten seconds, or memory over two gigabytes ends the run and leaves the input
behind.
FOLDER keeps what was found worth trying for the next run.
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["searchkit", "searchkit_index"]):
    from searchkit.config import Settings
    from searchkit.embedders import load_embedder
    from searchkit.indexes.home import catalog_of
    from searchkit.indexes.index import Index
    from searchkit.printable import printable
    from searchkit_index import words
    from searchkit_index.errors import SearchkitError
    from searchkit_index.languages.language import LANGUAGES
    from searchkit_index.process import contents
    from searchkit_index.reading import page as html
    from searchkit_index.reading.formats import docx, epub, mail, opendocument, pptx, xlsx
    from searchkit_index.reading.text import Unsuitable, decode
    from searchkit_index.walk import ignore, repository, secret

sys.path.append(str(Path(__file__).parent.parent / "index"))  # what the tests share

from cover import check_cover
from documents import packed
from stage import at_home

from searchkit_index.chunking.chunk import LIMIT

Target = Callable[[bytes], object]
_SUFFIXES = sorted({suffix for each in LANGUAGES.values() for suffix in each.suffixes})


def read(data: bytes) -> None:
    """A file of some language: passed over, or covered by its chunks."""
    suffix = _SUFFIXES[data[0] % len(_SUFFIXES)] if data else "txt"
    try:
        found = contents.read(f"file.{suffix}", data[1:], secrets=False, grammar=False)
    except Unsuitable:
        return
    if not (found.language and LANGUAGES[found.language].reader):
        check_cover(decode(data[1:]), found.chunks, LIMIT)
    for chunk in found.chunks:
        words.terms(chunk.text)
        assert "\x1b" not in printable(chunk.text)


def rules(data: bytes) -> None:
    """An ignore file and a path, in one: one rule at a time says what all at once say."""
    content, _, path = data.partition(b"\xff")
    layer = ignore.Layer(ignore.RuleSource.OPTION, "", 0, ignore.parse(content))
    name = path.rpartition(b"/")[2]
    decided = ignore.RuleSet([layer]).decide(name, path, is_folder=False)
    alone = layer.decide(name, path, is_folder=False)
    assert (decided[1] if decided else None) is alone


def secrets(data: bytes) -> None:
    """Any text holds a secret or none, and so does any name; four times it takes four times."""
    text = data.decode(errors="replace")
    found = secret.reason_of(text)
    assert found is None or found.startswith("holds ")
    assert (secret.reason_of(f"# before\n{text}\n") is None) <= (found is None)
    secret.has_secret_name(text)


def index(data: bytes) -> None:
    """Whatever is read of a damaged list is a list."""
    entries, _ = repository.read_index(data, 20)
    assert all(isinstance(path, bytes) for path, _ in entries)


def page(data: bytes) -> None:
    """Any text is a page: its lines come from the lines that it has."""
    text = data.decode(errors="replace")
    for block in html.blocks(text):
        assert len(block.rows) == len(block.sources) > 0
        assert all(0 <= row <= text.count("\n") for row in block.sources)


def message(data: bytes) -> None:
    """Any bytes are mail, or none."""
    with contextlib.suppress(Unsuitable):
        for block in mail.read(data) or ():
            assert block.rows


# Names of elements and attributes, and values, that readers of documents look for.
_ELEMENTS = """
p r t tab br tr tc tbl pPr pStyle outlineLvl docPr del style name lastRenderedPageBreak sheet row c
v si is comment numFmt cellXfs xf workbookPr Relationship sp ph cNvPr sldId txBody h s span table
table-row table-cell text-box annotation page title list item itemref rootfile
"""
_ATTRIBUTES = """
val id r t s ref type name descr Id Target TargetMode outline-level c number-rows-repeated numFmtId
formatCode date1904 idref href full-path styleId
"""
_NAMES, _KEYS = _ELEMENTS.split(), _ATTRIBUTES.split()
_SAID = (
    "1",
    "2",
    "r1",
    "s",
    "b",
    "title",
    "inlineStr",
    "heading 1",
    "99999",
    "\u00b2",
    "x.xml",
    "",
)
_READERS = (docx, pptx, xlsx, opendocument, epub)
_PARTS = {
    "word/document.xml": "word/styles.xml word/comments.xml docProps/core.xml",
    "ppt/presentation.xml": "ppt/_rels/presentation.xml.rels ppt/x.xml ppt/_rels/x.xml.rels",
    "xl/workbook.xml": "xl/_rels/workbook.xml.rels xl/sharedStrings.xml xl/styles.xml xl/x.xml",
    "content.xml": "meta.xml",
    "META-INF/container.xml": "x.xml r1",
}


def document(data: bytes) -> None:
    """Sound XML of the words that a reader looks for, in any order and depth."""
    (number, *codes) = data or b"\0"
    main = list(_PARTS)[number % len(_READERS)]
    names = [main, *_PARTS[main].split()]
    size = len(codes) // len(names) + 1
    parts = {name: _xml(codes[at * size : at * size + size]) for at, name in enumerate(names)}
    flat = main == "content.xml" and number >= 128
    whole = parts[main].encode() if flat else packed(**parts)
    with contextlib.suppress(Unsuitable):
        for block in _READERS[number % len(_READERS)].read(whole):
            assert block.rows


def _xml(codes: list[int]) -> str:
    """Write a document by a code for each step: open an element, say something, or close one."""
    written, opened = ["<x>"], ["x"]
    for code, more in zip(codes[::2], codes[1::2], strict=False):
        if code < 150:
            name = _NAMES[code % len(_NAMES)]
            key, said = _KEYS[more % len(_KEYS)], _SAID[(code ^ more) % len(_SAID)]
            written.append(f'<{name} {key}="{said}">')
            opened.append(name)
        elif code < 200:
            written.append(_SAID[more % len(_SAID)])
        elif len(opened) > 1:
            written.append(f"</{opened.pop()}>")
    return "".join(written + [f"</{name}>" for name in reversed(opened)])


_DOCX = {"word/document.xml": "<x><p><r><t>a wombat</t></r></p></x>", "a/b.bin": "b" * 99}
_SOUND = packed(**_DOCX)


def archive(data: bytes) -> None:
    """An archive with other bytes somewhere."""
    damaged = _spliced(_SOUND, data)
    with contextlib.suppress(Unsuitable):
        docx.read(damaged)


def _spliced(sound: bytes, data: bytes) -> bytes:
    """Put others in the place of some bytes; the first three say where."""
    at = int.from_bytes(data[:3], "big") % len(sound)
    return sound[:at] + data[3:] + sound[at + len(data[3:]) :]


def _damaging(pattern: str) -> Callable[[Path], Target]:
    """Make a target that damages a file of an index: nothing is shown that is not true."""

    def prepare(folder: Path) -> Target:
        (folder / "tree").mkdir()
        (folder / "tree/a.py").write_text("def open_socket(host):\n    return connect(host)\n")
        (folder / "tree/b.md").write_text("# Garten\n\nDer Garten ist groß und grün.\n")
        embedder = load_embedder("nano", threads=1)
        with Index(folder / "tree", embedder, Settings()) as built:
            built.build()
        (victim,) = catalog_of(folder / "tree").parent.glob(pattern)
        sound = victim.read_bytes()

        def try_(data: bytes) -> None:
            victim.write_bytes(_spliced(sound, data))
            with Index(folder / "tree", embedder, Settings()) as damaged:
                for act in (damaged.status, damaged.facets, damaged.files, damaged.skipped):
                    with contextlib.suppress(SearchkitError):
                        act()
                with contextlib.suppress(SearchkitError):
                    for hit in damaged.search("open socket garten", refresh=False):
                        assert hit.text in (folder / "tree" / hit.path).read_text()
                with contextlib.suppress(SearchkitError):
                    damaged.similar("a.py", 1, refresh=False)

        return try_

    return prepare


def question(folder: Path) -> Target:
    """Any text is a question, and its answers come from the files."""
    (folder / "tree").mkdir()
    (folder / "tree/a.py").write_text("def open_socket(host):\n    return connect(host)\n")
    (folder / "tree/日記.md").write_text(
        "# 天気\n\n今日は天気がとても良い。 c++ what's *this* -x\n"
    )
    asked = Index.open(folder / "tree")
    asked.build()

    def try_(data: bytes) -> None:
        text = data.decode(errors="surrogateescape")
        try:
            hits = asked.search(text, mode="lexical", refresh=False)
        except SearchkitError:
            assert not text.strip()
            return
        assert {hit.path for hit in hits} <= {"a.py", "日記.md"}

    return try_


def model(folder: Path) -> Target:
    """A model folder, one of its files damaged: it is refused, or gives vectors."""
    whole = Path(str(files("searchkit") / "models/nano"))
    names = ("searchkit.json", "tokenizer.json", "model.onnx")
    (folder / "model").mkdir()
    for name in names:
        shutil.copyfile(whole / name, folder / "model" / name)

    def try_(data: bytes) -> None:
        damaged = folder / "model" / names[data[0] % 3 if data else 0]
        sound = (whole / damaged.name).read_bytes()
        damaged.write_bytes(_spliced(sound, data[1:]))
        try:
            vectors = load_embedder(str(folder / "model"), threads=1).encode(["a b"], "query")
            assert vectors.shape[0] == 1
        except SearchkitError:
            pass
        finally:
            damaged.write_bytes(sound)

    return try_


TARGETS: dict[str, Callable[[Path], Target]] = {
    "read": lambda _: read,
    "ignore": lambda _: rules,
    "index": lambda _: index,
    "question": question,
    "model": model,
    "secrets": lambda _: secrets,
    "page": lambda _: page,
    "mail": lambda _: message,
    "document": lambda _: document,
    "archive": lambda _: archive,
    "catalog": _damaging("catalog.sqlite"),
    "vectors": _damaging("*.faiss"),
}
"""Each makes its target in a folder."""


def main() -> None:
    """Fuzz one target until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, at_home(Path(scratch) / "home"):
        limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"]
        limits += [f"-max_total_time={arguments.minutes * 60:.0f}", "-print_final_stats=1"]
        if arguments.corpus:
            arguments.corpus.mkdir(parents=True, exist_ok=True)
        corpus = [str(arguments.corpus)] if arguments.corpus else []
        atheris.Setup([sys.argv[0], *limits, *corpus], TARGETS[arguments.target](Path(scratch)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
