"""The options that name a shared index, and the messages about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli.program import OptionGroup

if TYPE_CHECKING:
    from searchkit.team.index import SharedIndex
    from searchkit.team.team import Team

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

    section = "A shared index"

    url: Url = None
    repositories: Repositories = None
    signers: Signers = None

    def __post_init__(self) -> None:
        if self.url is None and (self.repositories or self.signers):
            raise typer.BadParameter("`--repo` and `--signer` go with `--index URL`")

    def arguments(self) -> list[str]:
        """Write the options as they were typed."""
        named = [("--index", self.url)]
        named += [("--repo", each) for each in self.repositories or ()]
        named += [("--signer", each) for each in self.signers or ()]
        return [word for option, value in named if value for word in (option, value)]

    def team(self, model: str | None) -> "Team":
        """Open the shared index, and of it what was named.

        Args:
            model: The embedder to ask with; None for that of the repositories.

        Returns:
            The shared index.
        """
        from searchkit.team.team import Team

        signers = known_signers(self.signers)
        named = self.repositories or ()
        return Team(self.url or "", model=model, signers=signers, repositories=named)


def known_signers(given: Sequence[str] | None) -> Sequence[str]:
    """Return the public keys that were given, else those of the configuration."""
    from searchkit import config

    return given or config.load().known_signers()


def open_shared(url: str) -> "SharedIndex":
    """Open a shared index."""
    from searchkit.team.index import SharedIndex

    return SharedIndex(url)
