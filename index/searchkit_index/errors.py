"""Every expected error, as one tree.

SearchkitError                 2
├── RootError                  the folder asked for is missing, not a folder, or not readable
├── NotIndexedError            nothing was ever indexed there
├── CatalogError               the catalog cannot be used
│   ├── CatalogDamagedError    it is truncated, or no database
│   ├── CatalogNewerError      a later version wrote it
│   └── CatalogBusyError       another process is writing to it
├── StorageError               the disk is full, or not writable
├── ModelError                 a model is unknown, incomplete, or not the one that was indexed with
├── ConfigError                a setting has an unknown name or an impossible value
├── QueryError                 a question that cannot be asked
└── TrainingError              a recipe or its data cannot be used

Each is raised where the error is found, with a hint that says what to type, and printed once, by
the command line, as `searchkit: message` and `hint: ...`.
"""


class SearchkitError(Exception):
    """An error that the user can fix.

    Args:
        message: One sentence, lower case, no full stop, names in backticks.
        hint: What to do or type about it; may be empty.
        paste: Lines that go with the hint, for a person to paste; may be empty.

    Attributes:
        exit_code: What the command line exits with.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", paste: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.paste = paste


class RootError(SearchkitError):
    """The folder asked for is missing, not a folder, or not readable."""


class NotIndexedError(SearchkitError):
    """Nothing was ever indexed at this path."""


class CatalogError(SearchkitError):
    """The catalog cannot be used."""


class CatalogDamagedError(CatalogError):
    """The catalog is truncated, overwritten, or no database at all."""


class CatalogNewerError(CatalogError):
    """A later version of searchkit wrote the catalog."""


class CatalogBusyError(CatalogError):
    """Another process is writing to the catalog."""


class StorageError(SearchkitError):
    """The disk is full, or the index folder is not writable."""


class ModelError(SearchkitError):
    """A model is unknown, incomplete, or not the one that the index was made with."""


class ConfigError(SearchkitError):
    """A setting has an unknown name or an impossible value."""


class QueryError(SearchkitError):
    """A question that cannot be asked."""


class TrainingError(SearchkitError):
    """A recipe, its data or its checkpoint cannot be used."""
