"""The command line itself: streams that are closed or full, names and modules that are planted."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from stage import Stage

PROGRAM = str(Path(sys.executable).with_name("searchkit"))
_MODULES = ("textual", "numpy", "sqlite3", "faiss", "json", "typer", "tokenizers", "onnxruntime")
_NAMES = (
    b"esc\x1b]0;pwned\x07.md", b"line\nend.md", b"caf\xe9.md", b"-x.md", b"n" * 251 + b".md",
    "\u202eright.md".encode(), b"a b  c.md", b"$(id).md", b"`id`.md", b"%s%n.md",
)  # fmt: skip


def stream_full(stage: Stage) -> None:
    """The disk behind stdout is full: exit code 2, and one line that says so."""
    stage.command("index", "-q", ".")
    done = stage.command(*_asked(stage), stdout="/dev/full")
    assert done.code == 2
    assert b"cannot be written" in done.stderr, done.stderr


def stream_closed(stage: Stage) -> None:
    """No stdout, or no stderr, was handed down: no output goes into a file of the index."""
    stage.command("index", "-q", ".")
    number = stage.random.choice([1, 2])
    command = ["sh", "-c", f'exec "$0" "$@" {number}>&-', PROGRAM, *_asked(stage)]
    done = run(stage, *command, program=(), code=2 if number == 1 else 0)
    assert (b"cannot be written" in done.stderr) == (number == 1), done.stderr


def reader_of_output_gone(stage: Stage) -> None:
    """Whoever reads the output ends early, as `head -1` does: no word about it."""
    stage.command("index", "-q", ".")
    command = ["bash", "-c", 'set -o pipefail; "$0" "$@" -n 50 --jsonl | head -c 1 > /dev/null']
    done = run(stage, *command, PROGRAM, *_asked(stage), program=(), code=0)
    assert b"Traceback" not in done.stderr
    assert b"ipe" not in done.stderr


def names_planted(stage: Stage) -> None:
    """Files have names that would steer a terminal or a shell: they are found, and shown."""
    names = stage.random.sample(_NAMES, 4)
    for name in names:
        path = Path(os.fsdecode(os.fsencode(stage.root) + b"/" + name))
        path.write_text(f"the planted zebra {_NAMES.index(name)}\n")  # copies would be one hit
    stage.command("index", "-q", ".")
    done = stage.command("query", "planted zebra", "--mode", "lexical", "-n", "50")
    shown = done.stdout.decode()
    assert shown.count("planted zebra") == len(names), shown
    assert not [c for c in shown if (ord(c) < 32 and c != "\n") or 0x202A <= ord(c) <= 0x202E]


def modules_planted(stage: Stage) -> None:
    """The folder one stands in holds modules named like the program's own: none is run."""
    for module in stage.random.sample(_MODULES, 4):
        (stage.root / f"{module}.py").write_text(f"open({module!r} + '-ran', 'w')")
    stage.command("index", "-q", ".")
    run(stage, *stage.random.choice([_asked(stage), ["status"], ["index", "-q", "."]]))
    assert not list(stage.root.glob("*-ran"))


def arguments_foreign(stage: Stage) -> None:
    """Arguments are bytes of no encoding, numbers beyond all bounds, patterns that explode."""
    stage.command("index", "-q", ".")
    for _ in range(8):
        option = stage.random.choice(_OPTIONS)
        value = stage.random.choice(_VALUES)
        stage.command("query", stage.random.choice(_VALUES), option, value, "--mode", "lexical")


_OPTIONS = (
    *("-n", "-e", "-F", "-g", "--lang", "--kind", "--in", "--since", "--base", "--max-tokens"),
    *("--min-confidence", "-A", "--mode", "--model", "--color", "--like"),
)
_VALUES: tuple[bytes, ...] = (
    *(b"", b" ", b"-", b"--", b"\xff\xfe", b"caf\xe9", "\u202e\ud7ff".encode(), b"\x1b]0;x\x07"),
    *(b"0", b"-1", b"9" * 400, b"1e400", b"nan", b"inf", b"1_000", "٣".encode()),
    *(b"(" * 5_000, b"(a*)*" * 300 + b"b", b"[", b"\\", b"(?P<x>", b"a{1000}" * 40, b"*" * 4_000),
    *(b"../..", b"/dev/zero", b"/proc/self/mem", b"~", b"HEAD~9999999", b"--output=x", b"@{-1}"),
    *(b"x" * 100_000, b"%s%n", b"{}", b"!", b"python", b"quokka"),
)


def _asked(stage: Stage) -> list[str]:
    return ["query", stage.random.choice(["value", "return value"]), "--mode", "lexical"]


def run(
    stage: Stage,
    *arguments: str,
    program: tuple[str, ...] = (PROGRAM,),
    stdout: object = subprocess.PIPE,
    code: int | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in the tree; it never ends in a traceback."""
    done = subprocess.run(
        [*program, *arguments],
        cwd=stage.root, stdout=stdout, stderr=subprocess.PIPE, check=False,  # type: ignore[call-overload]
        env=os.environ | {"SEARCHKIT_HOME": str(stage.home)} | environment,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr
    assert done.returncode in ((0, 1) if code is None else (code,)), (done.returncode, done.stderr)
    return done


KINDS: tuple[Callable[[Stage], None], ...] = (
    stream_full,
    stream_closed,
    reader_of_output_gone,
    names_planted,
    modules_planted,
    arguments_foreign,
)
