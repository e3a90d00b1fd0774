"""Writes searchkit into the configuration of programs that host agents, and takes it out again.

`programs` says which files and keys; `edit` inserts into JSON and TOML; `change` is what is shown,
written, and undone.
"""
