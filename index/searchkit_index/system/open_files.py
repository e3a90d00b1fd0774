"""Raises the limit on open files, which many systems set low and let every process raise."""

# Files that a process has open besides: libraries, standard streams, the terminal.
_OTHERS = 256


def allow_open_files(count: int) -> None:
    """Raise the limit of open files by `count`, as far as the system allows."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + _OTHERS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
