"""A query that cannot be asked is refused when it is made, with what to give instead."""

import pytest

from searchkit.config import MOST_HITS
from searchkit.query import KINDS, MODES, Filter, Query
from searchkit_index.errors import ConfigError, QueryError, RootError

BAD_QUERIES = {
    "an empty text": {"text": ""},
    "a blank text": {"text": " \n\t"},
    "bytes": {"text": b"socket"},
    "no text at all": {"text": None},
    "an unknown mode": {"text": "x", "mode": "lexial"},
    "a limit of 0": {"text": "x", "limit": 0},
    "a negative limit": {"text": "x", "limit": -1},
    "a limit that is no number": {"text": "x", "limit": float("nan")},
    "a limit of a half": {"text": "x", "limit": 2.5},
    "a limit as text": {"text": "x", "limit": "3"},
    "a limit of True": {"text": "x", "limit": True},
    "a limit beyond SQLite's numbers": {"text": "x", "limit": 10**20},
    "a filter that is none": {"text": "x", "filter": {"kinds": ["test"]}},
}

BAD_FILTERS = {
    "an unknown kind": {"kinds": ["defnition"]},
    "one text for a list": {"languages": "python"},
    "a number for a list": {"globs": 3},
    "a number in a list": {"languages": [3]},
    "NUL in a glob": {"globs": ["a\0b"]},
    "NUL in a path": {"under": ["a\0b"]},
    "a path out of the root": {"under": ["src/../../etc"]},
    "an absolute path": {"under": ["/etc"]},
    "a confidence above 1": {"min_confidence": 1.5},
    "a negative confidence": {"min_confidence": -0.1},
    "a confidence that is no number": {"min_confidence": float("nan")},
    "a confidence as text": {"min_confidence": "0.5"},
    "a number for patterns": {"patterns": 3},
    "a text for a difference": {"difference": "main"},
}


@pytest.mark.parametrize("given", BAD_QUERIES.values(), ids=BAD_QUERIES)
def test_a_query_that_cannot_be_asked_is_refused_with_a_hint(given: dict) -> None:
    with pytest.raises(QueryError) as raised:
        Query(**given)
    assert raised.value.hint


@pytest.mark.parametrize("given", BAD_FILTERS.values(), ids=BAD_FILTERS)
def test_a_filter_that_cannot_be_is_refused_with_a_hint(given: dict) -> None:
    with pytest.raises(QueryError) as raised:
        Filter(**given)
    assert raised.value.hint


def test_a_mode_or_kind_that_was_mistyped_names_the_nearest() -> None:
    with pytest.raises(QueryError, match="`lexial`") as raised:
        Query("x", mode="lexial")  # type: ignore[arg-type]
    assert "`lexical`" in raised.value.hint
    with pytest.raises(QueryError) as raised:
        Filter(kinds=["quokka"])  # type: ignore[list-item]
    assert all(f"`{kind}`" in raised.value.hint for kind in KINDS)


def test_a_filter_is_a_value_in_its_plainest_form() -> None:
    one = Filter(["go"], under=["./src/", "a//b", "."], kinds=("test",))
    assert one == Filter(("go",), under=("src", "a/b"), kinds=["test"])
    assert hash(one) == hash(Filter(("go",), under=("src", "a/b"), kinds=["test"]))
    assert one.selects
    assert not Filter(min_confidence=0.5).selects


def test_a_filter_is_narrowed_to_what_lies_below_both() -> None:
    filter = Filter(["go"], under=["src", "docs/a.md"])
    assert filter.inside([""]) == filter
    assert filter.inside(["src/net", "docs"]) == Filter(["go"], under=["docs/a.md", "src/net"])
    assert filter.inside(["srcs", "docs/a"]) is None
    assert Filter().inside(["src"]) == Filter(under=["src"])


def test_what_is_given_beside_a_query_takes_the_place_of_its_own() -> None:
    query = Query("x", Filter(["go"]), "lexical", 3)
    assert Query.of(query) is query
    assert Query.of(query, limit=5) == Query("x", Filter(["go"]), "lexical", 5)
    assert Query.of("x", mode="semantic").mode in MODES
    assert Query.of(query, filter=Filter()).filter == Filter()
    assert Query("x").limited(7).limit == 7
    assert query.limited(7).limit == 3
    assert Query("x", limit=MOST_HITS).limit == MOST_HITS
    with pytest.raises(QueryError):
        Query.of(query, limit=0)


def test_a_limit_of_zero_was_taken_for_the_configured_one(index) -> None:
    with pytest.raises(QueryError):
        index.search("socket", limit=0)
    with pytest.raises(QueryError):
        index.similar("net/sockets.py", 4, limit=0)


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_a_time_that_cannot_be_is_no_time_to_refresh_in(index, seconds: float) -> None:
    with pytest.raises(ConfigError) as raised:
        index.refresh(seconds)
    assert raised.value.hint


@pytest.mark.parametrize(("path", "line"), [("a\0b", 1), ("net/sockets.py", 0), ("../x", 1)])
def test_a_place_where_nothing_is_indexed_is_told(index, path: str, line: int) -> None:
    with pytest.raises(QueryError) as raised:
        index.similar(path, line)
    assert raised.value.hint


@pytest.mark.parametrize("path", ["~nosuchuser/x", "a\0b", "missing", "x" * 5_000])
def test_a_path_that_cannot_be_is_told_and_not_a_raw_error(path: str) -> None:
    from searchkit.indexes.erasure import forget
    from searchkit.indexes.index import Index
    from searchkit.indexes.location import locate
    from searchkit_index.errors import SearchkitError

    for ask in (Index.open, locate):
        with pytest.raises(RootError) as raised:
            ask(path)
        assert raised.value.hint
    with pytest.raises(SearchkitError) as raised:
        forget(path)
    assert raised.value.hint


def test_a_file_narrows_to_itself_and_a_folder_to_what_it_holds(index) -> None:
    def found(*under: str) -> set[str]:
        filter = Filter(under=under)
        return {hit.path for hit in index.search("socket tree sopa", filter=filter, limit=50)}

    assert found("README.md") == {"README.md"}
    assert found("notes", "README.md") == {"README.md", "notes/receta.md", "notes/日記.txt"}
    assert found("note") == set()


def test_a_filter_of_one_search_is_not_kept_for_the_next(index) -> None:
    both = [Filter(["go"]), Filter(["python"]), Filter()]
    found = [{hit.path for hit in index.search("socket config", filter=each)} for each in both]
    assert found[0] == {"parse.go"}
    assert found[1] == {"net/sockets.py"}
    assert len(found[2]) > 2


def test_the_first_hits_are_the_same_for_every_limit(tree, open_index) -> None:
    for number in range(300):
        text = f"the quokka number {number} sat near the socket {number % 7}\n" * (number % 5 + 1)
        (tree / f"note{number}.txt").write_text(text)
    with open_index(tree) as index:
        index.build()
        orders = [
            [hit.path for hit in index.search("quokka socket number", limit=limit, refresh=False)]
            for limit in (1, 10, 100, 101, 250, 1_000)
        ]
    assert len(orders[-1]) > 300
    for order in orders:
        assert order == orders[-1][: len(order)]


def test_a_search_takes_in_what_changed_unless_told_not_to(index) -> None:
    (index.root / "new.txt").write_text("a quokka sits here")
    assert index.search("quokka", mode="lexical", refresh=False) == []
    assert [hit.path for hit in index.search("quokka", mode="lexical")] == ["new.txt"]
