"""Reads the text out of the bytes of a file."""
