"""What stands on the screen: each widget shows what it is given, and says what was done to it."""
