"""One SQLite file that holds the truth about a root, and the FAISS files made from it."""
