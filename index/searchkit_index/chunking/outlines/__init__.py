"""Finds headings that no single regular expression describes: one module for each kind of markup.

Each has `FENCE`, a regular expression as in `Headings.fence`, and `finder()`. That makes a function
for one text that is called with its rows in order, and finds the heading that begins at a row.
"""
