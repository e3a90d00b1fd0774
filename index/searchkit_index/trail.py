"""What the program does, step by step, for support: stdlib `logging`, a logger for each module.

Nothing is said until someone listens. `logging` takes a fifteenth of a query's start, so what every
query passes through says its steps here, and it is loaded by whoever listens.
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
