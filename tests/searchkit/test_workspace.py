"""All indexed folders behind one model: found, asked together, from threads and after a fork."""

import multiprocessing
import os
import random
import subprocess
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from searchkit import Filter, Index, Pattern, Query, Settings, Workspace
from searchkit.embedders import load_embedder
from searchkit.index_dir import catalog_of
from searchkit_index.errors import NotIndexedError, QueryError, RootError


@pytest.fixture
def workspace(open_index):
    with Workspace(open_index=open_index) as workspace:
        yield workspace


@pytest.fixture
def folders(tmp_path: Path, open_index) -> tuple[Path, Path]:
    """Two indexed folders, with a file of the same name in both."""
    texts = {
        "one": {"a.txt": "a quokka near the river\n", "same.txt": "a wombat in one\n"},
        "two": {"b.txt": "a quokka, a quokka and a zebra\n", "same.txt": "a wombat in two\n"},
    }
    for root, files in texts.items():
        (tmp_path / root).mkdir()
        for name, text in files.items():
            (tmp_path / root / name).write_text(text)
        with open_index(tmp_path / root) as index:
            index.build()
    return tmp_path / "one", tmp_path / "two"


def found(answer) -> list[tuple[str, str]]:
    return [(hit.root.name, hit.path) for hit in answer.hits]


def test_one_search_asks_every_indexed_folder(workspace, folders) -> None:
    answer = workspace.search("quokka zebra", mode="lexical")
    assert found(answer) == [("two", "b.txt"), ("one", "a.txt")]
    assert set(answer.freshness) == set(folders)
    assert all(hit.file.is_file() for hit in answer.hits)
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


