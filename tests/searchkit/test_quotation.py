"""Who pastes a line of a text, or a path, gets the place that it is from."""

from pathlib import Path

import pytest

MESSAGE = "the tunnel behind the burrow is flooded: leave by the upper door"


def first(open_index, root: Path, question: str) -> str:
    with open_index(root) as index:
        index.build()
        hit = index.search(question)[0]
    return f"{hit.path} {hit.text}"


@pytest.fixture
def warren(tmp_path: Path) -> Path:
    """A guide full of the words of a message that only a test holds, over two rows."""
    (tmp_path / "tests").mkdir()
    words = "The tunnel, the burrow and the upper door: leave a flooded tunnel by the door.\n\n"
    (tmp_path / "tunnel.md").write_text(f"# The tunnel behind the burrow\n\n{words * 6}")
    test = 'def test_flood():\n    assert warn() == (\n        "the tunnel behind the burrow is "\n'
    test += '        "flooded: leave by the upper door"\n    )\n'
    (tmp_path / "tests" / "test_warn.py").write_text(test)
    return tmp_path


@pytest.mark.parametrize("question", [MESSAGE, MESSAGE.upper(), f'"{MESSAGE}"!'])
def test_a_pasted_message_found_what_has_its_words_more_often(
    warren: Path, open_index, question: str
) -> None:
    assert first(open_index, warren, question).startswith("tests/test_warn.py ")


def test_two_words_are_no_quotation(warren: Path, open_index) -> None:
    assert first(open_index, warren, "upper door").startswith("tunnel.md ")


def test_a_sentence_without_spaces_is_quoted_as_well(tmp_path: Path, open_index) -> None:
    said = "裏のトンネルが浸水したので上の扉から出てください"
    (tmp_path / "a.txt").write_text("上の扉から裏のトンネルへ。浸水。出てください。" * 3)
    (tmp_path / "b.txt").write_text(f"巣の話。{said}。")
    assert first(open_index, tmp_path, said).startswith("b.txt ")


@pytest.mark.parametrize(
    "question", ["server.py", "what is in server.py?", "net/server.py", "net/server.py 里有什么"]
)
def test_a_file_that_was_asked_for_by_its_name_came_after_others(
    tmp_path: Path, open_index, question: str
) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "server.py").write_text("PORT = 80\n")
    (tmp_path / "py_server.md").write_text("# What is in a server\n\n" + "The server.\n\n" * 9)
    (tmp_path / "main.py").write_text("def server():\n    return what_is_in_server()\n")
    assert first(open_index, tmp_path, question).startswith("net/server.py ")


def test_a_file_without_an_ending_is_found_by_its_name(tmp_path: Path, open_index) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Makefile").write_text("all:\n\tcc main.c\n")
    (tmp_path / "makefile_parser.md").write_text("# Makefile\n\n" + "A makefile.\n\n" * 9)
    assert first(open_index, tmp_path, "Makefile").startswith("src/Makefile ")


def test_a_path_with_blanks_is_found_by_all_of_it(tmp_path: Path, open_index) -> None:
    (tmp_path / "My garden.md").write_text("Tomatoes.\n")
    (tmp_path / "garden.md").write_text("My garden is my castle. My garden.\n")
    assert first(open_index, tmp_path, "My garden.md").startswith("My garden.md ")
