"""Logs what the program does, step by step, for support: a logger of stdlib for each module.

Nothing is written until a handler is set. `logging` takes a fifteenth of a query's start, so the
modules of a query log through here, and it is loaded only where a handler is set.
"""

import sys


def record(name: str, message: str, *values: object) -> None:
    """Log one step at the level INFO.

    Args:
        name: The module's `__name__`, which is its logger's name.
        message: In the form of `logging`, with `%s` for each value.
        *values: What stands in the message.
    """
    if logging := sys.modules.get("logging"):
        logging.getLogger(name).info(message, *values)
