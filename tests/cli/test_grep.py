"""Words that must match beside what is asked, and output in grep's forms."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


def lines(done) -> list[str]:
    return done.stdout.splitlines()


def test_only_chunks_that_match_all_patterns_answer(indexed: Path, searchkit) -> None:
    found = lines(searchkit("query", "open a connection", indexed, "-e", r"def \w+_socket", "-l"))
    assert found == [str(indexed / "net/sockets.py")]
    both = ["-e", "return", "-F", "connect(host, port)"]
    (hit,) = lines(searchkit("query", "sopa", indexed, *both))
    assert hit.startswith(f"{indexed}/net/sockets.py:1-10: ")
    assert hit.endswith(": return connect(host, port)")  # the line that matches both
    done = searchkit("query", "open a socket", indexed, "-F", "connect(host, port)", "-F", "sopa")
    assert (done.returncode, done.stdout) == (1, "")


def test_case_and_whole_words(indexed: Path, searchkit) -> None:
    ask = ("query", "soup", indexed, "-l", "-F", "LA SOPA DE")
    assert searchkit(*ask).returncode == 1
    assert lines(searchkit(*ask, "-i")) == [str(indexed / "notes/receta.md")]
    word = ("query", "socket", indexed, "-l", "-e", "socke")
    assert lines(searchkit(*word)) == [str(indexed / "net/sockets.py")]
    assert searchkit(*word, "-w").returncode == 1


def test_patterns_narrow_before_the_best_are_chosen(tmp_path: Path, searchkit) -> None:
    root = tmp_path / "many"
    root.mkdir()
    for number in range(30):
        (root / f"{number}.txt").write_text(f"a wombat digs burrow {number}\n")
    (root / "far.txt").write_text("an unrelated invoice, needle\n")
    searchkit("index", "-q", root)
    ask = ("query", "wombat burrow", root, "-n", "1")
    assert lines(searchkit(*ask, "-F", "needle", "-l")) == [str(root / "far.txt")]
    assert len(lines(searchkit("query", "wombat", root, "-e", "wombat", "-l"))) == 30
    assert len(lines(searchkit("query", "wombat", root, "-l"))) == 10


def test_counts_and_files_name_copies_too(tmp_path: Path, searchkit) -> None:
    root = tmp_path / "copies"
    root.mkdir()
    for name in ("a.txt", "b.txt"):
        (root / name).write_text("the same wombat\n")
    searchkit("index", "-q", root)
    assert sorted(lines(searchkit("query", "wombat", root, "-c"))) == [
        f"{root}/a.txt:1",
        f"{root}/b.txt:1",
    ]


def test_vimgrep_has_line_and_byte_column_of_the_match(indexed: Path, searchkit) -> None:
    (hit,) = lines(searchkit("query", "散歩", indexed, "-F", "公園", "--vimgrep"))
    line = "今日は天気がとても良いので、公園を散歩しました。"
    column = len(line[: line.index("公園")].encode()) + 1
    assert hit == f"{indexed}/notes/日記.txt:1:{column}:{line}"
    told = json.loads(searchkit("query", "散歩", indexed, "-F", "公園", "--jsonl").stdout)
    assert (told["line"], told["column"], told["excerpt"]) == (1, column, line)


def test_a_line_of_a_whole_page_filled_the_screen_of_a_pipe(tmp_path: Path, searchkit) -> None:
    root = tmp_path / "wide"
    root.mkdir()
    filler = "some words of no account, one after another, ".replace(",", "é") * 10
    (root / "a.txt").write_text(f"{filler}a wombat digs a burrow {filler}\n")
    searchkit("index", "-q", root)
    ask = ("query", "wombat burrow", root)
    (hit,) = [json.loads(line) for line in lines(searchkit(*ask, "--jsonl"))]
    assert hit["excerpt"] == f"{filler}a wombat digs a burrow {filler}".strip()
    for form in ((), ("--vimgrep",), ("-F", "wombat"), ("-F", "wombat", "--vimgrep")):
        (line,) = lines(searchkit(*ask, *form))
        assert len(line) < len(str(root)) + 330
        before, _, after = line.partition("a wombat digs a burrow ")
        assert before.count("…") == 1
        assert after.endswith("…")
    assert f":1:{len((filler + 'a ').encode()) + 1}:…" in before


def test_a_nul_ends_paths_as_they_are(tmp_path: Path, searchkit) -> None:
    root = tmp_path / "odd"
    root.mkdir()
    (root / "new\nline \x1b[1m.txt").write_text("a wombat\n")
    searchkit("index", "-q", root)
    found = searchkit("query", "wombat", root, "-l", "-0").stdout
    assert found == f"{root}/new\nline \x1b[1m.txt\0"
    assert searchkit("query", "wombat", root, "-c", "-0").stdout == found + "1\n"
    assert searchkit("query", "wombat", root, "-l").stdout == f"{root}/new\\nline \\x1b[1m.txt\n"


def test_lines_before_and_after(tmp_path: Path, searchkit) -> None:
    root = tmp_path / "long"
    root.mkdir()
    text = [f"line {number} of a long tale about wombats and burrows" for number in range(140)]
    text[70] = "needle"
    (root / "long.txt").write_text("\n".join(text))
    searchkit("index", "-q", root)
    ask = ("query", "wombat", root, "-F", "needle")
    (hit,) = [json.loads(line) for line in lines(searchkit(*ask, "--jsonl"))]
    first, last = hit["start_line"], hit["end_line"]
    assert 3 < first <= last < 130
    numbered = [int(line.split()[0]) for line in lines(searchkit(*ask, "-B", "1", "-A", "2"))[1:]]
    assert numbered == list(range(first - 1, last + 3))
    assert searchkit(*ask, "-C", "1").stdout == searchkit(*ask, "-B", "1", "-A", "1").stdout


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["-i"], "give one of them"),
        (["-e", "("], "no regular expression"),
        (["-l", "-c"], "exclude each other"),
        (["--json", "--vimgrep"], "exclude each other"),
        (["-0"], "goes with"),
    ],
)
def test_what_cannot_be_is_refused(indexed: Path, searchkit, typed: list[str], told: str) -> None:
    done = searchkit("query", "x", indexed, *typed)
    assert done.returncode == 2
    assert told in done.stderr


def test_similar_takes_text_from_stdin_and_query_from_a_file(
    indexed: Path, searchkit, tmp_path: Path
) -> None:
    code = "def open_socket(name):\n    return connect(name)\n"
    first = lines(searchkit("similar", "-", cwd=indexed, stdin=code))[0]
    assert first.startswith("net/sockets.py:")
    (tmp_path / "like.py").write_text(code)
    for typed in (["--like", tmp_path / "like.py", indexed], ["--like", "-", "--in", indexed]):
        assert lines(searchkit("query", *typed, stdin=code))[0].startswith(f"{indexed}/net/")
    own = searchkit("query", "--like", indexed / "net/sockets.py", indexed, "-l")
    assert own.returncode == 0
    assert str(indexed / "net/sockets.py") not in lines(own)


@pytest.mark.parametrize(
    "typed", [["--like", "-"], ["--like", "/nosuch"], ["--like", "/bin/sh"], []]
)
def test_what_is_no_text_to_be_like_is_refused(indexed: Path, searchkit, typed) -> None:
    done = searchkit("query", *typed, cwd=indexed, stdin=" \n")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 3


def test_a_text_from_a_pipe_was_a_file_that_there_is_not(
    indexed: Path, searchkit, tmp_path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        pool.submit(pipe.write_text, "def open_socket(name):\n    return connect(name)\n")
        done = searchkit("query", "--like", pipe, indexed)
    assert lines(done)[0].startswith(f"{indexed}/net/sockets.py:")
