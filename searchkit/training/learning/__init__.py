"""The decoder while it learns: its losses, its teacher, its steps, and how it is exported."""
