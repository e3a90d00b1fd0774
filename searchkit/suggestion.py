"""Makes the hint for an unknown name."""

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Name the known name that is nearest to a typed one.

    Args:
        name: As it was typed.
        known: The names that there are.
        otherwise: What is said where none is near.

    Returns:
        The hint.
    """
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else otherwise
