"""What the program does, step by step, for support: stdlib `logging`, below the name `searchkit`.

Nothing is said until someone listens. `logging` takes a fifteenth of a query's start, so it is not
loaded here: a program that listens has loaded it.
"""

import sys


def record(where: str, message: str, *values: object) -> None:
    """Log one step at the level INFO.

    Args:
        where: Which part of the program, as `reader`: the logger is `searchkit.reader`.
        message: In the form of `logging`, with `%s` for each value.
        values: What stands in the message.
    """
    if logging := sys.modules.get("logging"):
        logging.getLogger(f"searchkit.{where}").info(message, *values)
