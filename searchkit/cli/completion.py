"""Completes values in the shell: languages, models, indexed folders."""

from collections.abc import Iterable, Iterator

# At the first Tab zsh only loads a file of completions; to complete then, the file must call its
# function itself.
_COMPLETE_NOW = """
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  %(complete_func)s "$@"
fi
"""


def complete_at_first_tab() -> None:
    """Make the zsh script complete as soon as it is loaded, unless Typer's own does."""
    from typer import _completion_shared as library

    scripts = getattr(library, "_completion_scripts", {})
    if "loadautofunc" not in scripts.get("zsh", "loadautofunc"):
        scripts["zsh"] += _COMPLETE_NOW


def languages(incomplete: str) -> list[tuple[str, str]]:
    """Complete the name of a programming or a natural language: one that is here, else any."""
    from searchkit_index.languages.language import LANGUAGES
    from searchkit_index.languages.natural import NAMES

    named = [*((name, "") for name in LANGUAGES), *NAMES.items()]
    in_full = [(name, code) for code, name in NAMES.items()]
    begun = incomplete.lower()
    found = [each for each in named if each[0].startswith(begun)]
    found = found or [each for each in in_full if each[0].startswith(begun)]
    here = _languages_here()
    return [each for each in found if each[0] in here] or found


def _languages_here() -> set[str]:
    """List the languages of the indexed folder that is the current one or around it; else none."""
    from searchkit.workspace import Workspace
    from searchkit_index.errors import SearchkitError

    try:
        with Workspace() as workspace:
            facets = workspace.facets([workspace.locate(".").root])
    except SearchkitError:
        return set()
    return {*facets.languages, *facets.natural_languages}


def models(incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete the name of a model, those on this machine first."""
    from searchkit.embedders import all_models
    from searchkit.embedders.weights import folder_of

    found = [model for model in all_models().values() if model.name.startswith(incomplete)]
    for model in sorted(found, key=lambda model: folder_of(model) is None):
        yield model.name, "on this machine" if folder_of(model) else "to be fetched"


def devices(incomplete: str) -> list[str]:
    """Complete the name of a device."""
    return _starting_with(("auto", "cpu", "cuda", "mps"), incomplete)


def roots(incomplete: str) -> list[str]:
    """Complete the path of an indexed folder."""
    from searchkit.indexes.home import indexed_roots

    return _starting_with(map(str, indexed_roots()), incomplete)


def _starting_with(values: Iterable[str], incomplete: str) -> list[str]:
    return [value for value in values if value.startswith(incomplete)]
