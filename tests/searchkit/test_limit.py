"""A smaller limit gives the beginning of what a larger one gives."""

import random
from pathlib import Path

import pytest

from searchkit import Filter, Index, Query, Settings


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
