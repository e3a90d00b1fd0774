"""Who pastes a line of a text, or a path, gets the place that it is from."""

from pathlib import Path

import pytest

from searchkit.ranking.naming import Question
from searchkit.search.quotation import Quotation

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


@pytest.mark.parametrize(
    "question",
    [
        "the tunnel behind the burrow is flooded: leave by the lower door",
        "tunnel behind the burrow is flooded: leave by the upper door",
        "the tunnel behind burrow 12 is flooded: leave by the upper door",
        'who says "the tunnel behind the burrow is flooded: leave now" and why?',
        'where is "the burrow is flooded: go" from',
    ],
)
def test_a_message_with_another_word_found_what_has_its_words_more_often(
    warren: Path, open_index, question: str
) -> None:
    assert first(open_index, warren, question).startswith("tests/test_warn.py ")


@pytest.mark.parametrize("marks", ['"{}"', "“{}”", "„{}“", "«{}»", "`{}`"])
def test_two_words_in_quotation_marks_were_looked_for_apart(
    tmp_path: Path, open_index, marks: str
) -> None:
    (tmp_path / "a.md").write_text("# The door\n\nOpen the upper left door of the burrow.\n")
    (tmp_path / "b.md").write_text("# Upper door, left\n\nUpper is up. The door. Left.\n" * 3)
    (tmp_path / "c.md").write_text("# Hills\n\nA left hill, an upper hill and a door.\n")
    question = f"what is the {marks.format('upper left')} door"
    assert first(open_index, tmp_path, question).startswith("a.md ")


def test_a_question_with_a_few_neighbours_of_a_text_is_no_quotation() -> None:
    def quoted(question: str, text: str) -> float:
        terms = dict.fromkeys(question.split(), 1.0)
        quotation = Quotation(question, Question(terms, terms, question))
        return quotation.parts_in({((0, "a.md"), 1): text}).get(((0, "a.md"), 1), 0.0)

    text = "Hooks run before and after a command, such as the tunnel check."
    assert quoted("which hooks run before and after the flood", text) > 0.5
    assert quoted("which hooks run before a flood of the tunnel", text) == 0
    assert quoted("hooks run before", text) == 0


@pytest.mark.parametrize(
    ("question", "literal"),
    [
        ("--dig-deeper", "--dig-deeper"),
        ("where is --dig-deeper used?", "--dig-deeper"),
        ("BURROW_DEPTH", "BURROW_DEPTH"),
        ("burrow.tunnel.depth", "burrow.tunnel.depth"),
        ("version 2.14.7", "2.14.7"),
        ("#4711", "#4711"),
        ("/burrow/tunnel", '"/burrow/tunnel"'),
        ("0xFEED", "0xFEED"),
    ],
)
def test_what_only_code_writes_was_looked_for_by_its_parts(
    tmp_path: Path, open_index, question: str, literal: str
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_dig.py").write_text(f"def test_all():\n    run('{literal}')\n")
    words = (
        "Dig deeper into the burrow: depth of a tunnel, 2, 14, 7, 4711. What changed, 0 feeds.\n\n"
    )
    (tmp_path / "deeper_burrow.md").write_text(f"# Dig the burrow tunnel deeper\n\n{words * 6}")
    for number in range(30):
        (tmp_path / f"burrow{number}.md").write_text(f"{words}Number {number}, 2.{number}.14.\n")
    assert first(open_index, tmp_path, question).startswith("tests/test_dig.py ")


def test_who_calls_a_method_came_before_its_definition(tmp_path: Path, open_index) -> None:
    body = "".join(f"        self.walk({number}, slowly=True)\n" for number in range(40))
    methods = "".join(f"    def {name}(self):\n{body}\n" for name in ("dig", "go"))
    (tmp_path / "burrow.py").write_text(f"class Burrow:\n{methods}")
    (tmp_path / "main.py").write_text("from burrow import Burrow\n\nBurrow.dig(Burrow())\n" * 2)
    assert first(open_index, tmp_path, "Burrow.dig").startswith("burrow.py ")


def test_a_literal_that_is_everywhere_says_little() -> None:
    question = Question({"http": 1.0, "2": 1.0, "flood": 3.0}, [], "HTTP/2 in a flood")
    quotation = Quotation("HTTP/2 in a flood", question)
    rare, common = ({((0, str(at)), at): "uses HTTP/2" for at in range(n)} for n in (1, 25))
    assert quotation.parts_in(rare)[(0, "0"), 0] == pytest.approx(0.26, abs=0.01)
    assert quotation.parts_in(common)[(0, "0"), 0] == pytest.approx(0.052, abs=0.01)


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


@pytest.mark.parametrize(
    "question",
    [
        "/home/me/proj/net/server.py",
        "https://example.org/blob/main/net/server.py#L10-L20",
        r"net\server.py",
        "./net/server.py:80",
        'File "/srv/app/net/server.py", line 12, in run',
        "diff --git a/net/server.py b/net/server.py",
        "elsewhere/net/server.py",
    ],
)
def test_a_file_was_not_known_by_a_path_of_another_place(
    tmp_path: Path, open_index, question: str
) -> None:
    (tmp_path / "lib" / "net").mkdir(parents=True)
    (tmp_path / "lib" / "net" / "server.py").write_text("PORT = 80\n")
    text = "The server runs in the app at home: a file of a project, net and main.\n\n"
    (tmp_path / "server_app.md").write_text(f"# Run the server of the project\n\n{text * 9}")
    (tmp_path / "run.py").write_text("def run():\n    return home_project_app()\n")
    assert first(open_index, tmp_path, question).startswith("lib/net/server.py ")


def test_a_file_without_an_ending_is_found_by_its_name(tmp_path: Path, open_index) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Makefile").write_text("all:\n\tcc main.c\n")
    (tmp_path / "makefile_parser.md").write_text("# Makefile\n\n" + "A makefile.\n\n" * 9)
    assert first(open_index, tmp_path, "Makefile").startswith("src/Makefile ")


def test_a_path_with_blanks_is_found_by_all_of_it(tmp_path: Path, open_index) -> None:
    (tmp_path / "My garden.md").write_text("Tomatoes.\n")
    (tmp_path / "garden.md").write_text("My garden is my castle. My garden.\n")
    assert first(open_index, tmp_path, "My garden.md").startswith("My garden.md ")


@pytest.mark.parametrize(
    "question", ["the upper door", "The Upper Door?", "“the upper door”", "what is the upper door"]
)
def test_a_section_was_not_found_by_its_title(tmp_path: Path, open_index, question: str) -> None:
    text = "At night it is shut, so that no water comes into the tunnel below. " * 20
    sections = f"# The burrow\n\n{text}\n\n## The upper door\n\n{text}\n\n## Hills\n\n{text}\n"
    (tmp_path / "burrow.md").write_text(sections)
    text = "The door of the upper burrow. An upper door is a door that is upper.\n\n"
    (tmp_path / "upper_door.md").write_text(f"# Doors\n\n{text * 6}")
    (tmp_path / "door.py").write_text("def shut(the):\n    return the.upper.door\n")
    assert first(open_index, tmp_path, question).startswith("burrow.md ## The upper door")
