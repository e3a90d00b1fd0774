"""Hostile content: whatever a file holds, it costs bounded time and memory, and harms no other."""

import json
import os
import random
import subprocess
import sys
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from documents import pdf_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import tamper

from searchkit.cli import main
from searchkit.printable import printable
from searchkit_index.catalog.chunks import Chunks
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.process.reader import PassedOver, Reader, Source
from searchkit_index.process.worker import TOO_MUCH
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX's"),
]

_RANDOM = random.Random(1)
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_QUOTES = ["'", '"', "`", "${", "}", "#{", "\\", "<<A", "a1b2", "c3d4"]


def unclosed(count: int) -> bytes:
    rows = ("".join(f"a{_RANDOM.getrandbits(12):x}<" for _ in range(8)) for _ in range(count))
    return "\n".join(rows).encode()


def quotes(count: int) -> bytes:
    rows = ("".join(_RANDOM.choices(_QUOTES, k=20)) for _ in range(count))
    return "\n".join(rows).encode()


def pdf_bomb() -> bytes:
    """A page of 300 MB in a thousandth of that."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b"(a) Tj " * 1_000_000) for _ in range(40)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream",
    ]
    return pdf_of(objects)


CONTENTS = {
    "brackets.py": b"[" * 10_000,
    "brackets.json": b"[" * 100_000,
    "angles.java": unclosed(16_000),
    "angles.cs": unclosed(16_000),
    "quotes.rb": quotes(1_000),
    "quotes.sh": quotes(8_000),
    "broken.ipynb": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [' * 2_000,
    "deep.ipynb": b'{"nbformat":4,"cells":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "bytes.md": bytes(range(256)) * 400,
    "utf16.txt": "ключ".encode("utf-16") * 1_000 + b"\xd8",
    "mixed.txt": "café ".encode() * 500 + "café ".encode("latin-1") * 500,
    "page.html": b"<div>" * 100_000 + b"<![x" * 9,
    "archive.zip": b"PK\x03\x04" + os.urandom(5_000),
    "broken.pdf": b"%PDF-1.7\n" + os.urandom(5_000),
    "dashes.md": b"-" * 500_000 + b"\n" + b"=" * 500_000,
    "long.txt": b"a" * 1_000_000,
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("name", CONTENTS)
def test_hostile_content_is_read_or_passed_over_in_time(reader: Reader, name: str) -> None:
    before = time.monotonic()
    (found,) = reader.read([Source(name, CONTENTS[name])])
    assert time.monotonic() - before < 40
    assert isinstance(found, PassedOver) or all(c.text for c in found.chunks)
    (honest,) = reader.read([Source("honest.py", b"def honest():\n    return 1\n")])
    assert not isinstance(honest, PassedOver)
    assert honest.chunks[0].symbol == "honest"


def test_source_that_crashes_a_grammar_is_cut_by_blank_lines_and_harms_no_neighbour() -> None:
    honest = Source("a.rb", b"def honest\n  1\nend\n")
    with Reader(memory=400 << 20) as reader:
        found = list(reader.read([honest, Source("b.rb", CONTENTS["quotes.rb"]), honest]))
    assert not isinstance(found[1], PassedOver)
    assert len(found[1].chunks) > 10
    assert found[0] == found[2]


def test_a_pdf_that_unpacks_to_gigabytes_is_passed_over_with_the_reason() -> None:
    pytest.importorskip("pypdf")
    with Reader() as reader:
        (found,) = reader.read([Source("bomb.pdf", pdf_bomb())])
    assert isinstance(found, PassedOver)
    assert found.reason == TOO_MUCH or "readable PDF" in found.reason


# A process of its own: what a child holds counts from its fork, when it is as large as its parent.
READING = """
import resource, sys
from pathlib import Path
from searchkit_index.process.reader import Reader, Source
with Reader(memory=int(sys.argv[2])) as reader:
    for file in Path(sys.argv[1]).iterdir():
        list(reader.read([Source(file.name, file.read_bytes())]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.slow
def test_the_reader_never_grows_beyond_its_memory(tmp_path: Path) -> None:
    limit = 300 << 20
    for name, data in {**CONTENTS, "line.txt": b"word " * 20_000_000}.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-c", READING, tmp_path, str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) <= limit // 1024


@given(st.binary(max_size=3_000), st.sampled_from([*LANGUAGES, "pdf"]))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_any_bytes_under_any_name_are_read_or_passed_over(
    reader: Reader, data: bytes, language: str
) -> None:
    suffixes = LANGUAGES[language].suffixes if language in LANGUAGES else ("pdf",)
    (found,) = reader.read([Source(f"file.{(*suffixes, 'txt')[0]}", data)])
    if not isinstance(found, PassedOver):
        json.dumps([chunk.text for chunk in found.chunks])


DEATH = ["*" * 500 + "a", "**/" * 200 + "a", "[" * 5_000, "a*" * 300 + "b", "!" * 900, "\\" * 999]


@pytest.mark.parametrize("pattern", DEATH, ids=["stars", "deep", "brackets", "pairs", "not", "\\"])
def test_a_gitignore_pattern_of_death_ends(tmp_path: Path, pattern: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{pattern}\n" * 20)
    for depth in range(1, 20):
        folder = tmp_path / "/".join("a" * 9 for _ in range(depth))
        folder.mkdir()
        (folder / ("a" * 200)).touch()
    before = time.thread_time()
    list(walk(tmp_path, Rules()))
    assert time.thread_time() - before < 5


def test_pipes_and_devices_are_never_opened(tmp_path: Path, open_index) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    os.mkfifo(tree / "pipe.txt")
    (tree / "zero.txt").symlink_to("/dev/zero")
    (tree / "honest.txt").write_text("a wombat")
    with open_index(tree) as index:
        index.build()
        assert index.status().skipped == {
            "not a regular file": 1,
            "symbolic link out of the root": 1,
        }
        assert index.search("wombat")


@given(st.text(st.characters(), max_size=200))
def test_no_text_steers_a_terminal(text: str) -> None:
    shown = printable(text)
    steering = {c for c in shown if unicodedata.category(c) == "Cc"} - set("\t\n")
    assert not steering | {c for c in shown if unicodedata.bidirectional(c) in _TURNING}
    shown.encode()


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs a command in this process; gives its code and all that it wrote."""
    monkeypatch.chdir(Path.cwd())

    def run_(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["searchkit", *map(str, arguments)])
        return main(), "".join(capfd.readouterr())

    return run_


@pytest.mark.parametrize("command", ["query zebra", "status", "index .", "forget .", "similar a:1"])
def test_a_folder_s_name_does_not_steer_a_terminal(
    tmp_path: Path, run: Callable[..., tuple[int, str]], command: str
) -> None:
    folder = tmp_path / "d\x1b]0;pwned\x07\u202e"
    folder.mkdir()
    os.chdir(folder)
    _, said = run(*command.split())
    assert "Traceback" not in said
    assert not set("\x1b\x07\u202e") & set(said)


def test_a_model_s_name_in_a_catalog_does_not_steer_a_terminal(
    tree: Path, index_tree, embedder, run: Callable[..., tuple[int, str]]
) -> None:
    name = "'x' || char(27) || ']0;pwned' || char(7)"
    tamper(index_tree(embedder), f"UPDATE model SET name = {name}")
    code, said = run("query", "socket", tree)
    assert code == 2
    assert "pwned" in said
    assert not set("\x1b\x07") & set(said)


def test_an_answer_is_of_one_moment_though_another_process_writes_within_it(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index, open_index(tree) as other:
        index.build()
        before = index.search("socket", mode="lexical", refresh=False)
        places = Chunks.places

        def overtaken(chunks, chunk_ids):
            (tree / "net/sockets.py").write_text("nothing = 1\n")
            other.build()
            return places(chunks, chunk_ids)

        monkeypatch.setattr("searchkit_index.catalog.chunks.Chunks.places", overtaken)
        assert index.search("socket", mode="lexical", refresh=False) == before
        monkeypatch.undo()
        assert index.search("socket", mode="lexical", refresh=False) != before
