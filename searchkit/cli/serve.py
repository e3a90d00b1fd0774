"""`searchkit serve`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import app
from searchkit.cli.options import Json
from searchkit.cli.program import MANAGE, port_number
from searchkit.cli.shared import Url
from searchkit.cli.terminal import captured, flush, note, say_record

if TYPE_CHECKING:
    from collections.abc import Callable


_HOST = "127.0.0.1"


def _port(number: int | None) -> int | None:
    return number if number == 0 else port_number(number)  # 0 is a free one, too


def _positive(minutes: float) -> float:
    """Refuse a number of minutes that is not above 0, or too large."""
    if not 0 < minutes <= 100_000:
        raise typer.BadParameter(f"`{minutes:g}` minutes are not above 0 and at most 100,000")
    return minutes


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit serve &", "have queries answered some ten times as fast"),
        ("searchkit serve --idle 600", "stay for ten hours after the last query"),
        ("searchkit serve --index s3://bucket/team --port 8080", "answer over HTTP, as JSON"),
    ],
)
def serve(
    idle: Annotated[
        float,
        typer.Option(
            metavar="MINUTES", help="End when nobody has asked for so long.", callback=_positive
        ),
    ] = 30,
    url: Url = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help=f"With `--index`: where to listen for HTTP; without it {_HOST}.",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            help="With `--index`: the port, up to 65,535; without it a free one.",
            callback=_port,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold the model in memory, so that queries are answered at once.

    `query` and `similar` use it where it runs and never need it: what they print is the same. It
    listens on a Unix socket that only you can reach.

    With `--index URL` it answers questions to a shared index, over HTTP and with a token, which
    `SEARCHKIT_TOKEN` may give.
    """
    import contextlib
    import signal

    if url is None and (host, port) != (None, None):
        raise typer.BadParameter("`--host` and `--port` go with `--index URL`")

    # As the first process of a container, it would not be ended by default.
    signal.signal(signal.SIGTERM, _interrupt)
    if url is None:
        _serve_queries(idle, as_json=as_json)
        return
    with contextlib.suppress(KeyboardInterrupt):
        _serve_team(url, host or _HOST, port or 0, as_json=as_json)


def _serve_queries(idle: float, *, as_json: bool) -> None:
    import contextlib
    import gc

    from searchkit import config
    from searchkit.cli import main, query_server
    from searchkit.embedders import preload

    settings = config.load()
    preload(settings.model, threads=settings.threads)
    app.prepare()
    _warm(main)
    gc.collect()
    gc.freeze()  # what all forks share stays shared
    with contextlib.suppress(KeyboardInterrupt):
        query_server.serve(main, idle * 60, partial(_announce, as_json=as_json))


def _announce(path: str, *, as_json: bool) -> None:
    note(f"answering at `{path}`; ends with Ctrl-C")
    if as_json:
        say_record({"socket": path})
        flush()  # who waits for it reads a pipe


def _warm(main: "Callable[[], int]") -> None:
    """Load what a query loads, by asking one.

    By words alone: a search by vectors starts threads, which a fork does not have.
    """
    import sys

    from searchkit.indexes.home import indexed_roots
    from searchkit_index.catalog.vectors import faiss_library
    from searchkit_index.pipeline import fingerprint

    faiss_library()
    fingerprint.preload()
    root = next(iter(indexed_roots()), None)
    if root is None:
        return
    before = sys.argv
    sys.argv = ["searchkit", "query", "a", str(root), "--mode", "lexical", "--no-refresh"]
    with captured():
        main()
    sys.argv = before


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _serve_team(url: str, host: str, port: int, *, as_json: bool) -> None:
    import os

    from searchkit.cli.team_server import serve as answer
    from searchkit.team.tables import in_thread
    from searchkit.team.team import Team

    team = Team(url, compare=False)  # who asks is told nothing of this machine
    team.repositories()  # what is wrong there is told now
    if "://" in team.url:  # from a folder `warm` reads ahead itself
        in_thread(team.read_ahead)
    in_thread(partial(team.warm, [team.root]))
    answer(team, host, port, os.environ.get("SEARCHKIT_TOKEN", ""), as_json=as_json)
