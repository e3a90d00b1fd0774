"""The options that name a shared index, and what the commands say of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli.program import OptionGroup
from searchkit.cli.terminal import note, one_line

if TYPE_CHECKING:
    from searchkit.cli.shape import Shape
    from searchkit.query import Query
    from searchkit.team.ask import TeamAnswer
    from searchkit.team.index import SharedIndex
    from searchkit.team.manifest import Manifest

_SHOWN = 5  # repositories of whose state an answer tells each by itself

Url = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="URL",
        help="A shared index: a folder, `s3://`, `gs://` or `az://` and what follows.",
        show_default=False,
    ),
]
Repositories = Annotated[
    list[str] | None,
    typer.Option(
        "--repo", metavar="NAME", help="Only this repository, or `svc-*`; may be repeated."
    ),
]
Signers = Annotated[
    list[str] | None,
    typer.Option(
        "--signer",
        metavar="KEY",
        help="Only what was pushed with this public key; may be repeated.",
    ),
]


@dataclass(frozen=True, slots=True)
class Shared(OptionGroup):
    """Which shared index is asked in place of folders."""

    url: Url = None
    repositories: Repositories = None
    signers: Signers = None

    def __post_init__(self) -> None:
        if self.url is None and (self.repositories or self.signers):
            raise typer.BadParameter("`--repo` and `--signer` go with `--index URL`")

    def ask(self, asked: "Query", model: str | None, shape: "Shape") -> int:
        """Ask the shared index, and show the answer.

        Args:
            asked: The question.
            model: The embedder to ask with; None for that of the repositories.
            shape: How to show it.

        Returns:
            The exit code.
        """
        from searchkit.team.team import Team

        team = Team(self.url or "", model=model, signers=known_signers(self.signers))
        answer = team.search(asked, repositories=self.repositories or ())
        code = shape.show(asked.text, answer)
        for line in _remarks(answer):
            note(one_line(line))
        return code


def known_signers(given: Sequence[str] | None) -> Sequence[str]:
    """Return the public keys that were given, else those of the configuration."""
    from searchkit import config

    return given or config.load().known_signers()


def _remarks(answer: "TeamAnswer") -> Iterator[str]:
    """Say of which commit and age the answer is, and what it does not cover."""
    from searchkit import wording

    found = {hit.root for hit in answer.hits}
    named = [each for each in answer.repositories if not found or answer.root_of(each) in found]
    for each in named[:_SHOWN]:
        yield f"`{each.name}`: {state(each)}{_own(answer, each)}"
    if len(named) > _SHOWN:
        oldest = min(named, key=lambda each: each.pushed)
        yield (
            f"{wording.amount(len(named) - _SHOWN, 'repository', 'repositories')} more, "
            f"the oldest pushed {age(oldest)}: `{oldest.name}`"
        )
    for name in answer.by_words:
        yield f"searchkit: `{name}` was asked by words only: its model is not on this machine"
    for each in named[:_SHOWN]:
        if each.pending:
            passages = wording.amount(each.pending, "chunk")
            yield f"searchkit: `{each.name}`: {passages} found by words, not yet by meaning"


def state(manifest: "Manifest") -> str:
    """Tell of which commit a repository is, and when it was pushed."""
    commit = f"commit {manifest.commit[:10]}" if manifest.commit else "no commit"
    changed = " with changes that are not committed" if manifest.modified else ""
    return f"{commit}{changed}, pushed {age(manifest)}"


def age(manifest: "Manifest") -> str:
    """Tell when a repository was pushed, by a clock that may not be ours."""
    import time

    from searchkit import wording

    ahead = manifest.pushed - time.time()
    return "by a clock that is ahead of ours" if ahead > 300 else wording.age(manifest.pushed)


def _own(answer: "TeamAnswer", manifest: "Manifest") -> str:
    """Tell what differs in the asker's own checkout."""
    own = answer.own.get(manifest.name)
    if own is None:
        return ""
    mine = [hit.origin for hit in answer.hits if hit.root == answer.root_of(manifest)]
    differing = sum(origin is not None and origin.differs is True for origin in mine)
    at = "the same commit" if own.commit == manifest.commit else f"commit {own.commit[:10]}"
    hits = f"{differing} of these {len(mine)} hits differ there" if differing else "no hit differs"
    return f"; yours, `{own.root}`, is at {at}: {hits}"


def rows_of(manifest: "Manifest") -> Iterator[tuple[str, str]]:
    """Yield what is known of a repository: a label, empty where the line goes on, and the rest."""
    yield "repository", manifest.name
    yield "remote", manifest.remote or "not known"
    yield "state", f"{state(manifest)}, push {manifest.generation:,}"
    yield "signed by", manifest.signer or "nobody"
    yield "model", f"{manifest.model} ({manifest.fingerprint})"
    skipped = sum(manifest.skipped.values())
    yield "files", f"{manifest.files:,} indexed, {skipped:,} skipped"
    for reason, count in sorted(manifest.skipped.items(), key=lambda each: -each[1]):
        yield "", f"{count:,} {reason}"
    yield "chunks", f"{manifest.chunks:,}, {manifest.pending:,} without a vector"
    for language, count in sorted(manifest.languages.items(), key=lambda each: -each[1]):
        yield "", f"{language}: {count:,} files"


def open_shared(url: str) -> "SharedIndex":
    """Open a shared index."""
    from searchkit.team.index import SharedIndex

    return SharedIndex(url)
