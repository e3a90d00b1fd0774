"""Ignore files of any size: many rules say what each says alone, and long ones take no time."""

import random
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.walk import ignore, pattern
from searchkit_index.walk.entry import Skipped
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

LETTERS = "ab*?[].!/\\A"
rules = st.lists(st.text(LETTERS, min_size=1, max_size=8), max_size=30)
paths = st.lists(st.text("abA.", min_size=1, max_size=5), min_size=1, max_size=3)


@given(rules, st.lists(paths, max_size=10), st.booleans())
def test_of_many_rules_the_same_one_decides_as_when_each_is_looked_at(
    lines: list[str], found: list[list[str]], fold: bool
) -> None:
    content = "\n".join(lines).encode()
    parsed = ignore.parse(content, fold=fold)
    lookup = pattern._Lookup(parsed)
    for parts in found:
        name, path = parts[-1].encode(), "/".join(parts).encode()
        alone = [rule for rule in parsed if rule.matches(name, path)]
        assert [rule for rule in lookup.candidates(name, path) if rule.matches(name, path)] == alone


LONG = {
    "brackets": "[a-y]" * 100_000,
    "open brackets": "[" * 500_000,
    "one bracket": "[" + "a-z" * 160_000 + "]",
    "stars": "*a" * 250_000,
    "double stars": "**/" * 1_000 + "a.md",
    "stars alone": "*" * 500_000,
    "escapes": "\\a" * 250_000,
    "letters": "a" * 500_000,
}


@pytest.mark.parametrize("line", LONG.values(), ids=LONG)
def test_a_line_of_half_a_megabyte_means_what_it_means_to_git(tmp_path: Path, line: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(line + "\n*.log\n")
    for name in ("a.md", "b", "z.log"):
        (tmp_path / name).touch()
    before = time.thread_time()
    found = [entry.path for entry in walk(tmp_path, Rules())]
    assert time.thread_time() - before < 5
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found == listed.stdout.split()


RARE = ("/{}/*{}", "*.{}", "!{}*")


@pytest.mark.parametrize(
    "shape",
    ["{}", "{}*{}", "*{}*", *(pytest.param(s, marks=pytest.mark.slow) for s in RARE)],
)
def test_ten_thousand_rules_take_no_longer_than_reading_them(tmp_path: Path, shape: str) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghij", k=6)) for _ in range(10_000)]
    (tmp_path / ".ignore").write_text("\n".join(shape.format(word, word) for word in words))
    for word in words[:50]:
        (tmp_path / f"{word}.md").touch()
    before = time.thread_time()
    list(walk(tmp_path, Rules()))
    assert time.thread_time() - before < 4


def test_an_ignore_file_of_megabytes_is_told(tmp_path: Path) -> None:
    (tmp_path / ".ignore").write_text("a\n" * 1_000_001)
    (tmp_path / "a").touch()
    remark, file = walk(tmp_path, Rules())
    assert isinstance(remark, Skipped)
    assert remark.path == ".ignore"
    assert remark.reason == "ignore file larger than 2 MB: its rules do not hold"
    assert file.path == "a"
