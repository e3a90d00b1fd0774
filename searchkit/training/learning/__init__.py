"""The student while it learns: its losses, its teachers, its steps, and how it is exported."""
