"""A shared index answers as the local one does that was pushed to it, and shows pushes whole."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from asking import ask

from searchkit.config import Settings
from searchkit.git.difference import Difference
from searchkit.hits.hit import Hit
from searchkit.indexes.index import Index
from searchkit.pattern import Pattern
from searchkit.query import Filter, Query
from searchkit.team import tables, upkeep
from searchkit.team.answer import TeamAnswer
from searchkit.team.index import SharedIndex
from searchkit.team.pull import pull
from searchkit.team.push import push
from searchkit.team.team import Team
from searchkit_index.errors import ModelError, NotIndexedError, QueryError

pytestmark = pytest.mark.integration

QUESTIONS = (
    "open a socket",
    "ParseConfig",
    "sopa de tomate",
    "公園を散歩",
    "run the installer",
    "?!",
)
FILTERS = (
    Filter(),
    Filter(languages=["python", "ja"]),
    Filter(languages=["markdown"]),
    Filter(globs=["!notes/**"]),
    Filter(globs=["*.md", "net/**"]),
    Filter(under=["notes"]),
    Filter(kinds=["definition"]),
    Filter(kinds=["prose", "test"], languages=["es"]),
    Filter(patterns=[Pattern("socket(host", fixed=True), Pattern("RETURN|func", ignore_case=True)]),
)


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> SharedIndex:
    return SharedIndex(str(tmp_path_factory.mktemp("share") / "team"))


def _told(hits: list[Hit] | tuple[Hit, ...]) -> list[tuple]:
    sure = [hit.confidence and round(hit.confidence, 5) for hit in hits]
    return [
        (hit.path, hit.start_line, hit.text, round(hit.score, 5), confidence, hit.copy_count)
        for hit, confidence in zip(hits, sure, strict=True)
    ]


@pytest.mark.parametrize("filter", FILTERS, ids=repr)
def test_hits_scores_and_confidence_are_those_of_the_local_index(
    local, share, embedder, filter
) -> None:
    push(local, share, "tree")
    modes = ("hybrid",) if filter.selects else ("hybrid", "lexical", "semantic")
    for text in QUESTIONS[:2] if filter.selects else QUESTIONS:
        for mode in modes:
            query = Query(text, filter, mode)
            theirs = ask(share, query, embedder=embedder)
            assert _told(theirs.hits) == _told(local.search(query, refresh=False)), (text, mode)


def test_a_shared_index_kept_the_bias_of_language_and_chose_lines_by_words_alone(
    folder, shared, embedder
) -> None:
    spoken = {
        "en": "The kettle in the kitchen is broken and leaks water every day.\nWe drink tea now.",
        "de": "Die Kanne in der Küche ist kaputt und das Wasser tropft auf den Boden.",
        "es": "La tetera de la cocina pierde agua todos los días y no se puede usar.",
    }
    files = {f"{code}{n}.md": f"{text}\n{n}\n" for code, text in spoken.items() for n in range(6)}
    embedder.calibration = replace(embedder.calibration, language=0.75)
    local = folder("notes", files)
    push(local, shared, "notes")
    query = Query("kettle kitchen")  # no stop words, which a shared index keeps
    theirs, own = _ask(shared, query.text, embedder).hits, local.search(query, refresh=False)
    assert _told(theirs) == _told(own)
    assert any(hit.shares.get("language") for hit in own)
    assert [hit.shares.get("language") for hit in theirs] == pytest.approx(
        [hit.shares.get("language") for hit in own], abs=1e-4
    )
    assert [hit.line for hit in theirs] == [hit.line for hit in own]
    assert all(hit.nearest for hit in theirs)


def test_copies_of_a_note_under_other_names_were_hits_of_their_own(
    folder, shared, embedder
) -> None:
    note = "The backup of the photos runs each night at two and keeps seven days.\n"
    folder_ = folder("notes", {"backup.txt": note, "photos.txt": note, "other.txt": "Tea.\n"})
    push(folder_, shared, "notes")
    first, *others = _ask(shared, "backup of photos", embedder).hits
    assert {first.path, *first.copies} == {"backup.txt", "photos.txt"}
    assert [hit.path for hit in others] == ["other.txt"]


def _ask(shared: SharedIndex, text: str, embedder, **options) -> TeamAnswer:
    return ask(shared, Query(text), embedder=embedder, **options)


def test_a_push_sends_what_changed_and_takes_away_what_is_gone(shared, folder, embedder) -> None:
    files = {"a.py": "def alpha():\n    return 1\n", "b.py": "def beta():\n    return 2\n"}
    first = push(folder("repo", files), shared, "repo")
    assert (first.added, first.removed, first.manifest.generation) == (2, 0, 1)
    again = push(folder("repo", {}), shared, "repo")
    assert (again.added, again.removed, again.manifest) == (0, 0, first.manifest)
    index = folder("repo", {"a.py": "def gamma():\n    return 3\n"})
    changed = push(index, shared, "repo")
    assert (changed.added, changed.removed, changed.manifest.generation) == (1, 1, 2)
    answer = _ask(shared, "alpha gamma beta", embedder)
    assert sorted(hit.symbol for hit in answer.hits) == ["beta", "gamma"]
    rows = shared.open("chunks").to_table(columns=["state"])["state"].to_pylist()
    assert sorted(rows) == ["chunk", "chunk", "manifest"]
    terms = dict(tables.values(shared.open("vocabulary"), ["term", "chunks"]))
    assert (terms["gamma"], terms["beta"], terms.get("alpha")) == (1, 1, None)


def test_rows_are_read_by_ids_in_their_order_with_and_without_lances_own_way(
    shared, folder, embedder
) -> None:
    push(folder("one", {f"{n}.txt": f"walrus {n}\n" for n in range(9)}), shared, "one")
    push(folder("two", {f"{n}.txt": f"tern {n}\n" for n in range(9)}), shared, "two")
    shared.forget("one")
    push(folder("three", {"a.txt": "an auk\n"}), shared, "three")
    table = shared.open("chunks")
    every = table.to_table(columns=["text", "key"], with_row_id=True).to_pylist()
    wanted = every[::-2]
    bare = SimpleNamespace(to_table=table.to_table)
    assert hasattr(table, "_take_rows")
    for reader in (table, bare):
        found = tables.by_row_id(reader, ["text", "key"], [row["_rowid"] for row in wanted])
        assert found == wanted
        assert tables.by_row_id(reader, ["text"], []) == []


def test_another_folder_does_not_take_a_name_by_mistake(shared, folder) -> None:
    push(folder("one", {"a.txt": "walrus\n"}), shared, "repo")
    other = folder("two", {"b.txt": "albatross\n"})
    with pytest.raises(QueryError, match="pushed from another folder") as raised:
        push(other, shared, "repo")
    assert "--replace" in raised.value.hint
    assert push(other, shared, "repo", replacing=True).manifest.generation == 2


def test_pushes_side_by_side_all_come_in(shared, folder, embedder) -> None:
    names = [f"repo{number}" for number in range(4)]
    indexes = [folder(name, {"a.txt": f"walrus of {name}\n"}) for name in names]
    for index in indexes:  # the second pushes change rows of one file
        push(index, shared, index.root.name)
    shared.open("chunks").optimize.compact_files()
    indexes = [folder(name, {"a.txt": f"elephant of {name}\n"}) for name in names]
    with ThreadPoolExecutor(len(names)) as pool:
        done = list(pool.map(lambda index: push(index, shared, index.root.name), indexes))
    assert [each.manifest.generation for each in done] == [2] * len(names)
    hits = _ask(shared, "walrus elephant", embedder).hits
    assert sorted(hit.text for hit in hits) == [f"elephant of {name}" for name in names]


def test_repositories_are_asked_together_or_by_name(shared, folder, embedder) -> None:
    for name in ("svc-pay", "svc-web", "docs"):
        code = f"def connect():\n    return '{name}'\n"
        push(folder(name, {"net.py": code}), shared, name)
    together = _ask(shared, "connect", embedder)
    assert {str(hit.file) for hit in together.hits} == {
        "svc-pay/net.py", "svc-web/net.py", "docs/net.py"
    }  # fmt: skip
    some = _ask(shared, "connect", embedder, repositories=["svc-*"])
    assert {hit.origin.repository for hit in some.hits} == {"svc-pay", "svc-web"}
    assert [each.name for each in some.repositories] == ["svc-pay", "svc-web"]
    nothing = ask(shared, Query("connect", Filter(languages=["rust"])), embedder=embedder).unmet
    assert (nothing.message, nothing.hint) == (
        "nothing is indexed in `rust`", "languages here are `python`"
    )  # fmt: skip
    with pytest.raises(NotIndexedError, match="no repository `x`") as raised:
        _ask(shared, "connect", embedder, repositories=["x"])
    assert "`docs`, `svc-pay`" in raised.value.hint


def test_what_is_forgotten_is_in_no_file_any_more(shared, folder, embedder) -> None:
    push(folder("kept", {"a.txt": "walrus elephant\n"}), shared, "kept")
    before = _files(shared)
    push(folder("gone", {"b.txt": "zzmarkerzz elephant\n"}), shared, "gone")
    for name in ("chunks", "vocabulary"):
        shared.open(name).optimize.optimize_indices()  # they hold the words as well
    shared.open("chunks").optimize.compact_files()  # both into one file
    assert _holding(shared, b"zzmarkerzz")
    during = _files(shared)
    shared.forget("gone")
    assert not _holding(shared, b"zzmarkerzz")
    assert not _files(shared) & during - before
    assert [hit.path for hit in _ask(shared, "elephant", embedder).hits] == ["a.txt"]
    with pytest.raises(NotIndexedError, match="`gone`"):
        shared.forget("gone")


def test_the_bytes_of_a_deleted_file_go_when_told_to(shared, folder, embedder) -> None:
    files = {"kept.txt": "walrus elephant\n", "secret.txt": "zzmarkerzz elephant\n"}
    index = folder("repo", files)
    push(index, shared, "repo")
    held = _holding(shared, b"zzmarkerzz")
    assert held
    (index.root / "secret.txt").unlink()
    push(folder("repo", {}), shared, "repo")
    assert _holding(shared, b"zzmarkerzz")
    shared.erase_deleted()
    assert not _holding(shared, b"zzmarkerzz")
    assert [hit.path for hit in _ask(shared, "elephant", embedder).hits] == ["kept.txt"]


def _files(shared: SharedIndex) -> set[Path]:
    """List all files of the two tables that hold texts and terms."""
    both = (Path(shared.url, f"{name}.lance").rglob("*") for name in ("chunks", "vocabulary"))
    return {path for each in both for path in each if path.is_file()}


def _holding(shared: SharedIndex, word: bytes) -> list[Path]:
    files = [path for path in Path(shared.url).rglob("*") if path.is_file()]
    return [path for path in files if word in path.read_bytes()]


def test_a_pulled_index_is_not_embedded(shared, local, embedder, tmp_path) -> None:
    push(local, shared, "tree")
    checkout = tmp_path / "checkout"
    shutil.copytree(local.root, checkout)
    (checkout / "new.txt").write_text("only here\n")
    shutil.rmtree(local.folder.parent.parent)
    fresh = type(embedder)()
    with Index(checkout, fresh, Settings()) as index:
        pulled = pull(index, shared, "tree", cache_bytes=10**9)
        hits = index.search("open a socket", refresh=False)
    assert (pulled.vectors, pulled.report.reused) == (5, 5)
    assert fresh.documents == ["new\nonly here"]
    assert hits[0].path == "net/sockets.py"


def test_without_the_model_words_are_asked_and_the_answer_says_so(shared, local, embedder) -> None:
    push(local, shared, "tree")
    answer = ask(shared, Query("open a socket"))
    assert answer.by_words == ("tree",)
    assert answer.hits[0].path == "net/sockets.py"
    assert set(answer.hits[0].parts) == {"lexical"}
    with pytest.raises(ModelError, match="vectors of `hashing`"):
        ask(shared, Query("open a socket", mode="semantic"))
    with Index(local.root, type(embedder)(32), Settings()) as index:
        index.build()
        with pytest.raises(ModelError, match="vectors of 64 numbers"):
            push(index, shared, "other")


def test_a_program_asks_with_the_model_in_memory(shared, local, embedder, monkeypatch) -> None:
    opened: list[str] = []

    def load(name: str, **_: object) -> object:
        opened.append(name)
        return embedder

    monkeypatch.setattr("searchkit.team.held_models.load_embedder", load)
    team = Team(shared.url)
    team.push(local, "tree")
    for _ in range(2):
        assert team.search("open a socket", limit=1).hits[0].path == "net/sockets.py"
    assert opened == ["hashing"]
    assert [each.name for each in team.repositories()] == ["tree"]
    team.forget("tree")
    with pytest.raises(NotIndexedError, match="there is no repository in `") as raised:
        team.repositories()
    assert "searchkit push" in raised.value.hint


def test_a_filter_that_a_shared_index_has_not_is_refused(shared, local, embedder) -> None:
    push(local, shared, "tree")
    with pytest.raises(QueryError, match="narrowed by what differs in git"):
        ask(shared, Query("socket", Filter(difference=Difference("HEAD"))), embedder=embedder)
    with pytest.raises(QueryError, match="no language `klingon`"):
        ask(shared, Query("socket", Filter(languages=["klingon"])), embedder=embedder)


def test_a_reader_sees_pushes_whole(shared, folder, embedder) -> None:
    """Between any two commits of a push; what a kill at that moment would leave."""
    texts = {f"{name}.txt": f"generation one {name}\n" for name in "abc"}
    push(folder("repo", texts), shared, "repo")
    index = folder("repo", {path: text.replace("one", "two") for path, text in texts.items()})
    table = shared.open("chunks")
    before = table.version
    push(index, shared, "repo")
    for version in range(before, table.latest_version + 1):
        found = tables.records(table.checkout_version(version), ["text"], "state = 'chunk'")
        assert len({row["text"].split()[1] for row in found}) == 1
        assert len(found) == 3


def test_a_place_that_was_made_anew_kept_the_repositories_of_the_one_before(
    shared, folder, embedder
) -> None:
    push(folder("old", {"a.txt": "walrus\n"}), shared, "old")
    assert [each.name for each in shared.snapshot().manifests] == ["old"]
    shutil.rmtree(shared.url)
    push(folder("new", {"a.txt": "walrus\n"}), SharedIndex(shared.url), "new")
    assert [each.name for each in shared.snapshot().manifests] == ["new"]


@pytest.mark.parametrize("name", ["", "a b", "../x", "/x", "x/", "-x", "x\n", "é" * 201])
def test_what_is_no_name_is_refused(local, shared, name) -> None:
    with pytest.raises(QueryError, match="is no name of a repository"):
        push(local, shared, name)


def test_many_pushes_are_tidied_up(shared, folder, embedder, monkeypatch) -> None:
    monkeypatch.setattr("searchkit.team.upkeep._COMMITS", 3)
    for number in range(5):
        index = folder("repo", {"a.txt": f"walrus {number}\n", "b.txt": "walrus\n"})
        push(index, shared, "repo")
    table = shared.open("chunks")
    assert table.stats.dataset_stats()["num_fragments"] < 5
    assert {hit.text for hit in _ask(shared, "walrus", embedder).hits} == {"walrus 4", "walrus"}


@pytest.mark.parametrize(
    ("parts", "new", "count"),
    [([], 5, 0), ([3_000], 10, 1), ([10**7], 640, 0), ([10**7, 3_000], 640, 1)],
)
def test_parts_of_an_index_are_put_together_with_what_is_not_much_smaller(
    parts, new, count
) -> None:
    assert upkeep._merged(parts, sum(parts) + new) == count


@pytest.mark.slow
def test_tidying_up_small_pushes_leaves_a_large_file_and_its_part_of_the_indexes_alone(
    shared, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.upkeep._COMMITS", 3)
    monkeypatch.setattr("searchkit.team.upkeep._SMALL", 1)
    push(folder("large", {f"{n}.txt": f"walrus {n}\n" for n in range(200)}), shared, "large")
    shared.open("chunks").optimize.optimize_indices()
    for number in range(6):
        name = f"repo{number}"
        push(folder(name, {"a.txt": f"albatross {number}\n"}), shared, name)
    table = shared.open("chunks")
    (terms,) = (each for each in table.describe_indices() if each.name == "terms_idx")
    assert list(terms.segments[0].fragment_ids) == [0]
    assert 1 < len(terms.segments) < 4
    assert table.get_fragments()[0].physical_rows == 201
    assert len(table.get_fragments()) < 6
    hits = ask(shared, Query("albatross", mode="lexical"), embedder=embedder).hits
    assert {hit.text for hit in hits} == {f"albatross {number}" for number in range(6)}
    assert _ask(shared, "walrus 17", embedder).hits[0].text == "walrus 17"
