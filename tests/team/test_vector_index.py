"""Vectors of a shared index of many chunks are found through an index over them."""

import pytest
from asking import ask

from searchkit.query import Query
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.vector_index import NAME

pytestmark = pytest.mark.integration


def test_beyond_a_size_vectors_are_found_through_an_index(
    shared, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 256)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    files = {f"{n}.txt": f"walrus {n} of herd {n % 7} near rock {n * n}\n" for n in range(300)}
    index = folder("repo", files)
    push(index, shared, "repo")
    assert shared.open("chunks").stats.index_stats(NAME)["num_indexed_rows"] >= 300
    assert _parts_of_vectors(shared) == 17  # the root of 300 chunks and of what is known of them
    push(folder("repo", {"new.txt": "an albatross\n"}), shared, "repo")  # no index knows it yet
    assert _parts_of_vectors(shared) == 17
    for text in ("walrus 17 of herd 3", "an albatross"):
        query = Query(text, mode="semantic", limit=5)
        theirs = ask(shared, query, embedder=embedder).hits
        assert theirs[0].path == index.search(query, refresh=False)[0].path


def test_the_index_over_vectors_is_made_anew_once_its_table_has_grown(
    shared, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 64)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    for count, parts in ((70, 8), (300, 17)):
        index = folder("repo", {f"{n}.txt": f"walrus {n}\n" for n in range(count)})
        push(index, shared, "repo")
        assert _parts_of_vectors(shared) == parts
    assert _first(shared, "walrus 288", embedder) == "walrus 288"


def test_a_table_that_shrinks_below_the_size_of_short_codes_keeps_them(
    shared, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 64)
    monkeypatch.setattr("searchkit.team.vector_index._LARGE", 200)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    for count, bits, parts in ((70, 2, 8), (300, 1, 5), (150, 1, 5)):
        index = folder(f"of{count}", {f"{n}.txt": f"walrus {n}\n" for n in range(count)})
        push(index, shared, "repo", replacing=True)
        assert _bits_of_vectors(shared) == bits
        assert _parts_of_vectors(shared) == parts
        assert _first(shared, "walrus 68", embedder) == "walrus 68"


def test_codes_of_vectors_are_read_ahead_where_there_are_any(
    shared, folder, embedder, monkeypatch
) -> None:
    push(folder("few", {"a.txt": "walrus\n"}), shared, "few")
    shared.read_ahead()
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 64)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    push(folder("many", {f"{n}.txt": f"walrus {n}\n" for n in range(70)}), shared, "many")
    reader = SharedIndex(shared.url)
    table = reader.open("chunks")
    before = table.session().size_bytes()
    reader.read_ahead()
    assert table.session().size_bytes() > before


def test_small_pushes_leave_one_small_part_beside_the_large_one_and_erasing_none(
    shared, folder, embedder, monkeypatch
) -> None:
    monkeypatch.setattr("searchkit.team.vector_index._SCANNED", 256)
    monkeypatch.setattr("searchkit.team.upkeep.UNINDEXED", 1)
    monkeypatch.setattr("searchkit.team.upkeep._SMALL", 1)
    push(folder("large", {f"{n}.txt": f"walrus {n}\n" for n in range(300)}), shared, "large")
    for name, count in (("emu", 30), ("kiwi", 9), ("rhea", 3), ("moa", 1)):
        push(folder(name, {f"{n}.txt": f"{name} {n}\n" for n in range(count)}), shared, name)
        push(folder(f"big-{name}", {"a.txt": f"heron near {name}\n"}), shared, f"big-{name}")
        assert _segments(shared) <= 2
    shared.erase_deleted()
    assert _segments(shared) == 1
    for text in ("emu 29", "walrus 17", "heron near rhea"):
        assert _first(shared, text, embedder) == text


def _first(shared: SharedIndex, text: str, embedder) -> str:
    return ask(shared, Query(text, mode="semantic"), embedder=embedder).hits[0].text


def _segments(shared: SharedIndex) -> int:
    (known,) = (each for each in shared.open("chunks").describe_indices() if each.name == NAME)
    return len(known.segments)


def _bits_of_vectors(shared: SharedIndex) -> int:
    (known,) = shared.open("chunks").stats.index_stats(NAME)["indices"]
    return known["sub_index"]["num_bits"]


def _parts_of_vectors(shared: SharedIndex) -> int:
    (known,) = shared.open("chunks").stats.index_stats(NAME)["indices"]
    return known["num_partitions"]
