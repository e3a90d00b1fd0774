"""What the operating system is asked for: files, folders, memory, programs and interpreters."""
