"""searchkit: semantic search over text and source code, on this computer."""

__version__ = "0.1.0"
