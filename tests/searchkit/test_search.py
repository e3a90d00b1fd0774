"""One folder is asked by words and by meaning, narrowed by filters."""

from pathlib import Path
from typing import Any

import pytest

from searchkit import load_embedder
from searchkit.hits.hit import Hit
from searchkit.query import Filter, Query
from searchkit_index.errors import NotIndexedError, QueryError


def paths(hits) -> list[str]:
    return [hit.path for hit in hits]


def test_a_hit_tells_where_it_stands_and_which_side_found_it(index) -> None:
    hit = index.search("def open_socket(host, port):")[0]
    assert hit.path == "net/sockets.py"
    assert hit.start_line <= 4 <= hit.end_line
    assert hit.language == "python"
    assert "open_socket" in hit.symbol
    assert "def open_socket" in hit.text
    assert set(hit.parts) == {"semantic", "lexical"}
    assert hit.score == pytest.approx(sum(hit.shares.values()))
    assert {"semantic", "lexical"} <= set(hit.shares)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("散歩", "notes/日記.txt"),
        ("sopa de tomate", "notes/receta.md"),
        ("parse config", "parse.go"),
        ("PARSECONFIG", "parse.go"),
        ("sockets", "net/sockets.py"),
    ],
)
def test_words_are_found_in_every_script_and_inside_identifiers(index, question, path) -> None:
    assert path in paths(index.search(question, mode="lexical"))


def test_a_word_that_one_of_two_files_holds_tells_them_apart(tmp_path, open_index) -> None:
    glue = "with the map and the rope to the cave and to the lamp with the oil and with the rest"
    (tmp_path / "cave.txt").write_text(f"{glue}\n")
    (tmp_path / "river.txt").write_text("a crocodile came to the river with eggs and slept\n")
    with open_index(tmp_path) as index:
        index.build()
        hits = index.search("to the crocodile and with the", mode="lexical")
    assert paths(hits) == ["river.txt", "cave.txt"]


@pytest.mark.parametrize(
    "question",
    [
        "foo.bar()",
        "c++",
        "what's",
        "-x",
        "🙂",
        "a AND NOT b*",
        'say "hi',
        "NEAR(a b)",
        "{}:;^%'--",
        "\0",
        "\ud800",
        "body : x",
        "word " * 20_000,
    ],
)
def test_no_text_is_a_query_language(index, question: str) -> None:
    assert isinstance(index.search(question), list)


def test_words_are_ranked_by_how_much_they_tell(tree: Path, open_index) -> None:
    for number in range(20):
        (tree / f"common{number}.txt").write_text("the socket and the config " * 5)
    (tree / "zebra.txt").write_text("some other text " * 20 + "a zebra near the socket")
    with open_index(tree) as index:
        index.build()
        hits = index.search("the zebra and the socket", mode="lexical")
    assert hits[0].path == "zebra.txt"
    scores = [hit.parts["lexical"].score for hit in hits]
    assert 1 > scores[0] > scores[-1] > 0


def test_an_empty_question_is_refused(index) -> None:
    with pytest.raises(QueryError):
        index.search(" \n")


def test_language_glob_and_folder_narrow_both_sides(index) -> None:
    for mode in ("hybrid", "semantic", "lexical"):
        ask = {"query": "socket config sopa readme", "mode": mode, "limit": 50}
        assert set(paths(index.search(**ask, filter=Filter(languages=["go"])))) == {"parse.go"}
        assert set(paths(index.search(**ask, filter=Filter(globs=["notes/*.md"])))) == {
            "notes/receta.md"
        }
        assert set(paths(index.search(**ask, filter=Filter(under=["net"])))) == {"net/sockets.py"}
        assert index.search(**ask, filter=Filter(["go"], under=["net"])) == []


