"""Recognises programming and natural languages, and describes their definitions."""
