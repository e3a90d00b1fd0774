"""Maps the words that other programs have for a command or an option to what is typed here."""

from collections.abc import Collection

from searchkit.printable import shell_word

_WORDS = {
    "searchkit query TEXT": "ask find grep lookup search",
    "searchkit index PATH": "add build create embed import init refresh reindex scan sync update",
    "searchkit index PATH --watch": "daemon monitor watch",
    "searchkit list": "indexes indices ls projects repos roots",
    "searchkit status PATH": "count info show stat stats",
    "searchkit forget PATH": "clean clear delete drop erase purge remove reset rm uninstall",
    "searchkit get PATH:LINES": "cat open print read view",
    "searchkit tui": "browse gui interactive ui web",
    "searchkit serve": "server start",
    "searchkit doctor": "check debug diagnose verify",
    "searchkit guide": "docs documentation man manual",
    "searchkit config": "configure env set settings",
    "searchkit models": "model",
    "searchkit install": "setup",
    "searchkit similar PATH:LINE": "like neighbors neighbours related",
    "searchkit --install-completion": "completion completions",
    "searchkit --version": "version",
}
_TYPED = {word: typed for typed, words in _WORDS.items() for word in words.split()}

# What is typed begins with the option; of several for one word, the first that a command has.
_OPTIONS = {
    "--lang LANG": "-t --type --language --ext --extension --filetype",
    "--exclude GLOB": "--ignore --not",
    "--glob GLOB": "-g --include --path --pattern --filter --iglob",
    "--glob '!GLOB'": "--exclude --ignore --not",
    "--include GLOB": "--hidden --no-ignore --unrestricted",
    "-n NUMBER": "-k -m --top --top-k --num --number --max-count --max-results --results",
    "--min-confidence SHARE": "--threshold --min-score --score --cutoff --similarity",
    "--mode MODE": "--semantic --lexical --hybrid --keyword --vector",
    "-l": "--files-with-matches --files-only --name-only --names-only",
    "-F TEXT": "--fixed-strings --literal --exact",
    "-w": "--word-regexp --words",
    "--in PATH": "-d -p --dir --directory --folder --root --cwd",
    "--all": "--all-folders --everywhere --global",
    "--json": "-j -o --format --output --output-format",
    "--verify": "-f --force --full --rebuild --fresh",
}


def for_no_command(word: str, otherwise: str) -> str:
    """Make the hint for an unknown command.

    Args:
        word: The word that was typed as a command.
        otherwise: The hint if no command is meant by it.

    Returns:
        The hint.
    """
    if typed := _TYPED.get(word.lower()):
        return f"type `{typed}`"
    if len(word.split()) > 1:
        return f"to ask that, type `searchkit query {shell_word(word)}`"
    return otherwise


def for_no_option(option: str, known: Collection[str], otherwise: str) -> str:
    """Make the hint for an unknown option.

    Args:
        option: What was typed as an option.
        known: The options of the command.
        otherwise: The hint if none of these is meant by it.

    Returns:
        The hint.
    """
    meant = (typed for typed, words in _OPTIONS.items() if option in words.split())
    typed = next((each for each in meant if each.partition(" ")[0] in known), None)
    return f"type `{typed}`" if typed else otherwise


def for_loose_words(*words: str) -> str:
    """Make the hint for a question whose words were taken for a folder and more."""
    return f"to ask for all the words, type `searchkit query {shell_word(' '.join(words))}`"
