"""The terminal interface: a thin Textual app over `searchkit.Workspace`."""
