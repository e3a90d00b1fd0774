"""What is to be written into the files of a program: shown first, and undone to the byte."""

import contextlib
import difflib
import glob
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from searchkit import config
from searchkit.agents import edit
from searchkit.agents.programs import Program
from searchkit.printable import error_line
from searchkit_index.errors import ConfigError
from searchkit_index.system import private
from searchkit_index.system.atomic import replacing
from searchkit_index.walk.regular_file import open_regular

NAME = "searchkit"

_REMOVE = "remove it: then nothing that was installed can be taken back by `--undo`"


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after.

    Attributes:
        path: The file.
        before: Its text; None where there is none.
        after: What it becomes; None where it is removed.
    """

    path: Path
    before: str | None
    after: str | None

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff."""
        before, after = ((text or "").splitlines() for text in (self.before, self.after))
        names = [
            os.devnull if text is None else str(self.path) for text in (self.before, self.after)
        ]
        yield from difflib.unified_diff(before, after, names[0], names[1], lineterm="")

    def write(self) -> None:
        """Write it; raise ConfigError where the file is not what it was, or cannot be written."""
        if _read(self.path) != self.before:
            raise ConfigError(f"`{self.path}` was changed meanwhile", "type the same again")
        try:
            if self.after is None:
                self.path.unlink(missing_ok=True)
            else:
                _replace(self.path, self.after)
        except OSError as error:
            raise ConfigError(f"`{self.path}` cannot be written: {error_line(error)}") from None


def _lines_to_paste(program: Program, value: dict[str, Any]) -> str:
    """Write the entry for a person to paste into an empty file."""
    return _inserted(program, "", value).rstrip("\n")


def plan_install(program: Program, value: dict[str, Any]) -> list[Change]:
    """Plan what to write.

    Args:
        program: The program.
        value: See `Program.entry`.

    Returns:
        The changes; none where all is there.

    Raises:
        ConfigError: A file is not as it should be, or an entry of that name was written by another.
    """
    path = program.config()
    written = _read(path)
    base, kept = written or "", _record().get(program.name, {})
    if kept.get("config") == str(path):
        base = _without_added(base, kept["added"])
    try:
        after = _inserted(program, base, value)
    except edit.UneditableError as error:
        raise ConfigError(
            f"`{path}` is left as it is: {error}",
            "to have searchkit there, paste this yourself:",
            _lines_to_paste(program, value),
        ) from None
    changes = [*_left_by_a_kill(path, after), Change(path, written, after)]
    if program.skills:
        skill = program.skills() / NAME / "SKILL.md"
        there = _read(skill)
        if there is None or there == kept.get("skill"):
            changes += [*_left_by_a_kill(skill, _skill()), Change(skill, there, _skill())]
    return [change for change in changes if change.before != change.after]


def plan_undo(program: Program) -> list[Change]:
    """Plan to take back what was written, and nothing else.

    Args:
        program: The program.

    Returns:
        The changes; none where nothing of it is there any more.

    Raises:
        ConfigError: Nothing was written, or it was edited since.
    """
    kept = _record().get(program.name)
    if kept is None:
        raise ConfigError(f"nothing was installed for `{program.name}`")
    changes = []
    path = Path(kept["config"])
    written = _read(path)
    # A run that was killed before it wrote the file left the entry in the record alone.
    if written is not None and kept["added"] and NAME in written:
        without = written.replace(kept["added"], "", 1)
        if written.count(kept["added"]) != 1 or not _is_whole(path, without):
            raise ConfigError(
                f"`{path}` was edited since and is left as it is",
                f"remove the entry `{NAME}` yourself",
            )
        changes.append(
            Change(path, written, None if kept["created"] and _is_empty(without) else without)
        )
    skill = Path(kept["skill_path"]) if kept.get("skill_path") else None
    if skill and _read(skill) == kept["skill"]:
        changes.append(Change(skill, kept["skill"], None))
    return changes


def install(program: Program, changes: Sequence[Change]) -> None:
    """Write what was planned, and keep what is needed to take it back.

    Args:
        program: The program.
        changes: See `plan_install`.

    Raises:
        ConfigError: A file was changed meanwhile, or cannot be written.
    """
    record = _record()
    kept = _kept(record.get(program.name, {}), changes)
    _keep(record | {program.name: kept})  # first, so that what a killed run wrote can be undone
    try:
        for change in changes:
            change.write()
    except ConfigError:
        _keep(record)
        raise


