"""The index of vectors is scanned in versions that hold deleted rows, and no answer shows these."""

from pathlib import Path

import pytest
from asking import ask

from searchkit.query import Query
from searchkit.team import tables
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.vector_index import segments

pytestmark = pytest.mark.integration


@pytest.fixture
def walruses(shared, folder, monkeypatch) -> SharedIndex:
    """A shared index whose vectors are found through an index."""
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 64)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 50)
    files = {f"{n}.txt": f"walrus {n}\n" for n in range(70)}
    push(folder("many", files), shared, "many")
    return shared


def test_deleted_rows_that_the_index_names_are_in_no_answer_and_new_rows_are(
    walruses, folder, embedder
) -> None:
    changed = {"7.txt": "an albatross\n", "8.txt": "walrus 8 and a heron\n"}
    push(folder("many", changed), walruses, "many")
    table = walruses.open("chunks")
    assert _known(walruses) < table.count_rows(), "all is in the index: the test shows nothing"
    assert walruses.snapshot().scans
    for text in ("an albatross", "walrus 8 and a heron", "walrus 69"):
        assert _texts(walruses, text, embedder)[0] == text
    assert not {"walrus 7", "walrus 8"} & {*_texts(walruses, "walrus 7", embedder, limit=80)}


def test_only_files_that_no_segment_knows_are_read_whole(
    walruses, folder, embedder, monkeypatch
) -> None:
    push(folder("few", {"a.txt": "a heron\n"}), walruses, "few")
    read, batches = [], tables.batches

    def counted(table, columns, *where, **options):
        for batch in batches(table, columns, *where, **options):
            read.extend(batch.num_rows for name in columns if name == "vector")
            yield batch

    monkeypatch.setattr("searchkit.team.tables.batches", counted)
    assert _texts(walruses, "a heron", embedder)[0] == "a heron"
    assert sum(read) == 2  # the chunk, and what is known of its repository


def test_where_most_rows_that_the_index_names_were_deleted_others_are_named(
    walruses, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index.compared", lambda rows, wanted: 20)
    index = folder("many", {})
    near = _texts(walruses, "walrus 3", embedder, limit=15)
    for path in Path(index.root).glob("*.txt"):
        if path.read_text().strip() in near:
            path.unlink()
    index.build()
    push(index, walruses, "many")
    found = _texts(walruses, "walrus 3", embedder, limit=15)
    assert len(found) == 15
    assert not {*near} & {*found}


def test_an_index_of_an_earlier_release_is_asked_and_gets_its_versions_by_the_next_push(
    shared, folder, embedder, monkeypatch, request
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("searchkit.team.scan_versions.publish", lambda table: None)
        walruses = request.getfixturevalue("walruses")
    assert not walruses.snapshot().scans
    assert _texts(walruses, "walrus 7", embedder)[0] == "walrus 7"
    push(folder("more", {"7.txt": "heron 7\n"}), walruses, "more")
    assert walruses.snapshot().scans
    assert _texts(walruses, "heron 7", embedder)[0] == "heron 7"


def test_erasing_leaves_one_version_for_each_segment_and_none_of_the_deleted_bytes(
    walruses, folder, embedder
) -> None:
    push(folder("many", {"7.txt": "an albatross\n"}), walruses, "many")
    walruses.erase_deleted()
    versions = Path(walruses.url, "chunks.lance", "_versions").glob("d*.manifest")
    assert len([*versions]) == len(segments(walruses.open("chunks"))) == 1
    assert walruses.snapshot().scans
    files = [path for path in Path(walruses.url).rglob("*") if path.is_file()]
    assert not [path for path in files if b"walrus 7\n" in path.read_bytes()]
    assert _texts(walruses, "an albatross", embedder)[0] == "an albatross"


def test_a_version_is_opened_once(walruses) -> None:
    first, second = walruses.snapshot().scans, walruses.snapshot().scans
    assert first.keys() == second.keys()
    assert all(first[segment] is second[segment] for segment in first)


def test_a_version_that_is_gone_is_done_without(walruses, embedder) -> None:
    for path in Path(walruses.url, "chunks.lance", "_versions").glob("d*.manifest"):
        path.unlink()
    reader = SharedIndex(walruses.url)
    assert not reader.snapshot().scans
    assert _texts(reader, "walrus 7", embedder)[0] == "walrus 7"


def test_each_segment_is_asked_in_a_version_of_its_files_alone(
    walruses, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.upkeep._SMALL", 1)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    push(folder("few", {"a.txt": "a heron\n", "b.txt": "an emu\n"}), walruses, "few")
    table = walruses.open("chunks")
    versions = walruses.snapshot().scans
    assert len(versions) == len(segments(table)) == 2
    for segment, files in segments(table).items():
        held = versions[segment].get_fragments()
        assert {each.fragment_id for each in held} == files
    assert _texts(walruses, "an emu", embedder)[0] == "an emu"
    assert _texts(walruses, "walrus 12", embedder)[0] == "walrus 12"


def _known(shared: SharedIndex) -> int:
    table = shared.open("chunks")
    return table.stats.index_stats("vector_idx")["num_indexed_rows"]


def _texts(shared: SharedIndex, text: str, embedder, limit: int = 5) -> list[str]:
    query = Query(text, mode="semantic", limit=limit)
    return [hit.text.strip() for hit in ask(shared, query, embedder=embedder).hits]


TOLD = [
    "no JSON",
    "7",
    "[1]",
    "[" * 100_000,
    *('{"%s": ' + it + "}" for it in ("[]", "1e40", '"x"', "9" * 30, "3")),
]


@pytest.mark.parametrize("told", TOLD, ids=range(len(TOLD)))
def test_what_a_stranger_says_of_versions_breaks_no_question_and_no_push(
    walruses, folder, embedder, told
) -> None:
    table = walruses.open("chunks")
    (segment,) = segments(table)
    table.update_config({"searchkit.scan_versions": told.replace("%s", segment)})
    assert _texts(SharedIndex(walruses.url), "walrus 7", embedder)[0] == "walrus 7"
    push(folder("more", {f"{n}.txt": f"heron {n}\n" for n in range(60)}), walruses, "more")
    assert _texts(walruses, "heron 7", embedder)[0] == "heron 7"
