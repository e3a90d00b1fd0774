"""What is shown of a hit: the line that answers, marks, lines around it; and hits as files."""

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit import wording
from searchkit.hits import best_line, excerpt, export
from searchkit.hits.hit import Hit
from searchkit.status import Freshness
from searchkit_index.pipeline.report import Progress


@pytest.fixture
def hit(tree: Path) -> Hit:
    lines = (tree / "net/sockets.py").read_text().split("\n")
    return Hit(
        root=tree,
        path="net/sockets.py",
        start_line=4,
        end_line=6,
        symbol="open_socket",
        language="python",
        kind="definition",
        text="\n".join(lines[3:6]),
        score=1.0,
        terms=excerpt.terms_to_mark("connect to a host"),
    )


def test_the_line_that_answers_is_shown_and_not_the_first(hit: Hit) -> None:
    assert hit.line == 5
    assert hit.excerpt == '"""Connect to a host and return the socket."""'
    marked = [hit.excerpt[start:end] for start, end in excerpt.marks(hit.excerpt, hit.terms)]
    assert marked == ["Connect", "host"]


def chosen(hit: Hit, text: str, symbol: str = "") -> int:
    return best_line.best_line(replace(hit, text=text, symbol=symbol)).offset


def test_words_that_stand_for_one_word_of_the_question_counted_as_several(hit: Hit) -> None:
    text = "def close_socket(sock):\n    pass\ndef open_socket(host):"
    standing = {"ソケット": ["sock", "socket"], "開": ["open"]}
    terms = frozenset({"sock", "socket", "open"})
    shown = replace(hit, text=text, terms=terms, standing=standing)
    assert best_line.best_line(shown).offset == 2


def test_a_line_without_words_of_the_question_says_something_at_least(hit: Hit) -> None:
    assert chosen(hit, "/**\n\n * Opens it.\n */") == 2
    assert chosen(hit, "") == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/**\n * Opens a channel for a peer.\n */", 1),
        ("\\label{sec:socket-connect}\nOpening a channel for a peer.", 1),
        ("\\index{socket!connect}\nOpening a channel for a peer.", 1),
        ("#+cindex: connect a socket to a host\nOpening a channel for a peer.", 1),
        ("@cindex connect a socket\nOpening a channel for a peer.", 1),
        ("(((connect, socket)))\nOpening a channel for a peer.", 1),
        ("package net\n\nfunc Dial(host string, port int) Conn {", 2),
        ("# Sockets\n\nHow they are opened.", 2),
        ("from net import sockets\nclass Pool:\n    limit: int = 3  # peers at a time", 2),
        ("// Copyright 2020 The Authors\n// Reads frames until the peer closes.", 1),
    ],
)
def test_a_line_that_repeats_the_title_or_opens_a_comment_says_nothing(hit, text, line) -> None:
    assert chosen(hit, text, symbol="Sockets") == line


@pytest.mark.parametrize(
    "line",
    [
        '<div align="center"> <img src="https://example.org/peer/limit/9c4d-3f2e.png"/> </div><br>',
        "![](https://example.org/peer/limit/waits/for/it.png)",
        "* [Peers and limits](#peers-and-limits)",
        "<!-- a remark about peers and limits -->",
    ],
)
def test_a_picture_an_address_or_an_entry_of_the_contents_was_shown(hit: Hit, line: str) -> None:
    assert chosen(hit, f"{line}\nHow many wait.\n") == 1
    assert chosen(hit, f"[The guide to peers]({line[-9:]}) tells it.\nWaits.") == 0


def test_when_and_to_whom_a_message_was_sent_was_shown_in_place_of_what_it_says(hit: Hit) -> None:
    sent = "To: A Host <host@example.org>\nDate: Tue, 05 Mar 2024 10:11:12 +0100"
    assert chosen(hit, f"Lunch\nFrom: B <b@example.org>\n{sent}\nNobody comes on Friday.") == 4
    assert chosen(hit, "Date: when it connects\nNobody comes.") == 0


