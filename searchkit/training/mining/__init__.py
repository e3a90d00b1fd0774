"""Training pairs out of repositories, documentation and dictionaries."""
