"""Who asks what every project has, and nothing else, gets the file that says it."""

from pathlib import Path

import pytest

from searchkit.query import Filter
from searchkit.search.project_files import ProjectFiles

PATHS = {
    "LICENSE": (
        "what licence is this under",
        "unter welcher Lizenz steht das",
        "该项目用什么许可证",
    ),
    "CHANGELOG.md": ("what changed in the latest release", "novedades de la última versión"),
    "CONTRIBUTING.rst": ("how do I contribute", "wie kann ich mitmachen", "如何贡献代码"),
    "pyproject.toml": ("what does it depend on", "プロジェクトの依存関係", "какие зависимости"),
    "azure-pipelines.yml": ("where is CI configured", "GitHub Actions workflow"),
    "SECURITY.md": ("how do I report a vulnerability", "Sicherheitslücke melden"),
    "MAINTAINERS": ("who maintains this project", "¿quién mantiene el proyecto?"),
    "README.md": ("how do I install it", "how do I run the tests", "从源码编译"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose own pages are full of the words of such questions."""
    words = "license licence depend release change contribute report maintain install run tests"
    for path in (*PATHS, "lib/LICENSE", "docs/policy.md", "lib/release.py"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"Burrow {path.lower()[::-1]}.\n" if path in PATHS else f"{words} {words}: {path}\n" * 6
        )
    return tmp_path


@pytest.mark.parametrize(
    ("question", "path"), [(each, path) for path, asked in PATHS.items() for each in asked]
)
def test_a_page_with_the_words_hid_the_file_that_every_project_has(
    project: Path, open_index, question: str, path: str
) -> None:
    with open_index(project) as index:
        index.build()
        hit = index.search(question)[0]
    assert hit.path == path


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
    paths = ["vendor/a/LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "src/license.py"]
    assert ProjectFiles("which licence is it").among(paths) == ["LICENSE-APACHE", "LICENSE-MIT"]
    assert ProjectFiles("which licence is it").among(["src/main.py"]) == []
