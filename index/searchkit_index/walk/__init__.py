"""Chooses which files below a folder are searched, and says why others are not."""
