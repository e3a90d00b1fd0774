"""Runs whole processes and tells what they took; the machine they ran on; tables."""

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """Of one finished process: wall seconds, and its peak resident memory in megabytes."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], **environment: str) -> Run:
    """Run a command to its end, its output thrown away; raises when it fails badly."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - start, _megabytes(usage))


def peak(who: int = resource.RUSAGE_SELF) -> float:
    """The peak resident memory of this process, or of a child of it, in megabytes."""
    return _megabytes(resource.getrusage(who))


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def machine() -> str:
    """The machine and the day, to be written beside every figure."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = platform.python_version()
    return f"{cores} cores of {model}, Python {python}, {platform.system()}, {date.today()}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