@pytest.mark.parametrize("question", ["retry", "function retry"])
def test_the_one_word_that_was_asked_for_is_shown(hit: Hit, question: str) -> None:
    """A longer line that held none of it was shown."""
    text = "How it is done in the end.\n\nconst retry = (n) => n > 3"
    assert chosen(replace(hit, terms=excerpt.terms_to_mark(question)), text) == 2


def test_of_a_number_with_a_fraction_another_with_the_same_whole_was_shown(hit: Hit) -> None:
    text = "08:00;T1;22,1;all well here\n08:00;T2;22,4;ok"
    assert chosen(replace(hit, terms=excerpt.terms_to_mark("22,4")), text) == 1


def test_a_word_with_another_ending_counts_for_less_than_the_word_itself(hit: Hit) -> None:
    """It counted for nothing: of the lines about it the longest was shown."""
    about = "It keeps every file of the cache for later.\nConnected ones are dropped at the end."
    assert chosen(hit, about) == 1
    assert chosen(hit, about + "\nWhere they connect to something.") == 2


@pytest.fixture
def asked() -> list[Sequence[str]]:
    return []


@pytest.fixture
def meant(hit: Hit, asked: list[Sequence[str]]) -> Hit:
    """One of two hits of an answer that have no word of the question, and one that has some."""

    def cosines(lines: Sequence[str]) -> np.ndarray:
        asked.append(lines)
        return np.array([float(line.startswith("return")) for line in lines], np.float32)

    foreign = replace(hit, terms=excerpt.terms_to_mark("wo wird verbunden"))
    other = replace(foreign, text="Waits until it may go on.\nreturn what was read of it")
    told = replace(hit, terms=excerpt.terms_to_mark("connect a socket"))
    nearest = best_line.Nearest(cosines, [foreign, told, other])
    assert replace(told, nearest=nearest).line == 5
    assert not asked
    assert replace(other, nearest=nearest).excerpt == "return what was read of it"
    return replace(foreign, nearest=nearest)


def test_meaning_chooses_the_line_where_words_do_not(meant: Hit) -> None:
    assert (meant.line, meant.excerpt, meant.column) == (6, "return connect(host, port)", 5)
    assert pickle.loads(pickle.dumps(meant)).nearest is None


def test_the_model_runs_once_for_the_lines_of_all_hits_of_an_answer(meant: Hit, asked) -> None:
    """It ran once a hit, which took several times as long as the search."""
    assert meant.line == 6
    assert [len(lines) for lines in asked] == [4]
    unknown = replace(meant, text="Nothing of the answer.\nreturn nothing of the answer")
    assert unknown.excerpt == "Nothing of the answer."
    assert len(asked) == 1


def test_lines_that_were_embedded_for_one_question_are_not_for_the_next() -> None:
    made: list[Sequence[str]] = []

    def encode(lines: Sequence[str]) -> np.ndarray:
        made.append(lines)
        return np.array([[len(line)] for line in lines], np.float32)

    vectors = best_line.LineVectors(encode)
    assert vectors(["a", "bb", "a"]).tolist() == [[1], [2], [1]]
    assert vectors(["ccc", "bb"]).tolist() == [[3], [2]]
    assert made == [["a", "bb"], ["ccc"]]