def _kept(before: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """Add to what the record holds of a program what is needed to take changes back."""
    kept = dict(before)
    made = {str(each) for change in changes for each in change.path.parents if not each.exists()}
    kept["folders"] = sorted({*kept.get("folders", ()), *made})
    for change in changes:
        if change.after is None:
            continue
        if change.path.name == "SKILL.md":
            kept |= {"skill_path": str(change.path), "skill": change.after}
        else:
            base = _without_added(change.before or "", kept.get("added", ""))
            kept |= {
                "config": str(change.path),
                "added": _added(base, change.after),
                "created": kept.get("created", change.before is None),
            }
    return kept


def undo(program: Program, changes: Sequence[Change]) -> None:
    """Write what was planned, and remove the folders that were made for it and are empty.

    Args:
        program: The program.
        changes: See `plan_undo`.

    Raises:
        ConfigError: A file was changed meanwhile, or cannot be written.
    """
    record = _record()
    for change in changes:
        change.write()
    for folder in reversed(record[program.name].get("folders", ())):  # the inner ones first
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
    _keep({name: kept for name, kept in record.items() if name != program.name})


def _skill() -> str:
    return files("searchkit.agents").joinpath("SKILL.md").read_text(encoding="utf-8")


def _inserted(program: Program, text: str, value: dict[str, Any]) -> str:
    is_toml = program.config().suffix == ".toml"
    insert = edit.insert_toml if is_toml else edit.insert_json
    return insert(text, program.keys, NAME, value)


def _is_whole(path: Path, text: str) -> bool:
    return edit.is_toml(text) if path.suffix == ".toml" else edit.is_json(text)


def _is_empty(text: str) -> bool:
    return "".join(text.split()) in ("", "{}")


def _without_added(text: str, added: str) -> str:
    """Take out what was added earlier, where it stands there once, as it was."""
    return text.replace(added, "", 1) if added and text.count(added) == 1 else text


def _added(before: str, after: str) -> str:
    """Find the part that was inserted into a text; all of the new text where it was blank."""
    if not before.strip() and not after.startswith(before):
        return after
    pairs = enumerate(zip(before, after, strict=False))
    start = next((at for at, (one, other) in pairs if one != other), len(before))
    return after[start : len(after) - len(before) + start]


def _record() -> dict[str, dict[str, Any]]:
    """Read what was installed: of each program the file, what was added, and the skill text."""
    file = _record_file()
    text = _read(file, _REMOVE)
    try:
        record = json.loads(text or "{}")
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or not all(map(_is_kept, record.values())):
        raise ConfigError(f"`{file}` is not what searchkit writes", _REMOVE)
    return record


def _is_kept(value: object) -> bool:
    texts = {"config", "added"}
    return (
        isinstance(value, dict)
        and value.keys() >= texts | {"created"}
        and all(isinstance(value[key], str) for key in (texts | {"skill", "skill_path"}) & {*value})
        and isinstance(value.get("folders", []), list)
        and all(isinstance(each, str) for each in value.get("folders", []))
    )


def _keep(record: dict[str, Any]) -> None:
    file = _record_file()
    try:
        private.make_folder(file.parent)
        _replace(file, json.dumps(record, indent=2))
    except OSError as error:
        raise ConfigError(f"`{file}` cannot be written: {error_line(error)}") from None


def _record_file() -> Path:
    return config.home() / "agents.json"


def _read(path: Path, hint: str = "") -> str | None:
    """Read a text file; None if there is none, and an error with this hint if it is not text."""
    try:
        with open_regular(path, follow=True) as stream:
            return stream.readall().decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        why = error_line(error).lower()
    except UnicodeDecodeError:
        why = "it is no text in UTF-8"
    raise ConfigError(f"`{path}` cannot be read: {why}", hint)


def _left_by_a_kill(path: Path, text: str) -> Iterator[Change]:
    """Remove the files, empty or of this text, that killed runs left beside the one to write."""
    target = Path(os.path.realpath(path))
    for file in sorted(target.parent.glob(f"{glob.escape(target.stem)}-????????.tmp")):
        with contextlib.suppress(ConfigError):
            if (held := _read(file)) in ("", text):
                yield Change(file, held, None)


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all; a link to it stays one, and its permissions stay."""
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    with replacing(target) as temporary:
        temporary.write_bytes(text.encode())
        temporary.chmod(mode)
