"""Reads files in a process of their own, so that none can crash, stall or starve this one."""
