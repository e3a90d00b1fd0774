"""The widgets: each shows what it is given, and tells by messages what was done to it."""
