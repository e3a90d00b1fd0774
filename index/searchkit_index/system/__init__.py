"""Uses the operating system: files, folders, memory, programs and interpreters."""