@pytest.mark.parametrize(
    ("line", "question", "marked"),
    [
        ("ថ្ងៃនេះខ្ញុំទៅផ្សារទិញ", "ផ្សារ", "ផ្សារ"),
        ("ဒီနေ့ ကျွန်တော် ဈေး", "ကျွန်တော်", "ကျွန်တော်"),
        ("मछली और सब्ज़ी है", "सब्जी", "सब्ज़ी"),
        ("đi chợ".translate({0xF4: "o\u0302", 0x1EE3: "o\u031b\u0323"}), "chợ", "cho\u031b\u0323"),
        ("ra ẹja àti ẹ̀fọ́.", "efo", "ẹ̀fọ́"),
        ("إِلَى السُّوقِ", "السوق", "السُّوقِ"),
        ("لָא לַשּׁוּק", "לשוק", "לַשּׁוּק"),
        ("من می\u200cخواهم", "میخواهم", "می\u200cخواهم"),
        ("\u1109\u1162\u11bc\u1109\u1165\u11ab", "생선", "\u1109\u1162\u11bc\u1109\u1165\u11ab"),
        ("ﾀﾉ ﾌﾟﾘﾝﾀｰ", "プリンター", "ﾌﾟﾘﾝﾀｰ"),
        ("a co\u00adoperation", "cooperation", "co\u00adoperation"),
        ("10 ㎏", "kg", "㎏"),
        ("über die Größe", "groesse", "Größe"),
        ("ГлавноеОкно", "окно", "Окно"),
        ("to Hawai'i's shore", "hawaii", "Hawai'i"),
        ("to Hawai\u02bbi", "hawaii", "Hawai\u02bbi"),
        ("couper l’oignon", "oignon", "oignon"),
    ],
)
def test_words_with_marks_or_in_another_form_were_not_marked(
    line: str, question: str, marked: str
) -> None:
    found = excerpt.marks(line, excerpt.terms_to_mark(question))
    assert [line[start:end] for start, end in found] == [marked]


def test_words_are_marked_in_every_script_and_inside_identifiers() -> None:
    def marked(request: str, line: str) -> list[str]:
        spans = excerpt.marks(line, excerpt.terms_to_mark(request))
        return [line[start:end] for start, end in spans]

    assert marked("where is the config file", "parseConfigFile(the_file)") == [
        "Config",
        "File",
        "file",
    ]
    assert marked("散歩", "公園を散歩しました") == ["散歩"]
    assert marked("日本語", "これは日本語です") == ["日本語"]
    assert marked("cafe", "le Café noir") == ["Café"]
    assert marked("is it", "it is") == ["it", "is"]


def test_context_is_read_from_the_file_while_it_holds_the_lines(hit: Hit) -> None:
    lines, first, note = hit.with_context(2)
    assert (first, len(lines), note) == (2, 7, "")
    assert lines[2].startswith("def open_socket")
    assert hit.with_context(1_000).first == 1
    hit.file.write_text("nothing of it\n")
    changed = hit.with_context(2)
    assert (changed.first, changed.lines) == (4, hit.text.split("\n"))
    assert changed.note == "changed since it was indexed"
    hit.file.unlink()
    assert "vanished" in hit.with_context(2).note


def test_a_part_of_a_long_line_was_said_to_have_changed(tree: Path, open_index) -> None:
    line = " ".join(f"word{number} quokka" for number in range(500))
    (tree / "long.md").write_text(line + "\n")
    with open_index(tree) as index:
        index.build()
        hits = [hit for hit in index.search("quokka", limit=50) if hit.path == "long.md"]
    assert len(hits) > 1
    assert {hit.reread().note for hit in hits} == {""}


def test_text_that_is_not_the_lines_of_its_file_was_said_to_have_changed(
    tree: Path, open_index
) -> None:
    page = "<html><body><h1>Quokka</h1>\n<p>A <b>quokka</b> &amp; a\nfriend.</p></body></html>\n"
    (tree / "page.html").write_text(page)
    with open_index(tree) as index:
        index.build()
        hit = next(hit for hit in index.search("quokka friend") if hit.path == "page.html")
    assert hit.reread().note == hit.with_context(3).note == ""


def test_each_hit_in_a_large_log_read_all_of_it(tmp_path: Path) -> None:
    log = tmp_path / "all.log"
    log.write_bytes(b"one more line\n" * 200_000)
    lines, first, note = excerpt.whole_file(tmp_path, log.name, "one more line", 9, 9)
    assert (len(lines) < 100_000, first, note) == (True, 1, "")
    lines, first, note = excerpt.whole_file(tmp_path, log.name, "one more line", 150_000, 150_000)
    assert (lines.count("one more line"), first, note) == (200_000, 1, "")


@pytest.mark.parametrize(("name", "data"), [("a.ipynb", "{}"), ("a.mm", "<map version='1.0'>")])
def test_the_words_of_a_notebook_or_a_mind_map_are_shown_and_not_its_source(
    tmp_path: Path, name: str, data: str
) -> None:
    (tmp_path / name).write_text(data)
    shown = excerpt.whole_file(tmp_path, name, "one\ntwo", 7, 9)
    assert (shown.lines, shown.first) == (["one", "two"], 7)


