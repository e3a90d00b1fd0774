import subprocess
import sys
import types

import pytest

from searchkit.cli.tui import tui
from searchkit_index.errors import ConfigError


def test_the_browser_version_is_for_this_computer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    served = []

    class Server:
        def __init__(self, command: str, **options: object) -> None:
            served.append((command, options))

        def serve(self) -> None:
            served.append("serving")

    module = types.ModuleType("textual_serve.server")
    module.Server = Server
    monkeypatch.setitem(sys.modules, "textual_serve.server", module)
    tui(text="it's -x", web=True, port=8001)
    (command, options), last = served
    assert (options["host"], options["port"], last) == ("localhost", 8001, "serving")
    assert " tui -- " in command


def test_without_its_package_the_browser_version_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    with pytest.raises(ConfigError) as raised:
        tui(web=True)
    assert "pip install" in raised.value.hint


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "tui"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "searchkit: this is no terminal" in done.stderr
