"""Words what is known of a repository of a shared index."""

import time
from collections.abc import Iterator

from searchkit import wording
from searchkit.team.manifest import Manifest


def state(manifest: Manifest) -> str:
    """Tell of which commit a repository is, and when it was pushed."""
    commit = f"commit {manifest.commit[:10]}" if manifest.commit else "no commit"
    changed = " with changes that are not committed" if manifest.modified else ""
    return f"{commit}{changed}, pushed {age(manifest)}"


def age(manifest: Manifest) -> str:
    """Tell when a repository was pushed, by a clock that may not be ours."""
    ahead = manifest.pushed - time.time()
    return "by a clock that is ahead of ours" if ahead > 300 else wording.age(manifest.pushed)


def rows_of(manifest: Manifest) -> Iterator[tuple[str, str]]:
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
        yield "", f"{language}: {wording.amount(count, 'file')}"
