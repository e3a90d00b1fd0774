"""The widgets: each shows what it is given, and posts messages about what the user did."""