def test_kinds_narrow_both_sides(index, tree: Path) -> None:
    (tree / "tests").mkdir()
    (tree / "tests/sockets.py").write_text("def test_socket():\n    assert open_socket()\n")
    index.build()
    for mode in ("hybrid", "semantic", "lexical"):
        ask = {"query": "open socket sopa", "mode": mode, "limit": 50}
        assert set(paths(index.search(**ask, filter=Filter(kinds=["test"])))) == {
            "tests/sockets.py"
        }
        defined = index.search(**ask, filter=Filter(kinds=["definition"]))
        assert {hit.kind for hit in defined} == {"definition"}
        assert "tests/sockets.py" not in paths(defined)
        assert "notes/receta.md" in paths(index.search(**ask, filter=Filter(kinds=["prose"])))
        assert len(index.search(**ask, filter=Filter(kinds=["test", "prose"]))) > 1


def test_natural_languages_narrow_prose_on_both_sides(index, tree: Path) -> None:
    (tree / "notes/sopa.txt").write_text("La sopa de tomate lleva ajo y aceite de oliva.\n")
    index.refresh(60)

    def found(*languages: str) -> set[str]:
        return {
            hit.path
            for hit in index.search("sopa tomate 散歩 socket", filter=Filter(languages=languages))
        }

    spanish = {"notes/receta.md", "notes/sopa.txt"}
    assert found("es") == found("Spanish") == spanish
    assert found("ja") == {"notes/日記.txt"}
    assert found("ja", "es") == {"notes/日記.txt", *spanish}
    assert found("es", "markdown") == {"notes/receta.md"}
    assert found("es", "python") == {"net/sockets.py", *spanish}
    told = {hit.path: hit.natural_language for hit in index.search("sopa socket")}
    assert (told["notes/receta.md"], told["net/sockets.py"]) == ("es", None)


def test_a_name_that_two_languages_share_means_both(index, tree: Path) -> None:
    (tree / "read.pl").write_text("sub read_file { return slurp(shift); }\n")
    (tree / "plik.txt").write_text("Ten plik jest czytany tylko raz, a potem zapominany.\n")
    index.refresh(60)
    assert {hit.path for hit in index.search("read plik", filter=Filter(languages=["pl"]))} == {
        *("read.pl", "plik.txt")
    }
    only = index.search("read plik", filter=Filter(languages=["polish"]))
    assert {hit.path for hit in only} == {"plik.txt"}


def test_facets_count_files_by_everything_that_narrows(index, tree: Path) -> None:
    (tree / "tests").mkdir()
    (tree / "tests/test_it.py").write_text("def test_it():\n    assert True\n")
    index.refresh(60)
    facets = index.facets()
    assert facets.languages == {"markdown": 2, "python": 2, "go": 1, "text": 1}
    assert facets.natural_languages == {"en": 1, "es": 1, "ja": 1}
    assert facets.kinds == {"prose": 3, "definition": 2, "test": 1}
    assert facets.folders == {"net": 1, "notes": 2, "tests": 1}


