"""Who asks where a name is used, or for its tests, gets these and not its definition."""

from pathlib import Path

import pytest

from searchkit.ranking.naming import Question
from searchkit.search.lexical import asked_terms


@pytest.fixture
def warren(tmp_path: Path) -> Path:
    """A function, the one that calls it, its tests, an example, and pages about its words."""
    for folder in ("lib", "tests", "examples"):
        (tmp_path / folder).mkdir()
    tunnel = '"""Tunnels."""\n\n\ndef open_floodgate(tunnel):\n    """Open the floodgate."""\n'
    (tmp_path / "lib" / "floodgate.py").write_text(tunnel + "    return tunnel.drained()\n")
    warn = "from lib.floodgate import open_floodgate\n\n\ndef warn(burrow):\n"
    warn += "    for tunnel in burrow.tunnels:\n        open_floodgate(tunnel)\n"
    (tmp_path / "lib" / "burrow.py").write_text(warn)
    test = "def test_water_leaves():\n    assert open_floodgate(tunnel).level == 0\n"
    (tmp_path / "tests" / "test_water.py").write_text(test)
    example = "for tunnel in tunnels:\n    open_floodgate(tunnel)\n    print(tunnel)\n"
    (tmp_path / "examples" / "spring.py").write_text(example)
    text = (
        "Unit tests, examples and places of a floodgate that is open, and who calls or uses it.\n\n"
    )
    (tmp_path / "tests.md").write_text(f"# Tests and calls\n\n{text * 6}")
    return tmp_path


def first(open_index, root: Path, question: str) -> str:
    with open_index(root) as index:
        index.build()
        return index.search(question)[0].path


@pytest.mark.parametrize(
    "question",
    [
        "where is open_floodgate used?",
        "who calls open_floodgate",
        "find all references to open_floodgate",
        "wo wird open_floodgate aufgerufen",
        "¿dónde se usa open_floodgate?",
        "open_floodgate 在哪里被调用",
        "open_floodgateはどこで使われていますか",
        "где используется open_floodgate",
    ],
)
def test_who_asked_for_uses_of_a_function_got_its_definition(
    warren: Path, open_index, question: str
) -> None:
    assert first(open_index, warren, question) == "lib/burrow.py"


@pytest.mark.parametrize(
    "question",
    [
        "tests for open_floodgate",
        "where is open_floodgate tested",
        "unit tests of open_floodgate",
        "Tests für open_floodgate",
        "open_floodgate のテスト",
        "open_floodgate 的测试",
    ],
)
def test_who_asked_for_tests_of_a_function_got_its_definition(
    warren: Path, open_index, question: str
) -> None:
    assert first(open_index, warren, question) == "tests/test_water.py"


def test_who_asked_for_an_example_of_a_function_got_its_definition(
    warren: Path, open_index
) -> None:
    assert first(open_index, warren, "example of open_floodgate") == "examples/spring.py"


@pytest.mark.parametrize(
    "question",
    [
        "subclasses of Burrow",
        "which classes extend Burrow",
        "who implements Burrow",
        "Burrow 的子类",
    ],
)
def test_who_asked_for_subclasses_got_the_class(tmp_path: Path, open_index, question: str) -> None:
    (tmp_path / "burrow.py").write_text("class Burrow:\n    def dig(self):\n        return 1\n")
    uses = "def visit():\n    Burrow().dig()\n    return [Burrow(), Burrow()]\n"
    (tmp_path / "visit.py").write_text(uses * 3)
    (tmp_path / "deep.py").write_text("class Deep(Burrow):\n    depth = 9\n")
    text = "Classes that extend the burrow, or implement a subclass of it.\n\n"
    (tmp_path / "classes.md").write_text(f"# Subclasses\n\n{text * 6}")
    assert first(open_index, tmp_path, question) == "deep.py"


def test_who_asked_in_chinese_where_a_function_is_defined_got_what_uses_it(
    warren: Path, open_index
) -> None:
    assert first(open_index, warren, "open_floodgate 在哪里定义") == "lib/floodgate.py"


def test_the_number_of_an_issue_is_no_name_whose_uses_are_asked_for(
    tmp_path: Path, open_index
) -> None:
    (tmp_path / "changes.md").write_text("# Changes\n\n- The upper door shuts again (#1234).\n")
    text = "def count():\n    return 'where is it used, where are 1234 of them used'\n"
    (tmp_path / "count.py").write_text(text)
    assert first(open_index, tmp_path, "where is #1234 used") == "changes.md"


def test_a_function_that_nothing_uses_is_still_found(tmp_path: Path, open_index) -> None:
    (tmp_path / "a.py").write_text("def open_floodgate():\n    return 1\n")
    (tmp_path / "b.py").write_text("def shut_burrow():\n    return 2\n")
    assert first(open_index, tmp_path, "where is open_floodgate used") == "a.py"


def test_a_name_with_a_word_that_asks_is_not_asked_for_by_it(tmp_path: Path, open_index) -> None:
    (tmp_path / "trace.py").write_text("def cleaned_caller(frames):\n    return frames[0]\n")
    uses = "def warn(frames):\n    print(cleaned_caller(frames), cleaned_caller(frames))\n"
    (tmp_path / "warn.py").write_text(uses * 3)
    assert first(open_index, tmp_path, "what does cleaned_caller do") == "trace.py"
    assert first(open_index, tmp_path, "who calls cleaned_caller") == "warn.py"


def test_a_name_that_says_test_is_still_a_definition(tmp_path: Path, open_index) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "client.py").write_text("class TestClient:\n    def get(self):\n        return 1\n")
    uses = "def test_get():\n    assert TestClient().get() == 1\n"
    (tmp_path / "tests" / "test_it.py").write_text(uses * 3)
    assert first(open_index, tmp_path, "where is TestClient defined") == "client.py"
    assert first(open_index, tmp_path, "test client") == "client.py"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("where is Floodgate used", "Floodgate"),
        ("which functions call open_floodgate", "open_floodgate"),
        ("mocks of Floodgate", "Floodgate"),
        ("where is the water level used", ""),
        ("how do I test a floodgate that leaks", ""),
        ("where is Floodgate defined", ""),
        ("who calls", ""),
    ],
)
def test_a_question_has_a_subject_if_it_says_nothing_else(text: str, subject: str) -> None:
    assert Question(dict.fromkeys(asked_terms(text), 2.0), [], text).subject == subject
