"""The program: `searchkit`, or `python -m searchkit`."""

import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line and leave; what is held (threads, tables) the system takes back."""
    # Starting makes some hundred thousand objects, and all of them stay: to look through them for
    # garbage again and again would take a fifteenth of a query's time.
    gc.set_threshold(200_000)
    from searchkit.cli import main

    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # `| head -1` has read enough. The signal that ends others then is left alone: it would end
        # an index run whose reader of files dies, and the interface when a browser leaves.
        code = 1
    os._exit(code)


if __name__ == "__main__":
    # `python -m` looks for modules where one stands first, which may be a stranger's folder.
    if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 -- as Python has it
        del sys.path[0]
    run()
