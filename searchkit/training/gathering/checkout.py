"""Clones repositories with the `git` program: the only step of a training that uses the network."""

import os
import shutil
import subprocess
from pathlib import Path

from searchkit.training.gathering.sources import Repository
from searchkit_index.errors import TrainingError
from searchkit_index.system import programs

_HOST = "https://github.com/"

# What a hook of git sets would send commands to another repository.
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")

# No server is asked by an abbreviated commit: commits and trees are cloned, then the files of one.
_CLONE = ("clone", "--quiet", "--no-checkout", "--filter=blob:none")

# A link could lead out of the folder.
_SETTINGS = ("-c", "core.symlinks=false", "-c", "core.autocrlf=false")


def clone(repository: Repository, folder: Path) -> None:
    """Clone a repository, whose folder gets its name when it is whole, or raise TrainingError."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    address = f"{_HOST}{repository.name}"
    _git(repository, *_CLONE, *_SETTINGS, "--", address, str(partial))
    _git(repository, "-C", str(partial), "checkout", "--quiet", "--detach", repository.commit)
    partial.replace(folder)


def _git(repository: Repository, *arguments: str) -> None:
    git = programs.find("git")
    if git is None:
        raise TrainingError("there is no `git` here", "install git")
    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    done = subprocess.run(
        [git, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or "it failed").splitlines()
        line = next((line for line in said if line.startswith(("fatal:", "error:"))), said[-1])
        told = f"git cannot fetch `{repository.name}` at `{repository.commit}`: {line}"
        raise TrainingError(told, "look whether the repository is still there")
