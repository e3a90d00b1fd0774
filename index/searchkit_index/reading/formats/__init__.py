"""Reads formats that are no plain text: one module for each.

Each gives `read(data)`: the blocks of a file, or None when it is no such file after all and is to
be read as plain text. It raises `Unsuitable` for what cannot be read.
"""
