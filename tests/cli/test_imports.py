"""What a command loads is what it costs to start."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"torch", "transformers", "onnxruntime", "faiss", "numpy", "textual", "tree_sitter"}
HEAVY |= {"pydantic"}

PROBE = """
import sys
sys.argv = ["searchkit", *{arguments!r}]
from searchkit.cli import main
try:
    main()
finally:
    print("loaded:", *sorted({names!r} & set(sys.modules)), file=sys.stderr)
"""


def loaded(names: set[str], *arguments: str) -> set[str]:
    probe = PROBE.format(arguments=arguments, names=names)
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    return set(done.stderr.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["query", "--help"], ["config"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(HEAVY, *arguments) == set()


def test_a_query_loads_neither_torch_nor_what_only_indexing_needs(indexed: Path) -> None:
    unwanted = {"torch", "transformers", "textual", "rich", "sqlite_utils", "filelock"}
    unwanted |= {"tree_sitter", "chardet", "pydantic", "searchkit_index.walk.forms"}
    assert loaded(unwanted | {"faiss"}, "query", "socket", str(indexed)) == {"faiss"}