@given(st.text(), st.text())
def test_marks_lie_inside_the_line_in_order_and_never_overlap(question: str, line: str) -> None:
    at = 0
    for start, end in excerpt.marks(line, excerpt.terms_to_mark(question)):
        assert at <= start < end <= len(line)
        at = end


@given(st.text(), st.text())
def test_marks_lie_inside_the_line_and_the_best_line_is_one_of_the_text(
    request: str, text: str
) -> None:
    terms = excerpt.terms_to_mark(request)
    assert all(0 <= start < end <= len(text) for start, end in excerpt.marks(text, terms))
    hit = SimpleNamespace(text=text, terms=terms, standing={}, patterns=(), symbol="")
    offset, line = best_line.best_line(hit)
    assert text.split("\n")[offset].strip() == line


def test_hits_are_written_as_json_lines_markdown_and_a_quickfix_list(hit: Hit) -> None:
    ticked = replace(hit, text="a ``` fence", path="notes/x.md", symbol="", language=None)
    (record, _) = map(json.loads, export.json_lines("x", [hit, ticked]).splitlines())
    assert record == json.loads(json.dumps(hit.record()))
    assert record["line"] == 5
    page = export.markdown("where it connects", [hit, ticked])
    assert page.startswith("# where it connects\n")
    assert "```python\ndef open_socket" in page
    assert "````\na ``` fence\n````" in page
    assert export.quickfix("x", [hit]) == f"{hit.file}:5:1: open_socket\n"
    assert {each.suffix for each in export.FORMATS} == {".jsonl", ".md", ".qf"}


@pytest.mark.parametrize(
    ("freshness", "told", "catches_up"),
    [
        (Freshness(3, 0, 0, 0, busy=False), [], False),
        (Freshness(3, 0, 1, 0, busy=False), ["1 file changed and is not indexed yet"], True),
        (Freshness(3, 0, 2, 1, busy=False), ["1 passage is found by words", "2 files"], True),
        (Freshness(3, 0, 2, 0, busy=True), ["being indexed"], False),
        (Freshness(3, 0, 3, 0, busy=False, older=2), ["1 file changed", "2 files are found"], True),
        (Freshness(3, 0, 1, 0, busy=False, older=1), ["1 file is found as before the up"], True),
    ],
)
def test_freshness_is_told_in_sentences(freshness, told: list[str], catches_up: bool) -> None:
    sentences = wording.uncovered(freshness)
    assert len(sentences) == len(told)
    assert all(part in sentence for part, sentence in zip(told, sentences, strict=True))
    assert wording.can_catch_up(freshness) is catches_up


def test_numbers_have_their_nouns() -> None:
    assert wording.amount(1, "file") == "1 file"
    assert wording.amount(1_204, "file") == "1,204 files"
    assert wording.progress(Progress("embed", 2, 1_500)) == "embedding: 2 of 1,500 passages"
    assert wording.moment(None) == "not finished yet"
    assert wording.moment(1e30) == "unknown"


def test_a_file_with_escaped_letters_was_called_changed_and_shown_as_escapes(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.json").write_text('{\n "a": "Gr\\u00fc\\u00dfe"\n}\n')
    shown = excerpt.whole_file(tmp_path, "a.json", ' "a": "Grüße"', 2, 2)
    assert (shown.lines[1], shown.note) == (' "a": "Grüße"', "")


def test_the_small_words_of_a_question_in_spanish_were_marked_in_every_line() -> None:
    question, line = "humedades de la pared", "Las humedades de la pared, de nuevo"

    def marked(language: str | None) -> list[str]:
        terms = excerpt.terms_to_mark(question, language)
        return [line[start:end] for start, end in excerpt.marks(line, terms)]

    assert marked("es") == ["humedades", "pared"]
    assert marked(None).count("de") == 2
    assert excerpt.terms_to_mark("how processes die", "en") == {"processes", "die"}
    assert excerpt.terms_to_mark("por la", "es") == {"por", "la"}  # it is all there is
