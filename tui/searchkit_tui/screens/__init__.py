"""The screens: the search itself, and the dialogs over it."""