def test_hits_that_are_not_sure_enough_are_left_out(index) -> None:
    hits = index.search("def open_socket(host, port):", limit=50)
    bound = sorted(hit.confidence for hit in hits)[len(hits) // 2]
    sure = index.search(
        "def open_socket(host, port):", limit=50, filter=Filter(min_confidence=bound)
    )
    assert 0 < len(sure) < len(hits)
    assert all(hit.confidence >= bound for hit in sure)
    assert hits[0].confidence > 0.5
    assert all(0 <= hit.confidence <= 1 for hit in hits)


def test_a_model_without_constants_gives_no_verdict_of_its_own(
    index_tree, embedder, open_index
) -> None:
    tree = index_tree(embedder)
    embedder.calibration = None
    with open_index(tree, embedder) as index:
        hits = index.search("def open_socket(host, port):")
        assert hits[0].path == "net/sockets.py"
        assert all(hit.confidence is None for hit in hits if "semantic" in hit.parts)
        with pytest.raises(QueryError, match="`hashing`"):
            index.search("def open_socket", filter=Filter(min_confidence=0.5))
        by_words = index.search(
            "def open_socket", filter=Filter(min_confidence=0.1), mode="lexical"
        )
        assert by_words[0].confidence > 0.1


def test_places_that_are_alike_cannot_be_held_to_a_confidence_that_nobody_fitted(index) -> None:
    with pytest.raises(QueryError, match="how sure"):
        index.similar("net/sockets.py", 4, filter=Filter(min_confidence=0.5))


def test_places_that_are_alike_have_no_verdict_of_a_question(index) -> None:
    hits = index.similar("net/sockets.py", 4)
    assert hits
    assert all(hit.confidence is None for hit in hits)


def test_an_unknown_language_names_the_nearest(index) -> None:
    with pytest.raises(QueryError, match="pyton") as raised:
        index.search("socket", filter=Filter(languages=["pyton"]))
    assert "`python`" in raised.value.hint


def test_a_language_is_known_by_its_other_names(index) -> None:
    hits = index.search("socket", filter=Filter(languages=["py", ".MD"]), limit=50, mode="semantic")
    assert {hit.language for hit in hits} == {"python", "markdown"}


def test_the_limit_holds(index) -> None:
    assert len(index.search("the a socket config", limit=1)) == 1


def test_similar_never_answers_with_the_place_itself(index) -> None:
    hits = index.similar("net/sockets.py", 4)
    assert hits
    assert all((hit.path, hit.start_line) != ("net/sockets.py", 4) for hit in hits)
    with pytest.raises(QueryError):
        index.similar("net/sockets.py", 4_000)


def test_similar_places_are_narrowed_as_answers_are(index) -> None:
    found = index.similar("README.md", 1, filter=Filter(["es", "ja"], kinds=["prose"]))
    assert {hit.path for hit in found} == {"notes/receta.md", "notes/日記.txt"}
    assert {
        hit.kind for hit in index.similar("README.md", 1, filter=Filter(kinds=["definition"]))
    } == {"definition"}


def test_similar_leaves_out_every_piece_of_a_line_that_was_cut(tree: Path, open_index) -> None:
    (tree / "long.txt").write_text("socket " * 3_000 + "\nanother line\n")
    with open_index(tree) as index:
        index.build()
        assert len(index.search("socket", filter=Filter(globs=["long.txt"]), limit=50)) > 2
        hits = index.similar("long.txt", 1, limit=50)
    assert hits
    assert not [hit for hit in hits if hit.path == "long.txt" and hit.start_line == 1]


def test_deleted_neighbours_do_not_push_out_living_ones(tree: Path, open_index) -> None:
    for number in range(300):
        (tree / f"bulk{number}.txt").write_text(f"socket socket socket {number}")
    with open_index(tree) as index:
        index.build()
        for number in range(295):
            (tree / f"bulk{number}.txt").unlink()
        index.refresh(0)
        index.build()
        found = paths(index.search("socket socket", mode="semantic", limit=6))
    assert len(found) == 6
    assert {f"bulk{number}.txt" for number in range(295, 300)} < set(found)


def test_refresh_takes_in_changes_or_tells_how_many_are_stale(index, tree: Path) -> None:
    (tree / "new.txt").write_text("a quokka sits here")
    looked = index.refresh(0)
    assert (looked.stale, looked.busy) == (1, False)
    assert not index.search("quokka", mode="lexical", refresh=False)
    assert index.refresh().stale == 0
    assert paths(index.search("quokka", mode="lexical")) == ["new.txt"]


def test_asking_a_folder_that_was_never_indexed_tells_what_to_type(
    tmp_path: Path, open_index
) -> None:
    with open_index(tmp_path) as index, pytest.raises(NotIndexedError) as raised:
        index.search("anything")
    assert f"searchkit index {tmp_path}" in raised.value.hint


def test_two_models_index_one_folder_side_by_side(tree: Path, open_index, embedder) -> None:
    other = type(embedder)(32, "other")
    with open_index(tree) as first, open_index(tree, other) as second:
        first.build()
        second.build()
        assert first.search("socket", mode="semantic")
        assert second.search("socket", mode="semantic")
        assert first.status().pending == second.status().pending == 0


@pytest.mark.parametrize(
    ("globs", "found"),
    [
        (["*.py"], {"net/sockets.py"}),
        (["notes"], {"notes/receta.md", "notes/日記.txt"}),
        (["notes/**"], {"notes/receta.md", "notes/日記.txt"}),
        (["/*.md"], {"README.md"}),
        (["*.md", "!README.md"], {"notes/receta.md"}),
        (["!notes/", "!*.py"], {"README.md", "parse.go"}),
        (["nothing/"], set()),
        (["[", "*.go"], {"parse.go"}),
    ],
)
def test_globs_are_read_as_in_ignore_files(index, globs: list[str], found: set[str]) -> None:
    hits = index.search(
        "socket config sopa readme 散歩 the", mode="semantic", limit=50, filter=Filter(globs=globs)
    )
    assert set(paths(hits)) == found


def test_a_script_in_a_page_answers_to_its_own_language_and_the_page_to_its_own(
    tmp_path: Path, open_index
) -> None:
    lines = "".join(f"  dig(burrow, {number})\n" for number in range(60))
    words = "A wombat lives in its burrow. " * 60
    (tmp_path / "page.html").write_text(
        f"<p>{words}</p>\n<script>\nfunction digBurrow() {{\n{lines}}}\n</script>\n"
    )
    (tmp_path / "guide.md").write_text(
        f"# Guide\n\n{words}\n\n```python\ndef dig_burrow():\n    return wombat\n```\n"
    )
    (tmp_path / "store.py").write_text(
        f"# {words}\nrows('SELECT burrow FROM wombat WHERE id = 1')\n"
    )
    with open_index(tmp_path) as index:
        index.build()

        def found(**of: Any) -> list[Hit]:
            query = Query("wombat burrow", Filter(**of), "lexical")
            return index.search(query, limit=50, refresh=False)

        scripts = found(languages=["javascript"])
        assert {(hit.path, hit.inner_language) for hit in scripts} == {("page.html", "javascript")}
        assert {hit.path for hit in found(languages=["python"])} == {"guide.md", "store.py"}
        assert {hit.path for hit in found(languages=["sql"])} == {"store.py"}
        assert not found(languages=["sql"], kinds=["definition"])
        defining = found(languages=["python"], kinds=["definition"])
        assert {hit.path for hit in defining} == {"guide.md"}
        assert {hit.path for hit in found(kinds=["definition"])} == {"guide.md", "page.html"}
        assert {hit.path for hit in found(languages=["markdown"])} == {"guide.md"}
        assert {hit.inner_language for hit in found(languages=["html"])} == {None, "javascript"}
        assert found(languages=["html"], kinds=["prose"])
        assert {hit.kind for hit in found(languages=["javascript"], kinds=["definition"])} == {
            "definition"
        }


def test_files_are_compared_by_their_beginnings_where_the_words_of_a_question_are_nowhere(
    tmp_path: Path, open_index
) -> None:
    code = "\n\n\ndef add(items):\n" + "    total += items[0] * limit\n" * 60
    (tmp_path / "kitchen.py").write_text('"""Plan the meals of a week."""' + code)
    (tmp_path / "ledger.py").write_text('"""Keep the accounts of a shop."""' + code)
    with open_index(tmp_path, load_embedder("nano")) as index:
        index.build()
        told, asked = (
            {hit.path: hit.shares for hit in index.search(question, limit=1_000)}
            for question in ("plan the meals", "Abendessen und Speisen")
        )
    assert "opening" not in told["kitchen.py"] | told["ledger.py"]
    assert asked["ledger.py"]["opening"] < 0
    assert "opening" not in asked["kitchen.py"]  # it was the best before
