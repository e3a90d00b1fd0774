"""Who asks what every project has, and nothing else, gets the file that says it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.query import Filter
from searchkit.search.project_files import ProjectFiles
from searchkit_index.catalog.records import Place

# For each file its text, and questions for it.
SAYING = {
    "LICENSE": (
        "Burrow is free.\n",
        ["what licence is this under", "unter welcher Lizenz steht das"],
    ),
    "CHANGELOG.md": ("# 1.2.0\n\nBurrows are deeper.\n", ["what changed in the latest release"]),
    "CONTRIBUTING.rst": (
        "Be kind.\n\nRunning the tests\n-----------------\n\nType ``nox``.\n",
        ["how do I contribute", "wie kann ich mitmachen", "如何贡献代码"],
    ),
    "pyproject.toml": (
        '[project]\nname = "burrow"\nrequires-python = ">=3.11"\ndependencies = ["mole"]\n',
        ["what does it depend on", "プロジェクトの依存関係", "какие зависимости"],
    ),
    "azure-pipelines.yml": (
        "pool: moles\n",
        ["where is CI configured", "GitHub Actions workflow"],
    ),
    "SECURITY.md": (
        "Write to us.\n",
        ["how do I report a vulnerability", "Sicherheitslücke melden"],
    ),
    "MAINTAINERS": (
        "Maulwurf\n",
        ["who maintains this project", "¿quién mantiene el proyecto?"],
    ),
    "README.md": (
        "# Burrow\n\n[![Build status](burrow.svg)](moles)\n\nA den of moles.\n"
        "\n## Installation\n\nDig.\n\n## Building from source\n\nDig deeper.\n",
        ["what is this project about", "worum geht es in diesem Projekt"],
    ),
}
LINES = {
    "how do I install it": ("README.md", "## Installation"),
    "如何安装": ("README.md", "## Installation"),
    "compile from source": ("README.md", "## Building from source"),
    "how do I run the tests": ("CONTRIBUTING.rst", "Running the tests"),
    "wie führe ich die Tests aus": ("CONTRIBUTING.rst", "Running the tests"),
    "what does it depend on": ("pyproject.toml", 'dependencies = ["mole"]'),
    "which python versions are supported": ("pyproject.toml", 'requires-python = ">=3.11"'),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose own pages are full of the words of such questions."""
    words = "license licence depend release change contribute report maintain install run tests"
    for path, (text, _) in SAYING.items():
        (tmp_path / path).write_text(text)
    for path in ("lib/LICENSE", "docs/policy.md", "lib/release.py"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{words} {words}: {path}\n" * 6)
    (tmp_path / "lib" / "runner.py").write_text("def run_tests():\n    return compile(source)\n")
    return tmp_path


def test_a_page_with_the_words_hid_the_file_that_every_project_has(
    project: Path, open_index
) -> None:
    asked = {question: path for path, (_, said) in SAYING.items() for question in said}
    with open_index(project) as index:
        index.build()
        assert {question: index.search(question)[0].path for question in asked} == asked


def test_the_head_of_a_long_file_stood_for_the_line_that_says_it(project: Path, open_index) -> None:
    with open_index(project) as index:
        index.build()
        hits = {question: index.search(question)[0] for question in LINES}
    assert {question: (hit.path, hit.excerpt) for question, hit in hits.items()} == LINES


def test_a_file_that_does_not_say_it_was_given_for_its_name(tmp_path: Path, open_index) -> None:
    (tmp_path / "README.md").write_text("# Burrow\n\nA den of moles.\n")
    (tmp_path / "Makefile").write_text("test:\n\tdig --all\n")
    (tmp_path / "den.py").write_text("def run():\n    tests = dig()\n")
    with open_index(tmp_path) as index:
        index.build()
        hit = index.search("how do I run the tests")[0]
    assert (hit.path, hit.line) == ("Makefile", 1)


def test_a_filter_leaves_it_out(project: Path, open_index) -> None:
    with open_index(project) as index:
        index.build()
        hits = index.search("what licence is this under", filter=Filter(globs=["docs/**"]))
    assert {hit.path for hit in hits} == {"docs/policy.md"}


@pytest.mark.parametrize(
    "question",
    [
        *(
            "license header check",
            "dependency injection",
            "how are dependencies resolved",
            "Depends",
        ),
        *("changed files", "new version of the schema", "report an issue", "send a patch request"),
        *("continue", "security configuration", "run a command", "what is new", "pull request", ""),
        *(
            "build the index",
            "test",
            "install a signal handler",
            "author of a post",
            "依赖注入是如何实现的",
        ),
    ],
)
def test_a_question_about_something_else_asks_for_no_such_file(question: str) -> None:
    assert not ProjectFiles(question)


def test_the_file_of_the_project_is_the_one_in_the_fewest_folders() -> None:
    asked = ProjectFiles("which licence is it")
    paths = ["vendor/a/LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "src/license.py"]
    assert asked.chunks(paths, _one_chunk(paths)) == [2, 1]
    assert asked.chunks(["src/main.py"], _one_chunk(["src/main.py"])) == []
    assert asked.chunks(["docs/LICENSE", "a/LICENSE"], _one_chunk(["docs/LICENSE"])) == [0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Moles\n## Changelog\n", 2),
        ("= Moles\n== Change log\n", 2),
        ("Moles\n=====\n\nThe changelog\n-------------\n", 4),
        ("<h2 id=a>Release notes</h2>\n", 1),
        ("$ write-changelog --all\n----\n", 0),
        ("- [Changelog](#changelog)\n", 0),
        ("See the changelog.\n", 0),
        ("====\n----\n", 0),
    ],
)
def test_a_heading_is_told_from_a_listing_and_a_table_of_contents(text: str, line: int) -> None:
    place = replace(_one_chunk(["README"])("README")[0], text=text)
    asked = ProjectFiles("what changed in the latest release")
    assert asked.line_in(place) == line
    assert asked.chunks(["README"], lambda _: [place]) == [0] * bool(line)


def _one_chunk(paths: list[str]) -> Callable[[str], list[Place]]:
    """Make a catalog of files of one chunk, whose ids are their places in the list."""
    return lambda path: [
        Place(paths.index(path), path, None, 1, 1, "", "data", None, "words", "", None)
    ]
