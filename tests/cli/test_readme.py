"""What the README tells people to type works as it stands there."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from searchkit.guide import PAGES

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def block(heading: str, language: str) -> str:
    """The first fenced block of that language below a heading."""
    below = README.split(f"\n## {heading}\n", 1)[1]
    return re.split(rf"```{language}\n", below, maxsplit=1)[1].split("```", 1)[0]


def test_the_commands_under_use_it_run(repo: Path, searchkit) -> None:
    for line in block("Use it", "sh").splitlines():
        command, *arguments = shlex.split(line, comments=True)
        assert command == "searchkit"
        if "tui" in arguments:  # wants a terminal
            continue
        known = [argument.replace("~", str(repo.parent)) for argument in arguments]
        done = searchkit(*known, cwd=repo)
        assert done.returncode in (0, 1), (line, done.stderr)


@pytest.mark.parametrize("page", ["README.md", "searchkit/guide/getting-started.md"])
def test_the_line_that_answers_in_an_example_was_another_one(
    page: str, indexed_repo: Path, searchkit
) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    (shown,) = re.findall(r"^net/sockets\.py:1-10: .*", text, re.MULTILINE)
    for question in re.findall(r'searchkit query "([^"]+)" ~/repo(?:$| +#)', text, re.MULTILINE):
        done = searchkit("query", question, indexed_repo, "-n", "1", cwd=indexed_repo)
        if done.stdout.startswith("net/sockets.py"):
            assert done.stdout.rstrip() == shown
            break
    else:
        pytest.fail("no example asks for the file that it shows")


def test_the_python_example_runs(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    exec(block("Use it", "python"), names)
    assert "net/sockets.py" in capsys.readouterr().out
    assert names["vectors"].shape == (1, 256)


def test_three_minutes_are_enough_to_read_it() -> None:
    assert len(README.split()) <= 1_000
    assert README.count("![") == 1
    assert len(re.findall(r"^\| --- ", README, re.MULTILINE)) == 1


def test_it_names_every_page_of_the_guide() -> None:
    assert set(re.findall(r"searchkit/guide/([\w-]+)\.md", README)) == set(PAGES)


@pytest.mark.parametrize("name", ["try", "test"])
def test_ci_finds_the_lines_to_type(name: str) -> None:
    below = README.split(f"<!-- {name} -->\n", 1)[1]
    assert re.match(r"```sh\n[^\n]+\n```\n", below)


@pytest.mark.parametrize(
    "path", sorted(PROJECT.glob(".github/**/*.yml")), ids=lambda path: path.stem
)
def test_forms_and_workflows_are_yaml(path: Path) -> None:
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.parent.name == "workflows":
        steps = [step for job in read["jobs"].values() for step in job["steps"]]
        assert ".ci/run" in [step.get("run") for step in steps]
    elif path.stem != "config":
        assert {"name", "description", "body"} <= set(read)
        assert all(each["attributes"]["label"] for each in read["body"])
