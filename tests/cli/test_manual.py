"""The manual page says what the help says, and every reader of such pages takes it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from searchkit.cli import manual

PAGE = Path(manual.__file__).with_name("searchkit.1")


def test_the_page_that_is_installed_is_made_from_the_help_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual.page(), (
        "type `python -m searchkit.cli.manual > searchkit/cli/searchkit.1`"
    )


def test_variables_that_programs_read_were_not_on_the_page() -> None:
    package = Path(manual.__file__).parents[1]
    sources = (path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    read = {name for text in sources for name in re.findall(r"\bSEARCHKIT_[A-Z]+", text)}
    assert len(read) > 5
    shown = PAGE.read_text(encoding="utf-8")
    assert [name for name in sorted(read) if name not in shown] == []


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff here")
def test_groff_takes_it_without_a_warning() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=100n", str(PAGE)],
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    shown = done.stdout.replace("\u2010", "-")
    for text in (
        "searchkit query [OPTIONS] [TEXT] [PATH]",
        "SEARCHKIT_LOG",
        "--min-confidence SHARE",
    ):
        assert text in shown
