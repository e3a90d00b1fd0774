"""All indexed folders behind one model, asked together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from searchkit import Filter, Index, Query, Settings, Workspace
from searchkit.indexes.home import catalog_of
from searchkit_index.errors import CatalogDamagedError, NotIndexedError, QueryError


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
    workspace, folders, another, embedder
) -> None:
    other = another("x.txt", "a quokka\n", type(embedder)(32, "stranger"))
    answer = workspace.search("quokka")
    assert set(answer.faults) == {other}
    assert len(answer.hits) >= 2
    with pytest.raises(Exception, match="stranger"):
        workspace.search("quokka", within=[other])


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


def test_the_readme_names_what_programs_use(workspace, folders) -> None:
    query = Query("quokka", Filter(["text"]), "lexical", limit=1)
    (hit,) = workspace.search(query).hits
    assert hit.line == 1
    assert "quokka" in hit.excerpt
    assert hit.record()["file"] == str(hit.file)


def test_where_nothing_was_found_a_fault_of_one_folder_kept_all_others_from_answering(
    workspace, folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = CatalogDamagedError("the catalog is damaged")

    def asking() -> None:
        raise fault

    monkeypatch.setattr(workspace.index(folders[0]).sessions, "asking", asking)
    answer = workspace.search("quokka", within=folders, filter=Filter(languages=("go",)))
    assert answer.faults == {folders[0]: fault}
    assert answer.unmet.message == "nothing is indexed in `go`"


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
