"""The index: from files to chunks, to a SQLite catalog and FAISS vectors.

Knows nothing of models, of a command line or of a screen. It is handed an `Embedder` and asks no
more of it than `searchkit_index.embedder` says.
"""
