"""A file's fingerprint changes whenever its chunks could.

`tests/index/golden` holds, for a sample of each way that files are read and cut, its chunks
and its fingerprint. After a change of chunks that is meant, write them anew and look at the
difference (those that are as they were stay as they are):

    python tests/index/test_fingerprint.py
"""

import ast
import json
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.languages.row import Language
from searchkit_index.pipeline import fingerprint
from searchkit_index.process.contents import read
from searchkit_index.walk.rules import Rules

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".chunks")


def facts(path: Path) -> dict[str, object]:
    """The fingerprint of a sample, and its chunks."""
    found = read(path.name, path.read_bytes(), secrets=False)
    return {
        "fingerprint": fingerprint.of_file(path.name, 0, Rules()),
        "chunks": [
            [c.start_line, c.end_line, c.kind, c.symbol, c.place, c.text] for c in found.chunks
        ],
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_chunks_do_not_change_while_the_fingerprint_does_not(path: Path) -> None:
    written = json.loads((GOLDEN / f"{path.name}.chunks").read_text())
    found = json.loads(json.dumps(facts(path)))
    if found["chunks"] == written["chunks"]:
        return
    assert found["fingerprint"] != written["fingerprint"], "the fingerprint misses what changed"
    pytest.fail("other chunks: if they are meant, write the golden files anew (see above)")


PROBE = """
import sys
from pathlib import Path
from searchkit_index.languages.row import Language
from searchkit_index.process.contents import read
path = Path(sys.argv[1])
read(path.name, path.read_bytes(), secrets=False)
ours = {name for name in sys.modules if name.startswith("searchkit_index.")}
print(*ours, *{name.partition(".")[0] for name in sys.modules if name.startswith("tree_sitter_")})
"""

# They hold no rule of their own, or what a row says, which counts by its value.
WITHOUT_RULES = {
    "errors",
    "system.programs",
    "process",
    "languages.grammar",
    "languages.table",
    "languages.code",
    "languages.code_without_grammar",
    "languages.rare_code",
    "languages.prose",
    "languages.exports",
    "languages.data",
    "languages.definitions",
}
# They only tell what stands in the tree.
OF_THE_WALK = {
    *("walk.ignore", "walk.walker", "walk.repository", "walk.entry", "walk.rules", "walk.root"),
    *("walk.glob", "walk.pattern", "walk.regular_file", "walk.verdict", "walk.appraiser"),
}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Leave no sum of a changed table to other tests."""
    yield
    fingerprint.forget()


def anew(languages: tuple[Language, ...], secrets: bool) -> str:
    """Sum up languages whatever was summed up before."""
    fingerprint.forget()
    return fingerprint._of_languages.__wrapped__(languages, secrets)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_module_that_takes_part_is_in_the_fingerprint(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", PROBE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    here = Path(fingerprint.__file__).parents[1]
    counted: set[str] = set()
    monkeypatch.setattr(
        fingerprint,
        "_source",
        lambda patterns: counted.update(p for glob in patterns for p in here.glob(glob)) or "",
    )
    monkeypatch.setattr(fingerprint, "version", lambda name: counted.add(name) or "")
    anew(fingerprint.candidates(path.name), False)
    for module in done.stdout.split():
        name = module.removeprefix("searchkit_index.")
        if name == module:
            assert module in counted
        elif name not in WITHOUT_RULES | OF_THE_WALK:
            file = here / (name.replace(".", "/") + ".py")
            assert not file.exists() or file in counted, f"{name} takes part"


def test_a_row_a_grammar_and_an_optional_package_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(name: str, secrets: bool = False) -> str:
        return anew((fingerprint.LANGUAGES[name],), secrets)

    before = {name: of(name) for name in ("python", "pdf", "markdown")}
    assert len(set(before.values())) == 3
    assert len({of(name) for name in LANGUAGES}) == len(LANGUAGES)
    assert of("pdf", True) != before["pdf"]
    version = fingerprint.version
    for name, distribution in (("python", "tree_sitter_python"), ("pdf", "pypdf")):
        with monkeypatch.context() as patch:
            patch.setattr(
                fingerprint, "version", lambda of, d=distribution: version(of) + "9" * (of == d)
            )
            changed = {each for each in before if of(each) != before[each]}
        assert changed == {name} | ({"markdown"} if name == "python" else set())
    other = dict(LANGUAGES, python=replace(LANGUAGES["python"], kind="prose"))
    monkeypatch.setattr(fingerprint, "LANGUAGES", other)
    assert of("python") != before["python"]


def test_recognising_more_files_as_a_language_reads_no_file_of_it_again() -> None:
    wider = replace(LANGUAGES["python"], suffixes=("py", "another"), lexer="python3")
    assert fingerprint._of_language(wider) == fingerprint._of_language(LANGUAGES["python"])


def test_docstrings_and_comments_alone_are_left_out() -> None:
    here = Path(fingerprint.__file__).parents[1]
    places = ("chunking", "reading", "languages", "walk", "process")
    for path in [
        here / "words.py",
        *(file for place in places for file in here.glob(f"{place}/**/*.py")),
    ]:
        source = path.read_text()
        kept = fingerprint.code(source.encode()).decode().split("\n")
        assert [line for line in kept if line.strip()] == without_wording(source), path.name


def without_wording(source: str) -> list[str]:
    """The lines of a module, without those that Python takes for docstrings or comments."""
    lines = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str):
            assert node.end_lineno
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    for token in tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__):
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
            lines[token.start[0] - 1] = ""
    return [line for line in lines if line.strip()]


def test_fingerprints_are_the_same_in_every_process() -> None:
    probe = (
        "from searchkit_index.pipeline.fingerprint import Rules, of_file;"
        " print(of_file('a.py', 0, Rules()))"
    )
    command = [sys.executable, "-c", probe]
    told = {
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {fingerprint.of_file("a.py", 0, Rules()) + "\n"}


if __name__ == "__main__":
    for sample in SAMPLES:
        file = GOLDEN / f"{sample.name}.chunks"
        now = json.loads(json.dumps(facts(sample)))
        if not file.exists() or json.loads(file.read_text())["chunks"] != now["chunks"]:
            file.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n")
