"""`searchkit index`."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from searchkit.cli import app, completion
from searchkit.cli.building import build
from searchkit.cli.options import Json, ModelName, Quiet
from searchkit.cli.program import MANAGE, OptionGroup
from searchkit.cli.terminal import hint, note, one_line, say, say_record
from searchkit.printable import shell_word

if TYPE_CHECKING:
    from searchkit.config import Settings
    from searchkit.indexes.index import Index
    from searchkit_index.embedder import Embedder
    from searchkit_index.walk.entry import File, Skipped
    from searchkit_index.walk.rules import Rules


@dataclass(frozen=True, slots=True)
class ModelChoice(OptionGroup):
    """Which model embeds, and on what."""

    section = "The model"

    model: ModelName = None
    device: Annotated[
        str,
        typer.Option(
            metavar="DEVICE",
            help="auto, cpu, cuda (every GPU), cuda:1, mps.",
            autocompletion=completion.devices,
        ),
    ] = "auto"
    run_foreign_code: Annotated[
        bool,
        typer.Option(
            "--run-foreign-code",
            help="Run the Python that the model brings, which can do whatever you can.",
        ),
    ] = False

    def embedder(self, settings: "Settings") -> "Embedder":
        """Load the model; the configured one when none was named."""
        from searchkit.embedders import load_embedder

        return load_embedder(
            self.model or settings.model,
            threads=settings.threads,
            device=self.device,
            run_foreign_code=self.run_foreign_code,
        )


@dataclass(frozen=True, slots=True)
class FileChoice(OptionGroup):
    """Which files are taken; what is left out is as in the run before."""

    section = "Which files are taken"

    include: Annotated[
        list[str] | None, typer.Option(help="Take files that an ignore file names.", metavar="GLOB")
    ] = None
    exclude: Annotated[list[str] | None, typer.Option(help="Leave files out.", metavar="GLOB")] = (
        None
    )
    secrets: Annotated[
        bool | None,
        typer.Option(
            "--include-secrets/--no-secrets",
            help="Take, or leave out again, files that look like they hold keys or tokens.",
            show_default=False,
        ),
    ] = None


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Folders to index; none for the index that the current folder belongs to.",
        metavar="PATH...",
        show_default=False,
    ),
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Read every file anew, whatever its time says.")
]
Memory = Annotated[
    str | None,
    typer.Option(help="Hold no more than this, as `512MB`.", metavar="SIZE"),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List the files that would be read, and do nothing.")
]
History = Annotated[bool, typer.Option("--commits", help="Index the whole history of git as well.")]
Watch = Annotated[bool, typer.Option("--watch", help="Keep indexing what changes, until Ctrl-C.")]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit index ~/repo --exclude 'vendor/**'", "index a folder without a part of it"),
        ("searchkit index ~/notes --dry-run", "see which files would be read"),
        ("searchkit index ~/repo ~/notes --watch", "keep folders fresh until Ctrl-C"),
    ],
)
def index(
    paths: Paths = None,
    verify: Verify = False,
    memory: Memory = None,
    dry_run: DryRun = False,
    history: History = False,
    watch: Watch = False,
    quiet: Quiet = False,
    as_json: Json = False,
    *,
    model: ModelChoice,
    files: FileChoice,
) -> None:
    """Index folders, or bring their indexes up to date.

    Later runs and queries go by the `--include`, `--exclude`, `--memory` and `--include-secrets`
    that were given last.
    """
    from searchkit import config
    from searchkit.embedders import Describing
    from searchkit.indexes.index import Index
    from searchkit.indexes.location import resolved
    from searchkit.indexes.scope import indexed_location
    from searchkit_index.system.memory import size

    if watch and (dry_run or as_json):
        raise typer.BadParameter("`--watch` goes with neither `--dry-run` nor `--json`")
    room = None if memory is None else size(memory)
    options: dict[str, Any] = {"verify": verify, "memory": room, **asdict(files)}
    settings = config.load()
    embedder = model.embedder(settings)
    if not quiet and not dry_run and isinstance(embedder, Describing):
        note(f"embedding with `{embedder.name}` on {embedder.described()}")
    reported: list[dict[str, Any]] = []
    # A path that cannot be indexed is an error before any other path takes its minutes.
    roots = [resolved(path) for path in paths or ()] or [indexed_location(".").root]
    indexes = [Index(root, embedder, settings) for root in roots]
    for root in indexes:
        with root:
            if dry_run:
                reported.append(
                    _plan(root, root.planned_rules(**asdict(files)), print_paths=not as_json)
                )
            else:
                reported.append(_run(root, options, history=history, quiet=quiet))
    if as_json:
        say_record({"roots": reported})
    if watch:
        from searchkit.cli import watch as watching

        watching.watch(indexes, quiet=quiet)


def _run(root: "Index", options: dict[str, Any], *, history: bool, quiet: bool) -> dict[str, Any]:
    """Index a folder, with its history if that is asked for, and return what was done."""
    if not quiet:
        _tell_of_outer(root.root)
    report = build(root, quiet=quiet, **options)
    done: dict[str, Any] = {"root": str(root.root), **asdict(report)}
    if history:
        from searchkit.cli import commits

        done["commits"] = commits.index_all(root, quiet=quiet)._asdict()
    return done


def _tell_of_outer(root: Path) -> None:
    """Tell that a new index takes a folder from one that is indexed already."""
    from searchkit.indexes.location import locate

    outer = locate(root)
    if outer.inside:
        to = "go to an index of its own from now on, not that of"
        note(f"questions in `{root}` {to} `{outer.root}`")
        hint(f"to undo this, type `searchkit forget {shell_word(root)}`")


def _plan(root: "Index", rules: "Rules", *, print_paths: bool) -> dict[str, Any]:
    """Tell which files a run would take, and which not and why."""
    from searchkit.wording import amount, megabytes
    from searchkit_index.walk.entry import File
    from searchkit_index.walk.walker import walk

    files, skipped, size = [], {}, 0
    for found in walk(root.root, rules):
        entry = _by_content(root.root, found, rules)
        if isinstance(entry, File):
            files.append(entry.path)
            size += rules.beginning(entry.path, entry.size) or entry.size
            if print_paths:
                say(one_line(entry.path))
            if remark := rules.remark(entry.path, entry.size):
                note(f"{entry.path}: {remark}")
        else:
            skipped[entry.path] = entry.reason
            note(f"{entry.path}: {entry.reason}")
    note(f"{amount(len(files), 'file')}, {megabytes(size)}")
    return {"root": str(root.root), "files": files, "bytes": size, "skipped": skipped}


def _by_content(root: Path, entry: "File | Skipped", rules: "Rules") -> "File | Skipped":
    """Skip a large file whose content decides whether its beginning is taken, if it is not."""
    from searchkit_index.pipeline import file_bytes
    from searchkit_index.reading.text import Unsuitable
    from searchkit_index.walk.entry import Skipped

    if isinstance(entry, Skipped) or not rules.beginning(entry.path, entry.size):
        return entry
    try:
        _, reason = file_bytes.read(root, entry, rules)
    except Unsuitable as unsuitable:
        reason = unsuitable.reason
    return Skipped(entry.path, reason) if reason else entry
