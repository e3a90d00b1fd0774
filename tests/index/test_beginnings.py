"""Of a text that is too large its beginning is read, and said to be no more than that."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit_index.pipeline import intake
from searchkit_index.reading.text import read
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules


@pytest.fixture(autouse=True)
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is so new that it is read twice."""
    monkeypatch.setattr(intake, "_FRESH_NS", 0)


def opened(root: Path, embedder, most: int) -> Index:
    return Index(root, embedder, replace(Settings(), max_file_bytes=most))


def test_of_a_log_that_is_too_large_nothing_was_found(tmp_path: Path, embedder) -> None:
    rows = ["a wombat was seen", *["nothing new"] * 200, "an aardvark was seen"]
    (tmp_path / "all.log").write_text("\n".join(rows))
    with opened(tmp_path, embedder, 1_000) as index:
        index.build()
        (hit,) = index.search("wombat", mode="lexical")
        assert (hit.path, hit.start_line) == ("all.log", 1)
        assert index.search("aardvark", mode="lexical") == []
        remark = "larger than 1 kB: indexed up to 100 bytes, without its newest lines"
        assert index.status().partial == {remark: 1}
        assert index.skipped() == [("all.log", remark)]
        known = index.path_status("all.log")
        assert (known.indexed, known.words) == (True, remark)
        assert "max_file_bytes" in known.hint
        assert index.build().changed == 0
    with opened(tmp_path, embedder, 10_000) as index:
        index.build()
        assert index.search("aardvark", mode="lexical")
        assert index.status().partial == {}
        assert index.path_status("all.log").words == "indexed"
    with opened(tmp_path, embedder, 1_000) as index:
        index.build()
        assert index.search("aardvark", mode="lexical") == []


def test_what_is_written_below_the_beginning_changes_nothing(tmp_path: Path, embedder) -> None:
    log = tmp_path / "all.log"
    log.write_text("nothing new\n" * 200)
    with opened(tmp_path, embedder, 1_000) as index:
        index.build()
        for _ in range(2):
            with log.open("a") as stream:
                stream.write("nothing new\n" * 20)
            assert index.build().embedded == 0
            assert index.refresh(60).stale == 0


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("chat.txt", 1_000),
        ("a.md", 1_000),
        ("all.json", 1_000),  # which may be a chat
        ("all.log", 100),
        ("old/all.log.1", 100),
        ("all.log/a.txt", 1_000),
        ("rows.csv", 100),
        ("rows.jsonl", 100),
        ("all.mbox", 3_200),
        ("a.c", 0),
        ("a.pdf", 0),
        ("a.docx", 0),
        ("a.ipynb", 0),
        ("unknown.bin", 0),
        ("log/syslog", 100),
        ("log/syslog.1", 100),
        ("messages-20261101", 100),
        ("catalina.out", 100),
        ("app.log.2026-11-01", 100),
    ],
)
def test_only_a_text_has_a_beginning(name: str, read: int) -> None:
    rules = Rules(max_bytes=1_000)
    assert rules.beginning(name, 10**10) == read
    assert rules.beginning(name, 1_000) == 0


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("line\n" * 9, "utf-8", "line\n" * 4),
        ("žluť kůň " * 9, "utf-8", "žluť kůň žluť "),
        ("ž" * 40, "utf-16", "ž" * 11),
        ("x" * 40, "utf-8", "x" * 24),
    ],
)
def test_a_beginning_ends_with_a_line_or_a_word(
    tmp_path: Path, text: str, encoding: str, expected: str
) -> None:
    (tmp_path / "f").write_bytes(text.encode(encoding))
    size = (tmp_path / "f").stat().st_size
    assert read(tmp_path, File("f", size, 0), 24, 24).decode(encoding) == expected


def test_large_json_of_a_program_is_left_out_but_for_chats(tmp_path: Path, embedder) -> None:
    messages = [{"id": n, "from": "Ada", "text": f"a wombat {n}"} for n in range(100)]
    chat = {"name": "Burrow", "type": "private_group", "id": 1, "messages": messages}
    (tmp_path / "result.json").write_text(json.dumps(chat))
    (tmp_path / "tokenizer.json").write_text(json.dumps({f"wombat{n}": n for n in range(300)}))
    (tmp_path / "rows.jsonl").write_text('{"said": "wombat"}\n' * 200)
    with opened(tmp_path, embedder, 1_000) as index:
        index.build()
        assert dict(index.files()) == {"result.json": "chat", "rows.jsonl": "json"}
        assert index.skipped() == [
            ("result.json", "larger than 1 kB: indexed up to 1 kB"),
            ("rows.jsonl", "larger than 1 kB: indexed up to 100 bytes"),
            ("tokenizer.json", "larger than 1 kB"),
        ]
        assert index.build().changed == 0
        assert {hit.path for hit in index.search("wombat")} == {"result.json", "rows.jsonl"}


def test_a_log_without_an_end_takes_no_more_than_its_beginning(tmp_path: Path, embedder) -> None:
    (tmp_path / "all.log").touch()
    os.truncate(tmp_path / "all.log", 10**10)  # a hole, without a byte on the disk
    with opened(tmp_path, embedder, 1_000_000) as index:
        index.build()
        assert index.skipped() == [("all.log", "binary")]
        assert index.build().changed == 0


def test_a_large_log_without_an_ending_was_left_out(tmp_path: Path, embedder) -> None:
    row = "Nov 30 07:02:11 host sshd[11]: a wombat logged in\n  trace\n"
    (tmp_path / "syslog").write_text(row * 100)
    (tmp_path / "dmesg").write_text("[    0.004120] usb: a wombat was plugged in\n" * 100)
    (tmp_path / "words").write_text("wombat\n" * 1_000)
    (tmp_path / "tool").write_bytes(b"\x7fELF\0\1\2" * 1_000)
    with opened(tmp_path, embedder, 1_000) as index:
        index.build()
        assert {hit.path for hit in index.search("wombat")} == {"syslog", "dmesg"}
        assert [path for path, reason in index.skipped() if reason == "larger than 1 kB"] == [
            "tool",
            "words",
        ]
        assert "newest" in index.path_status("syslog").words
        assert index.build().changed == 0
