"""Stores an index: one SQLite file, the truth about a root, and FAISS files made from it."""
