"""Finds headings that no single regular expression describes: one module for each kind of markup.

Each gives `FENCE`, a regular expression as in `Headings.fence`, and `finder()`, a new function that
finds the heading that begins at a row.
"""
