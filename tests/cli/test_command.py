"""The installed command, as a person or a script runs it."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from shell import COMMAND
from small_tree import tamper

from searchkit.indexes.home import catalog_of


def test_version_and_help_are_told(searchkit) -> None:
    assert searchkit("--version").stdout.startswith("searchkit ")
    assert "Exit codes" in searchkit("--help").stdout


def test_forty_options_stood_in_one_list(searchkit) -> None:
    sections = re.split(r"^(\w.*):$", searchkit("query", "--help").stdout, flags=re.MULTILINE)
    help_of = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert "--json " in help_of["How an answer is shown"]
    assert "--glob " in help_of["What may answer"]
    assert "--color " in help_of["Options"]
    assert "--json " in searchkit("list", "--help").stdout.partition("Options:")[2]
    assert "How an answer is shown" not in searchkit("list", "--help").stdout


def test_indexing_tells_what_was_done_on_stderr_only(tree: Path, searchkit) -> None:
    done = searchkit("index", tree)
    assert done.stdout == ""
    assert "5 files" in done.stderr
    assert searchkit("index", "-q", tree).stderr == ""


def test_a_dry_run_lists_files_and_leaves_nothing(tree: Path, searchkit, home: Path) -> None:
    done = searchkit("index", "--dry-run", "--exclude", "notes/", tree)
    assert done.stdout.splitlines() == ["README.md", "net/sockets.py", "parse.go"]
    assert not (home / "indexes").exists()


def test_a_dry_run_counted_all_bytes_of_a_log_whose_beginning_is_read(
    tmp_path: Path, searchkit
) -> None:
    (tmp_path / "all.log").write_bytes(b"one more line\n" * 200_000)
    told = searchkit("index", "--dry-run", tmp_path).stderr
    read = "larger than 1 MB: indexed up to 100 kB, without its newest lines"
    assert told == f"all.log: {read}\n1 file, 0.1 MB\n"


def test_a_dry_run_listed_large_data_that_a_run_leaves_out(tmp_path: Path, searchkit) -> None:
    (tmp_path / "rows.json").write_text('{"wombat": 1}\n' * 100_000)
    (tmp_path / "syslog").write_text("Nov 30 07:02:11 host sshd: a wombat\n" * 40_000)
    done = searchkit("index", "--dry-run", tmp_path)
    assert done.stdout == "syslog\n"
    assert "rows.json: larger than 1 MB\n" in done.stderr


def test_a_dry_run_forgot_the_rules_of_the_index_and_of_the_configuration(
    tree: Path, searchkit, home: Path
) -> None:
    searchkit("index", "-q", "--exclude", "*.go", tree)
    assert "parse.go" not in searchkit("index", "--dry-run", tree).stdout
    assert "parse.go" in searchkit("index", "--dry-run", "--exclude", "*.md", tree).stdout
    (home / "config.toml").write_text("max_file_bytes = 10\n")
    assert (
        "parse.go: larger than 10 bytes"
        in searchkit("index", "--dry-run", "--exclude", "x", tree).stderr
    )


def test_in_a_pipe_each_hit_is_one_line(indexed: Path, searchkit) -> None:
    done = searchkit("query", "open a socket", indexed, "-n", 3)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert 1 <= len(lines) <= 3
    for line in lines:
        path, lines_of_hit, _ = line.split(":", 2)
        assert Path(path).is_file()
        start, _, end = lines_of_hit.partition("-")
        assert int(start) <= int(end)
    assert done.stderr == ""


def test_a_working_folder_inside_the_root_narrows_the_answer(indexed: Path, searchkit) -> None:
    done = searchkit("query", "tomate", cwd=indexed / "notes")
    assert done.stdout.startswith("receta.md:")
    assert "sockets.py" not in done.stdout


def test_json_is_one_object_and_jsonl_one_for_each_hit(indexed: Path, searchkit) -> None:
    answer = json.loads(searchkit("query", "ParseConfig", indexed, "--json").stdout)
    assert answer["hits"][0]["path"] == "parse.go"
    assert answer["hits"][0]["parts"]["lexical"]["rank"] == 1
    assert answer["freshness"] == {
        "files": 5,
        "skipped": 0,
        "stale": 0,
        "pending": 0,
        "busy": False,
        "partial": 0,
        "older": 0,
        "fault": "",
        "hint": "",
    }
    lines = searchkit("query", "ParseConfig", indexed, "--jsonl", "-n", 2).stdout.splitlines()
    expected = [{**hit, "weak": answer["weak"]} for hit in answer["hits"][:2]]
    assert [json.loads(line) for line in lines] == expected


def test_explain_tells_side_rank_and_score(indexed: Path, searchkit) -> None:
    shown = searchkit("query", "ParseConfig", indexed, "--explain", "-n", 1).stdout
    assert "lexical rank 1" in shown
    assert "semantic rank" in shown


def test_context_shows_the_lines_around(indexed: Path, searchkit) -> None:
    shown = searchkit("query", "close_socket", indexed, "-n", 1, "-C", 2).stdout
    assert "def close_socket" in shown


def test_the_question_may_come_from_stdin(indexed: Path, searchkit) -> None:
    assert "parse.go" in searchkit("query", "-", indexed, stdin="ParseConfig\n").stdout


def test_a_question_that_begins_with_a_dash_is_asked_after_two_dashes(
    indexed: Path, searchkit
) -> None:
    assert searchkit("query", "--", "-x", indexed).returncode in (0, 1)


def test_nothing_found_is_exit_code_one(tmp_path: Path, searchkit) -> None:
    (tmp_path / "empty").mkdir()
    searchkit("index", tmp_path / "empty")
    assert searchkit("query", "anything", tmp_path / "empty").returncode == 1


def test_a_change_is_indexed_before_answering_unless_told_not_to(indexed: Path, searchkit) -> None:
    (indexed / "new.txt").write_text("a quokka sits here")
    stale = searchkit("query", "quokka", indexed, "--mode", "lexical", "--no-refresh")
    assert stale.returncode == 1
    assert "1 file changed" in stale.stderr
    assert "hint: type `searchkit index" in stale.stderr
    fresh = searchkit("query", "quokka", indexed, "--mode", "lexical")
    assert "new.txt" in fresh.stdout


def test_similar_finds_other_places_and_not_the_place_itself(indexed: Path, searchkit) -> None:
    done = searchkit("similar", f"{indexed}/net/sockets.py:4", "--json")
    hits = json.loads(done.stdout)["hits"]
    assert hits
    assert not any(
        hit["path"] == "net/sockets.py" and hit["start_line"] <= 4 <= hit["end_line"]
        for hit in hits
    )


def test_status_tells_files_reasons_and_freshness(indexed: Path, searchkit) -> None:
    (indexed / "photo.png").write_bytes(b"\x89PNG\0\0" * 9)
    assert "changed    1 file since" in searchkit("status", indexed).stdout
    searchkit("index", "-q", indexed)
    shown = searchkit("status", indexed).stdout
    assert "5 indexed, 1 skipped" in shown
    assert "1 binary" in shown
    assert "python: 1 file, 1 chunk" in shown
    assert searchkit("status", indexed / "photo.png").stdout == "photo.png: binary\n"
    assert json.loads(searchkit("status", indexed, "--json").stdout)["pending"] == 0


def test_forget_erases_also_what_is_damaged_and_what_has_no_folder_any_more(
    indexed: Path, searchkit, home: Path
) -> None:
    catalog_of(indexed.resolve()).write_bytes(b"rubbish" * 999)
    assert searchkit("forget", indexed).returncode == 0
    searchkit("index", "-q", indexed)
    indexed.rename(indexed.with_name("elsewhere"))
    assert searchkit("forget", indexed).returncode == 0
    assert not any((home / "indexes").iterdir())


def test_control_sequences_in_names_and_texts_never_reach_the_terminal(
    tmp_path: Path, searchkit
) -> None:
    (tmp_path / "evil\x1b[2J.txt").write_text("quokka \x1b]0;title\x07 here\n")
    searchkit("index", "-q", tmp_path)
    for options in ([], ["-C", "1"], ["--json"], ["--jsonl"]):
        done = searchkit("query", "quokka", tmp_path, *options)
        assert "quokka" in done.stdout
        assert not {"\x1b", "\x07"} & set(done.stdout)


@pytest.mark.parametrize(
    ("make", "arguments", "told"),
    [
        ("nothing", ["index", "{root}/missing"], "there is no folder"),
        ("nothing", ["query", "x", "{root}/missing"], "there is no file or folder"),
        ("file", ["index", "{root}/file.txt"], "is a file"),
        ("nothing", ["query", "x", "{root}"], "never indexed"),
        ("nothing", ["status", "{root}"], "never indexed"),
        ("nothing", ["forget", "{root}"], "never indexed"),
        ("nothing", ["index", "{root}", "--model", "gpt"], "no model `gpt`"),
        ("model", ["index", "{root}", "--model", "{root}/model"], "lacks"),
        ("config", ["index", "{root}"], "`modle`"),
        ("nothing", ["query", "", "{root}"], ""),
        ("nothing", ["similar", "nonsense"], "PATH:LINE"),
        ("nothing", ["query", "x", "{root}", "--lnag", "go"], "--lnag"),
    ],
)
def test_each_bad_input_gets_one_line_and_exit_code_two(
    tmp_path: Path, searchkit, home: Path, make: str, arguments: list[str], told: str
) -> None:
    if make == "file":
        (tmp_path / "file.txt").write_text("x")
    elif make == "model":
        (tmp_path / "model").mkdir()
        (tmp_path / "model/searchkit.json").write_text(
            '{"name": "m", "fingerprint": "m", "dimension": 4, "max_tokens": 9,'
            ' "query": ["a", "b"], "document": ["c", "d"]}'
        )
    elif make == "config":
        (home / "config.toml").write_text('modle = "nano"\n')
    done = searchkit(*(argument.format(root=tmp_path) for argument in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    first, *rest = done.stderr.splitlines()
    assert first.startswith("searchkit: ")
    assert told in first
    assert all(not line or line.startswith("hint: ") for line in rest)


@pytest.mark.parametrize("damage", ["truncated", "not a database", "newer"])
def test_a_catalog_that_cannot_be_used_is_told_in_one_line(
    indexed: Path, searchkit, damage: str
) -> None:
    catalog = catalog_of(indexed.resolve())
    if damage == "truncated":
        catalog.write_bytes(catalog.read_bytes()[:5000])
    elif damage == "not a database":
        catalog.write_bytes(b"rubbish" * 999)
    else:
        tamper(indexed.resolve(), "PRAGMA user_version = 99")
    for command in (["index", indexed], ["query", "x", indexed], ["status", indexed]):
        done = searchkit(*command)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert "searchkit forget" in done.stderr


def test_a_vector_file_of_another_dimension_is_replaced(indexed: Path, searchkit) -> None:
    import faiss

    (file,) = catalog_of(indexed.resolve()).parent.glob("*.faiss")
    faiss.write_index(faiss.IndexFlatIP(7), str(file))
    damaged = file.read_bytes()
    unread = searchkit("query", "open a socket", indexed, "--no-refresh").stdout
    assert file.read_bytes() == damaged
    assert searchkit("query", "open a socket", indexed).stdout == unread != ""
    assert faiss.read_index(str(file)).d == 256


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(indexed: Path) -> None:
    import resource

    for number in range(80):
        (indexed / f"more{number}.txt").write_text(f"line {number} of a longer text\n" * 50)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    command = [COMMAND, "index", "-q", str(indexed)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 2
    assert "no room" in done.stderr or "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    query = [COMMAND, "query", "ParseConfig", str(indexed), "--no-refresh"]
    answered = subprocess.run(query, capture_output=True, text=True, check=False)
    assert "parse.go" in answered.stdout
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_an_interrupted_run_ends_at_once_and_says_what_is_kept(tmp_path: Path) -> None:
    for number in range(400):
        lines = (f"note_{number} = 'about many things, line {line}'\n" for line in range(100))
        (tmp_path / f"note{number}.toml").write_text("".join(lines))
    with subprocess.Popen(
        [COMMAND, "index", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs are born deaf to the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        catalog = catalog_of(tmp_path.resolve())
        journal = catalog.with_name(f"{catalog.name}-wal")
        while not journal.is_file() or journal.stat().st_size < 50_000:  # some files are in it
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "kept" in told
    assert "Traceback" not in told
    assert time.monotonic() - start < 5


def test_two_runs_at_once_on_one_root_end_in_one_whole_index(tree: Path, searchkit) -> None:
    shutil.rmtree(tree / "notes")  # what tells languages apart is read for a second
    (tree / "README.md").unlink()
    command = [COMMAND, "index", str(tree)]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outcomes = [(run.communicate(timeout=60)[1], run.returncode) for run in runs]
    assert [code for _, code in outcomes] == [0, 0], outcomes
    assert json.loads(searchkit("status", tree, "--json").stdout)["pending"] == 0


def test_a_reader_that_goes_away_is_no_error(indexed: Path) -> None:
    line = f"{COMMAND} query socket {indexed} --json | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_broken_pipe_ends_neither_an_index_run_nor_a_served_page(
    indexed: Path, searchkit
) -> None:
    assert searchkit("status", indexed).returncode == 0
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN


def test_an_unreadable_folder_is_told(tmp_path: Path, searchkit) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    tmp_path.chmod(0)
    assert searchkit("index", tmp_path).returncode == 2


def test_forgetting_every_index_asks_first(searchkit, tree: Path) -> None:
    assert searchkit("index", tree).returncode == 0
    assert searchkit("forget", "--all").returncode == 2
    assert searchkit("forget").returncode == 2
    assert searchkit("forget", "--all", tree).returncode == 2
    done = searchkit("forget", "--all", "--yes", "--json")
    assert json.loads(done.stdout) == {"schema": 1, "indexes": 1}
    assert searchkit("status", tree).returncode == 2
