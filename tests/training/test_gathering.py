"""Pair files that are made of repositories, cloned by git from folders beside them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_student import RECIPE, WORDS, write_student
from trees import git, repository

import searchkit
from searchkit.cli import main
from searchkit.training.data.corpus import read_pairs
from searchkit.training.gathering.formats import FORMATS
from searchkit.training.gathering.gather import gather
from searchkit.training.gathering.sources import Group, Sources, load_sources
from searchkit.training.mining.sieve import tidied
from searchkit.training.pair import Pair
from searchkit.training.recipe_file import load_recipe
from searchkit_index.errors import TrainingError

LONG = "a temperate climate with cold winters and moderate summers, " * 3

SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": "Graz [SEP] Graz lies at the river Mur.",
                    "qas": [{"question": "Where is it?", "answers": [{"answer_start": 26}]}],
                }
            ]
        }
    ]
}
FLAT = {"context": "x" * 1_300, "question": "Where?", "answers": {"answer_start": [1_250]}}
DECLARATION = (
    '<udhr xmlns="http://efele.net/udhr" xml:lang="{0}"><article number="1"><para>{1}</para>'
    '</article><article number="2"><para>{2}</para></article></udhr>'
)

# What a file holds, by the format that reads it, and the pairs that must come of it.
READ: dict[str, tuple[dict[str, Any], dict[str, str], list[tuple[str, str, str, str]]]] = {
    "squad": (
        {"files": ("*.json*",), "languages": ("en", "en")},
        {"a.json": json.dumps(SQUAD), "b.jsonl": json.dumps(FLAT) + "\n"},
        [("Where is it?", "Graz \n Graz lies at the river Mur.", "en", "en")],
    ),
    "parallel": (
        {"files": ("ref.*.txt",), "original": "src.txt", "languages": ("", "eng")},
        {"src.txt": "one\u2028half\ntwo\n", "ref.deu.txt": "eins\nzwei\n"},
        [("eins", "one\u2028half", "deu", "eng"), ("zwei", "two", "deu", "eng")],
    ),
    "table": (
        {"files": ("a.tsv",), "columns": (1,), "languages": ("en", "en")},
        {"a.tsv": "1\tHe came . He saw , and left . It rained .\n"},
        [
            ("He came.", "He saw, and left.", "en", "en"),
            ("He saw, and left.", "It rained.", "en", "en"),
        ],
    ),
    "conllu": (
        {"files": ("*.conllu",)},
        {
            "de_a.conllu": "# newdoc\n# text = Eins.\n# text = Zwei.\n\n# newdoc id = 2\n"
            "# text = Drei.\n"
        },
        [("Eins.", "Zwei.", "de", "de")],
    ),
    "tldr": (
        {"files": ("pages*/*/*.md",)},
        {
            "pages/common/ls.md": "# ls\n\n> List.\n\n- List all:\n\n`ls -a {{folder}}`\n",
            "pages.de/common/ls.md": "# ls\n\n- Liste alles:\n\n`ls -a {{ordner}}`\n",
        },
        [
            ("List all", "ls -a folder", "en", "bash"),
            ("Liste alles", "ls -a ordner", "de", "bash"),
            ("Liste alles", "List all", "de", "en"),
        ],
    ),
    "factbook": (
        {"files": ("*.json",), "languages": ("en", "en")},
        {
            "au.json": json.dumps(
                {
                    "Government": {
                        "Country name": {"conventional short form": {"text": "Austria"}}
                    },
                    "Geography": {"Climate": {"text": f"<b>{LONG}</b>"}, "Area": {"text": "small"}},
                }
            )
        },
        [("Austria: Geography > Climate", LONG.strip(), "en", "en")],
    ),
    "udhr": (
        {"files": ("*.xml",), "original": "eng.xml", "languages": ("", "en")},
        {
            "eng.xml": DECLARATION.format("en", "All are free.", "Two</para><para>parts."),
            "deu.xml": DECLARATION.format("de-1996", "Alle sind frei.", "Nur einer."),
        },
        [("Alle sind frei.", "All are free.", "de", "en")],
    ),
    "leetcode": (
        {"files": ("*/Solution*",)},
        {
            "1/README_EN.md": "<!-- description:start --><p>Add <b>two</b>, 10<sup>4</sup>.</p>\n\n"
            "<!-- description:end -->\nNo part of it.",
            "1/Solution.py": "return a + b\n",
        },
        [("Add two, 10^4.", "return a + b", "en", "python")],
    ),
    "rosetta": (
        {"files": ("*/*/*",)},
        {"sum/Go/a.go": "a+b", "sum/Odd/a.odd": "b;a;+", "alone/Go/b.go": "x"},
        [("a+b", "b;a;+", "go", "Odd"), ("b;a;+", "a+b", "Odd", "go")],
    ),
    "repository": (
        {},
        {"a.go": "\t// Close the basket when all is paid.\n\tdefer basket.Close()\n"},
        [("Close the basket when all is paid.", "defer basket.Close()", "en", "go")],
    ),
}


def fill(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", READ)
def test_each_format_gives_its_pairs(tmp_path: Path, name: Any) -> None:
    options, files, expected = READ[name]
    group = Group("g", name, {"kind": "file"}, (("o/n", "1234567", "MIT"),), **options)
    pairs = list(FORMATS[name](fill(tmp_path / "o+n", files), group))
    assert {(each.a, each.b, each.lang_a, each.lang_b) for each in pairs} == set(expected)


def test_treebanks_are_joined_by_the_numbers_of_their_sentences(tmp_path: Path) -> None:
    german = fill(tmp_path / "ud+de", {"de_a.conllu": "# sent_id = 2\n# text = Zwei.\n"})
    english = fill(
        tmp_path / "ud+en",
        {"en_a.conllu": "# sent_id = 1\n# text = One.\n\n# sent_id = 2\n# text = Two.\n"},
    )
    group = Group("g", "parallel-conllu", {"bitext": "a"}, (), ("*.conllu",), "ud/en", ("", "en"))
    read = FORMATS["parallel-conllu"]
    assert list(read(german, group)) == [Pair("Zwei.", "Two.", "bitext", "de", "en")]
    assert list(read(english, group)) == []


def test_sides_are_cut_at_a_sentence_and_short_or_private_ones_dropped() -> None:
    def tidy(a: str, b: str) -> Pair | None:
        return tidied(Pair(a, b, "k", "", ""), 10, 30)

    cut = tidy("long enough", "The first sentence ends. The second does not.")
    assert cut is not None
    assert cut.b == "The first sentence ends."
    assert tidy("short", "long enough") is None
    assert tidy("日本の首都", "long enough") is not None
    assert tidy("long enough", "write to someone@example.org") is None


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose repositories git finds where it looks for those at GitHub."""
    folder = tmp_path / "hub"
    settings = {
        f"url.{folder.as_uri()}/.insteadOf": "https://github.com/",
        "uploadpack.allowFilter": "true",
        "uploadpack.allowAnySHA1InWant": "true",
        "protocol.file.allow": "always",
    }
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
    for number, (name, value) in enumerate(settings.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    return folder


def publish(hub: Path, name: str, files: dict[str, str]) -> tuple[str, str, str]:
    """Commit files, then another state of them, and return the row of the first commit."""
    folder = repository(hub / name)
    fill(folder, files)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    commit = git(folder, "rev-parse", "HEAD").decode()[:12]
    git(folder, "rm", "-q", "-r", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", "two")
    return name, commit, "MIT"


def lines(name: str, *rows: tuple[str, str, str]) -> Group:
    return Group(
        name, "parallel", {"line": name}, rows, ("a.txt",), "b.txt", ("en", "python"), least=3
    )


def pairs_of(data: Path, name: str) -> list[tuple[str, str]]:
    return [(each.a, each.b) for each in read_pairs(data / "train" / f"{name}.jsonl.xz")]


def test_missing_files_are_made_of_the_commit_that_is_named_and_made_once(
    hub: Path, tmp_path: Path
) -> None:
    row = publish(
        hub,
        "o/one",
        {
            "a.txt": "first\nmeasured text of an examination\nfirst\n",
            "b.txt": "a = 1\nb = 2\na = 1\n",
        },
    )
    fill(tmp_path, {"eval.jsonl": json.dumps({"text": "Measured text of an examination!"})})
    half = fill(tmp_path / "sources" / "o+one.partial", {"half": "of a killed run"})
    said: list[str] = []
    gather(Sources((lines("x", row),)), tmp_path, ("eval.jsonl",), said.append)
    assert pairs_of(tmp_path, "x") == [("first", "a = 1")]
    assert said == ["cloning o/one", "o/one: 3 pairs", "`x.jsonl.xz`: 1 pairs"]
    assert not half.exists()
    gather(Sources((lines("x", row),)), tmp_path, ("eval.jsonl",), said.append)
    assert len(said) == 3


def test_what_was_read_is_not_read_again_by_a_run_that_goes_on(hub: Path, tmp_path: Path) -> None:
    row = publish(hub, "o/one", {"a.txt": "first", "b.txt": "a = 1"})
    sources = Sources((lines("x", row),))
    gather(sources, tmp_path, (), lambda _: None)
    (tmp_path / "train" / "x.jsonl.xz").unlink()
    said: list[str] = []
    gather(sources, tmp_path, (), said.append)
    assert said == ["`x.jsonl.xz`: 1 pairs"]


@pytest.mark.parametrize("fault", ["gone", "commit", "format"])
def test_a_repository_that_cannot_be_had_is_named_and_the_others_are_read(
    hub: Path, tmp_path: Path, fault: str
) -> None:
    good = publish(hub, "o/good", {"a.txt": "first", "b.txt": "a = 1"})
    odd = publish(hub, "o/odd", {"a.txt": "first\nsecond", "b.txt": "a = 1"})
    bad = {"gone": ("o/gone", "1234567", ""), "commit": (odd[0], "1234567", ""), "format": odd}
    said: list[str] = []
    sources = Sources((lines("x", bad[fault], good), lines("y", good)))
    with pytest.raises(TrainingError, match="`x`") as error:
        gather(sources, tmp_path, (), said.append)
    assert "type the same again" in error.value.hint
    told = "\n".join(said)
    assert f"o{'+' if fault == 'format' else '/'}{bad[fault][0][2:]}` " in told
    assert "hint: " in told
    assert pairs_of(tmp_path, "y") == [("first", "a = 1")]
    assert not (tmp_path / "train" / "x.jsonl.xz").exists()
    assert not (tmp_path / "sources" / "o+gone").exists()


def test_a_link_out_of_a_repository_is_not_followed(hub: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    (hub / "o/one").mkdir(parents=True)
    (hub / "o/one/a.txt").symlink_to(tmp_path / "secret")
    row = publish(hub, "o/one", {"b.txt": "a = 1"})
    gather(Sources((lines("x", row),)), tmp_path, (), lambda _: None)
    assert pairs_of(tmp_path, "x") == [(str(tmp_path / "secret"), "a = 1")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('["../etc", "1234567", ""]', "no repository"),
        ('["o/n", "--upload-pack=x", ""]', "no repository"),
        ('["o/n", "1234567"]', "cannot be"),
    ],
)
def test_what_is_no_repository_is_refused(tmp_path: Path, row: str, message: str) -> None:
    text = f'[[groups]]\nname = "g"\nformat = "udhr"\ngives = {{a = "b"}}\nrepositories = [{row}]\n'
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(TrainingError, match=message) as error:
        load_sources(tmp_path / "recipe.toml")
    assert error.value.hint


def test_every_pair_file_of_the_shipped_recipe_is_gathered_or_said_to_be_elsewhere() -> None:
    path = Path(searchkit.__file__).parent / "models" / "nano" / "recipe.toml"
    sources, recipe = load_sources(path), load_recipe(path)
    known = [Path(f"train/{file}.jsonl.xz") for file in sources.files]
    known += [Path(f"train/{each.file}.jsonl.xz") for each in sources.elsewhere]
    patterns = {pattern for source in recipe.sources for pattern in source.files}
    assert not [each for each in patterns if not any(path.match(each) for path in known)]
    assert all(each.files or each.format == "repository" for each in sources.groups)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def typed(recipe: Path, data: Path, work: Path, *more: str) -> int:
        words = ["train", recipe, "--data", data, "--work", work, "--device", "cpu", *more]
        monkeypatch.setattr("sys.argv", ["searchkit", *map(str, words)])
        return main()

    return typed


@pytest.mark.integration
def test_a_model_is_trained_on_pairs_that_the_same_command_gathers(
    hub: Path, tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    data = write_student(tmp_path / "data")
    (data / "code.jsonl.xz").unlink()
    asked = [f"{WORDS[n % 11]} the {WORDS[n % 7]} {n}" for n in range(120)]
    code = [f"def {WORDS[n % 11]}(x{n}): return {WORDS[n % 5]}(x)" for n in range(120)]
    name, commit, licence = publish(
        hub, "o/one", {"a.txt": "\n".join(asked), "b.txt": "\n".join(code)}
    )
    recipe = data / "recipe.toml"
    recipe.write_text(RECIPE.replace('"code.jsonl.xz"', '"train/code.jsonl.xz"'))
    (data / "sources.toml").write_text(
        f'[[groups]]\nname = "g"\nformat = "parallel"\ngives = {{line = "code"}}\n'
        f'files = ["a.txt"]\noriginal = "b.txt"\nlanguages = ["en", "python"]\nleast = 3\n'
        f'repositories = [["{name}", "{commit}", "{licence}"]]\n'
    )
    assert run(recipe, data, tmp_path / "work") == 2
    assert "add `--gather`" in capsys.readouterr().err
    assert not (data / "sources").exists()
    assert run(recipe, data, tmp_path / "work", "--gather") == 0
    assert "cloning o/one" in capsys.readouterr().err
    assert (tmp_path / "work" / "model" / "model.onnx").is_file()


@pytest.mark.integration  # loads torch
def test_gathering_without_sources_is_refused(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    assert run(recipe, tmp_path, tmp_path / "work", "--gather") == 2
    assert "no file matches `encoder.bin`" in capsys.readouterr().err
    fill(tmp_path, {"encoder.bin": "", "second/model.onnx": ""})
    assert run(recipe, tmp_path, tmp_path / "work", "--gather") == 2
    assert "no `sources.toml` beside" in capsys.readouterr().err
    shipped = Path(searchkit.__file__).parent / "training" / "recipes" / "udever.toml"
    assert run(shipped, tmp_path, tmp_path / "work", "--gather") == 2
    assert "leave out `--gather`" in capsys.readouterr().err
