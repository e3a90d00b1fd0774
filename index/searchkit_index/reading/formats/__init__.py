"""Reads formats that are not plain text: one module for each.

Each has a function `read(data)`, which takes the bytes of a file and returns its blocks, in order.
It returns None if the file is not of that format but plain text. It raises `Unsuitable` if the file
cannot be read or is not worth indexing: it is damaged or encrypted, has no text, was written by a
program, or needs a package or program that is not installed.
"""