def test_a_search_of_several_folders_gives_the_scores_of_one_that_holds_them_all(
    workspace, folders, tmp_path: Path, open_index
) -> None:
    whole = tmp_path / "whole"
    for folder in folders:
        for path in folder.iterdir():
            target = whole / folder.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text())
    with open_index(whole) as index:
        index.build()
        together = index.search("quokka zebra wombat", mode="semantic")
    apart = workspace.search("quokka zebra wombat", mode="semantic", within=folders)
    assert [f"{hit.root.name}/{hit.path}" for hit in apart.hits] == [hit.path for hit in together]
    assert [hit.score for hit in apart.hits] == pytest.approx([hit.score for hit in together])


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, new_embedder) -> tuple[Path, list[Path]]:
    """A home with two folders of code, prose and data, many texts of which are alike.

    Some stand in both folders, and one folder inside is indexed by itself as well.
    """
    home, top = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("mixed")
    chance = random.Random(3)
    words = "quokka socket wombat river parse token stream lantern mirror garden".split()  # noqa: SIM905
    for number in range(260):
        root = top / ("one", "two", "one/inner")[number % 3]
        said = " ".join(chance.choices(words, k=chance.randint(1, 9)))
        texts = {
            "py": f"def {chance.choice(words)}_{number % 40}(value):\n    return {said.split()}\n",
            "md": f"# {chance.choice(words)}\n\n{said}.\n\n## {chance.choice(words)}\n\n{said}\n",
            "txt": f"{said}\n" * chance.randint(1, 3),
            "json": f'{{"{chance.choice(words)}": "{said}"}}\n',
        }
        name = chance.choice(list(texts))
        path = root / ("tests", "src", ".")[number % 7 % 3] / f"{words[number % 10]}{number}.{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[name])
    roots = [top / "one", top / "two", top / "one/inner"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_HOME", str(home))
        for root in roots:
            with Index(root, new_embedder(), Settings()) as index:
                index.build()
    return home, roots


LIMITS = (1_000, 1, 10, 101, 250)


@pytest.mark.parametrize("mode", ["lexical", "semantic", "hybrid"])
@pytest.mark.parametrize(
    ("folders", "filter"),
    [(1, Filter(["python", "markdown"])), (2, Filter()), (3, Filter(min_confidence=0.02))],
)
def test_a_larger_limit_changed_the_order_of_the_first_ten(
    mode, folders, filter, mixed, workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, roots = mixed
    monkeypatch.setenv("SEARCHKIT_HOME", str(home))
    query = Query("where is the lantern of quokka_7", filter, mode)
    told = [
        workspace.search(query, within=roots[:folders], limit=limit, refresh=False).hits
        for limit in LIMITS
    ]
    _is_one_order([[(hit.file, hit.start_line, hit.confidence) for hit in hits] for hits in told])


@pytest.mark.parametrize("folders", [1, 3])
def test_a_larger_limit_changed_the_order_of_what_is_alike(
    folders, mixed, workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, roots = mixed
    monkeypatch.setenv("SEARCHKIT_HOME", str(home))
    within, file = roots[:folders], min((roots[0] / "src").iterdir())
    told = [
        workspace.similar(file, 1, within=within, limit=limit, refresh=False).hits
        for limit in LIMITS
    ]
    _is_one_order([[(hit.file, hit.start_line, hit.score) for hit in hits] for hits in told])


def _is_one_order(orders: list[list[object]]) -> None:
    """Each limit gives the beginning of one order, and as much of it as was asked for."""
    whole = orders[0]
    assert len(whole) > 10
    for limit, order in zip(LIMITS, orders, strict=True):
        assert order == whole[: len(order)]
        assert len(order) == min(limit, len(whole))


def test_one_budget_of_time_is_for_all_folders(folders, embedder) -> None:
    def hurried(root: Path) -> Index:
        return Index(root, embedder, Settings(refresh_seconds=0))

    with Workspace(open_index=hurried, settings=Settings(refresh_seconds=0)) as workspace:
        answer = workspace.search("quokka")
    assert set(answer.roots) == set(folders)
    assert len(answer.freshness) == 1
    assert len(answer.hits) >= 2


def test_namesakes_of_two_folders_are_two_files(workspace, folders) -> None:
    answer = workspace.search("wombat", mode="lexical")
    assert sorted(found(answer)) == [("one", "same.txt"), ("two", "same.txt")]
    assert answer.hits[0].score == pytest.approx(answer.hits[1].score, rel=0.1)
    assert {hit.text for hit in answer.hits} == {"a wombat in one", "a wombat in two"}


def test_a_copy_in_another_folder_is_named_with_its_folder(workspace, folders, open_index) -> None:
    one, two = folders
    for root in folders:
        (root / "copy.txt").write_text("a narwhal that swims\n")
        with open_index(root) as index:
            index.build()
    (hit,) = workspace.search("narwhal", mode="lexical").hits
    other = two if hit.root == one else one
    assert hit.copies == (str(other / "copy.txt"),)


def test_paths_narrow_to_their_folders_and_to_what_lies_inside(workspace, folders) -> None:
    one, two = folders
    assert found(workspace.search("quokka", within=[one], mode="lexical")) == [("one", "a.txt")]
    assert found(workspace.search("quokka", within=str(one), mode="lexical")) == [("one", "a.txt")]
    inside = workspace.search("quokka wombat", within=[one / "same.txt", two], mode="lexical")
    assert set(found(inside)) == {("one", "same.txt"), ("two", "b.txt"), ("two", "same.txt")}
    filter = Filter(under=["b.txt"])
    assert found(workspace.search("quokka", within=[two / "same.txt"], filter=filter)) == []
    assert found(workspace.search("quokka", within=[two], filter=filter)) == [("two", "b.txt")]


def test_a_folder_inside_another_gives_its_hits_once(workspace, folders, open_index) -> None:
    one, _ = folders
    (one / "inner").mkdir()
    (one / "inner/deep.txt").write_text("a narwhal\n")
    for root in (one, one / "inner"):
        with open_index(root) as index:
            index.build()
    answer = workspace.search("narwhal", mode="lexical")
    assert len(answer.hits) == 1
    assert answer.hits[0].copies == ()
    assert answer.hits[0].file == one / "inner/deep.txt"


def test_a_folder_that_cannot_be_asked_is_among_the_faults(
    workspace, folders, open_index, embedder, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("a quokka\n")
    with open_index(other, type(embedder)(32, "stranger")) as index:
        index.build()
    answer = workspace.search("quokka")
    assert set(answer.faults) == {other}
    assert len(answer.hits) >= 2
    with pytest.raises(Exception, match="stranger"):
        workspace.search("quokka", within=[other])


def test_a_folder_whose_name_begins_with_a_dot_answered_from_another(
    workspace, tmp_path: Path, open_index
) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)  # there hidden folders are walked
    for name, text in {".github/a.md": "# zebra release\n", "github/b.md": "# giraffe\n"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    with open_index(tmp_path) as index:
        index.build()
    location = workspace.locate(tmp_path / ".github")
    assert location == (tmp_path, ".github", True)
    answer = workspace.search("zebra", within=[tmp_path / ".github"])
    assert [hit.path for hit in answer.hits] == [".github/a.md"]
    assert workspace.path_status(tmp_path / ".github/a.md").indexed
    similar = workspace.similar(tmp_path / ".github/a.md", 1)
    assert [hit.path for hit in similar.hits] == ["github/b.md"]


def test_a_path_is_located_in_the_nearest_indexed_folder(workspace, folders) -> None:
    one, _ = folders
    (one / "sub").mkdir()
    assert workspace.locate(one) == (one, "", True)
    assert workspace.locate(one / "sub") == (one, "sub", True)
    assert workspace.locate(one / "a.txt") == (one, "a.txt", True)
    assert workspace.locate(one.parent) == (one.parent, "", False)
    (one / "link").symlink_to("a.txt")
    assert workspace.locate(one / "link") == (one, "a.txt", True)
    assert workspace.locate(one / "link", follow=False) == (one, "link", True)
    with pytest.raises(RootError):
        workspace.locate(one / "missing")
    with pytest.raises(RootError):
        workspace.locate(one.parent / "missing", follow=False)


def test_nothing_indexed_is_told_with_what_to_type(workspace, tmp_path: Path) -> None:
    for within in (None, [tmp_path]):
        with pytest.raises(NotIndexedError) as raised:
            workspace.search("anything", within=within)
        assert "searchkit index" in raised.value.hint
    with pytest.raises(NotIndexedError):
        workspace.path_status(tmp_path)


def test_similar_places_come_from_other_folders_too(workspace, folders) -> None:
    one, two = folders
    answer = workspace.similar(one / "a.txt", 1, within=[two])
    assert found(answer)[0] == ("two", "b.txt")
    assert ("one", "a.txt") not in found(workspace.similar(one / "a.txt", 1, within=folders))
    for line in (0, -1, 99):
        with pytest.raises(QueryError):
            workspace.similar(one / "a.txt", line)


def test_facets_of_several_folders_add_up(workspace, folders) -> None:
    assert workspace.facets().languages == {"text": 4}
    assert workspace.facets([folders[0]]).languages == {"text": 2}


def test_one_model_is_in_memory_for_all_folders(
    folders, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    monkeypatch.setattr(
        "searchkit.workspace.load_embedder", lambda *_, **__: loaded.append(1) or embedder
    )
    with Workspace() as workspace, ThreadPoolExecutor(4) as pool:
        list(pool.map(workspace.search, ["quokka"] * 8))
        assert {id(workspace.index(root).embedder) for root in folders} == {id(embedder)}
    assert loaded == [1]


def test_a_question_is_embedded_once_for_all_folders(
    workspace, folders, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    encode = embedder.encode
    monkeypatch.setattr(
        embedder, "encode", lambda texts, role: asked.append(role) or encode(texts, role)
    )
    workspace.search("quokka", within=folders)
    assert asked == ["query"]


# Threads


def test_an_index_and_a_workspace_are_asked_from_several_threads(
    workspace, folders, open_index
) -> None:
    with open_index(folders[0]) as index, ThreadPoolExecutor(8) as pool:
        expected = [hit.path for hit in index.search("quokka")]
        jobs = [pool.submit(index.search, "quokka") for _ in range(40)]
        jobs += [pool.submit(workspace.search, "quokka") for _ in range(40)]
        answers = [job.result() for job in jobs]
    assert all([hit.path for hit in answer] == expected for answer in answers[:40])
    assert len({tuple(found(answer)) for answer in answers[40:]}) == 1


def test_searches_go_on_while_another_thread_builds(workspace, folders) -> None:
    one, _ = folders
    stop, faults = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert workspace.search("quokka", within=[one], refresh=False).hits
            except BaseException as fault:
                faults.append(fault)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(3):
        (one / f"more{number}.txt").write_text(f"another text {number}\n")
        workspace.build(one)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_an_index_is_closed_and_asked_again_by_any_thread(folders, open_index) -> None:
    index = open_index(folders[0])
    assert index.search("quokka")
    closer = threading.Thread(target=index.close)
    closer.start()
    closer.join()
    assert index.search("quokka")
    index.close()


def test_an_index_that_was_erased_and_made_anew_is_not_asked_as_it_was(folders, open_index) -> None:
    from searchkit.index_dir import forget

    one, _ = folders
    with open_index(one) as index:
        assert index.search("quokka", mode="lexical")
        forget(one)
        with pytest.raises(NotIndexedError):
            index.search("quokka", refresh=False)
        (one / "a.txt").write_text("a narwhal\n")
        with open_index(one) as other:
            other.build()
        assert [hit.path for hit in index.search("narwhal", mode="lexical")] == ["a.txt"]


# After a fork

forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def _in_a_fork(work) -> object:
    """What a forked child sends back within 30 seconds."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=lambda: theirs.send(work()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        child.start()
    try:
        assert ours.poll(30), "the child hangs"
        return ours.recv()
    finally:
        child.kill()
        child.join()


@forked
def test_an_encode_of_several_batches_hung_in_a_forked_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("searchkit.embedders.onnx._BATCH_TOKENS", 64)
    embedder = load_embedder(threads=2)
    texts = [f"text {number} about sockets, rivers and bread" for number in range(20)]
    before = embedder.encode(texts, "document")
    after = _in_a_fork(lambda: embedder.encode(texts, "document").tolist())
    assert after == before.tolist()


@forked
def test_a_workspace_is_asked_and_built_in_a_forked_child(folders) -> None:
    _, two = folders
    with Workspace() as workspace:
        for root in folders:
            workspace.build(root)
        before = found(workspace.search("quokka"))

        def work() -> object:
            (two / "c.txt").write_text("a quokka and a narwhal\n")
            workspace.build(two)
            return found(workspace.search("quokka")), found(workspace.search("narwhal", limit=1))

        asked, new = _in_a_fork(work)
        assert set(before) < set(asked)
        assert new == [("two", "c.txt")]
        # The parent's own connections are as they were.
        assert found(workspace.search("narwhal", limit=1)) == [("two", "c.txt")]


def test_the_readme_names_what_programs_use(workspace, folders) -> None:
    query = Query("quokka", Filter(["text"]), "lexical", limit=1)
    (hit,) = workspace.search(query).hits
    assert hit.line == 1
    assert "quokka" in hit.excerpt
    assert hit.record()["file"] == str(hit.file)


def test_a_refused_folder_was_listed_as_not_finished_for_ever(tmp_path: Path, open_index) -> None:
    for name in ("objects", "refs"):
        (tmp_path / "bare.git" / name).mkdir(parents=True)
    (tmp_path / "bare.git/HEAD").write_text("ref: refs/heads/main\n")
    with open_index(tmp_path / "bare.git") as index, pytest.raises(RootError, match="inside of"):
        index.build()
    assert not index.folder.exists()


@pytest.mark.parametrize(
    ("filter", "message", "hint"),
    [
        (Filter(languages=["rust"]), "nothing is indexed in `rust`", "languages here are `text`"),
        (Filter(kinds=["test"]), "nothing is indexed of the kind `test`", "kinds here are `prose`"),
        (
            Filter(globs=["src/**"]),
            "nothing is indexed at a path that matches `src/**`",
            "all files stand in the folder itself",
        ),
        (
            Filter(globs=["a.txt"], under=["b.txt"]),
            "nothing is indexed below `b.txt`, at a path that matches `a.txt`",
            "each of these fits something alone: take one off",
        ),
        (
            Filter(patterns=[Pattern("QUOKKA")], languages=["text"]),
            "no chunk that fits the other filters has a line that matches `QUOKKA`",
            "it matches in another case: add `-i`",
        ),
    ],
)
def test_a_filter_that_nothing_fits_said_only_that_nothing_was_found(
    workspace, folders, filter: Filter, message: str, hint: str
) -> None:
    unmet = workspace.search("quokka", filter=filter, within=folders).unmet
    assert (unmet.message, unmet.hint) == (message, hint)


def test_words_that_stand_nowhere_are_no_fault_of_a_filter(workspace, folders) -> None:
    answer = workspace.search("okapi", mode="lexical", filter=Filter(languages=["text"]))
    assert not answer.hits
    assert answer.unmet is None


def test_an_index_that_cannot_be_opened_was_left_out_of_all_without_a_word(
    workspace, folders
) -> None:
    damaged = catalog_of(folders[0])
    damaged.write_bytes(b"\0" * 100 + damaged.read_bytes()[100:])
    answer = workspace.search("quokka", mode="lexical")
    assert found(answer) == [("two", "b.txt")]
    assert "is damaged" in answer.faults[damaged.parent].message
    catalog_of(folders[1]).write_bytes(damaged.read_bytes())
    with pytest.raises(NotIndexedError, match=r"no index can be opened: .* is damaged"):
        workspace.search("quokka", mode="lexical")
