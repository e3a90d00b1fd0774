"""Reads files in a separate process, so that no file can crash, stall or starve this one."""
