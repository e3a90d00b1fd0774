"""The interface over a shared index, whose files need not be on this machine."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("lance")
pytest.importorskip("cryptography")

from searchkit.config import Settings
from searchkit.hits.hit import Origin
from searchkit.indexes.index import Index
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.team import Team
from searchkit_tui import display
from searchkit_tui.editor import Target, openable
from searchkit_tui.widgets.preview import Preview
from searchkit_tui.widgets.status_line import StatusLine

pytestmark = pytest.mark.integration


@pytest.fixture
def over(run, tmp_path: Path, index_tree, embedder, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Starts the app over the small tree and a folder, pushed; their files are gone."""
    monkeypatch.setattr("searchkit.team.held_models.load_embedder", lambda *_, **__: embedder)
    url, other = str(tmp_path / "share"), tmp_path / "other"
    other.mkdir()
    (other / "plug.py").write_text("def open_plug(host):\n    return host\n")
    for root, name in ((index_tree(embedder), "tree"), (other, "group/other")):
        with Index(root, embedder, Settings()) as index:
            index.build()
            push(index, SharedIndex(url), name)
        shutil.rmtree(root)

    return lambda text: run(Path(url), text, open_team=lambda: Team(url))


async def test_all_repositories_are_asked_and_one_is_chosen(over) -> None:
    async with over("open a socket") as user:
        await user.answered("open a socket")
        assert user.paths[0] == "net/sockets.py"
        assert "Filters" in user.said("KeyLine")
        assert "Index" not in user.said("KeyLine")
        await user.until(lambda: "tree/net/sockets.py" in user.said("#heading"))
        await user.until(lambda: "def close_socket" in user.text())
        assert "lines as they were pushed" in user.said("#heading")
        line = user.screen.query_one(StatusLine)
        await user.until(lambda: "2 repositories, the oldest pushed just now" in str(line.content))
        user.pane.ask_in("group/other")
        await user.until(lambda: user.paths == ["plug.py"])
        await user.until(lambda: "no commit, pushed just now" in str(line.content))


async def test_similar_places_filters_and_what_is_indexed(over) -> None:
    async with over("open a socket") as user:
        await user.answered("open a socket")
        first = user.paths[0]
        user.pane.action_similar()
        await user.until(lambda: user.search.answer.request.like)
        assert user.paths
        assert first not in user.paths
        user.screen.action_index()
        await user.until(lambda: "files  " in user.text() and "pushed  " in user.text())
        assert "index what changed" not in user.text()
        await user.press("f5", "escape")
        user.screen.action_filters()
        await user.until(lambda: "python" in user.text())


async def test_what_is_not_here_is_not_opened_in_an_editor(over) -> None:
    async with over("open a socket") as user:
        await user.answered("open a socket")
        user.screen.action_open()
        await user.until(lambda: "not on this machine" in user.text())
        user.screen.action_build()
        await user.until(lambda: "a shared index is not made from here" in user.text())
        assert user.screen.query_one(Preview).hit


def test_a_hit_is_opened_where_it_is(local_hit) -> None:
    assert openable([local_hit()]) == ([Target(Path("/r/a.py"), 1)], [])
    link = "https://example.org/a.py#L1"
    assert openable([local_hit(Origin("r", "", link))]) == ([], [link])
    here = local_hit(Origin("r", "", link, local="/own/a.py"))
    assert openable([here], 7) == ([Target(Path("/own/a.py"), 7)], [])
    assert display.short_path(Path("s3://bucket/team")) == "s3://bucket/team"


@pytest.fixture
def local_hit() -> Callable:
    from searchkit.hits.hit import Hit

    def hit(origin: Origin | None = None) -> Hit:
        return Hit(Path("/r"), "a.py", 1, 1, "", None, "code", "x", 0.0, origin=origin)

    return hit
