"""Training pairs on disk: clean, as token ids, in batches."""
