"""Runs in the process that reads files: `python -m searchkit_index.process.worker BYTES`.

It first says that it is ready, and how much memory it has; then it takes requests on its standard
input and answers on its standard output, one after another, each a frame of a head (JSON) and a
body. It opens no file. Its memory is limited to BYTES of address space (0 for no limit), or less
where its parent has less, its processor time for each request by the size of the request; when it
breaks a limit the system ends it, in the middle of whatever C code it is in.
"""

import faulthandler
import json
import struct
import sys
import traceback
from typing import IO, Any

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

# Processor seconds for a request, and for each byte of it; a megabyte of real source takes one.
_PATIENCE = 10.0
_PATIENCE_PER_BYTE = 5e-6

TOO_MUCH = "takes too much time or memory to read"

_FRAME = struct.Struct(">II")


def send(stream: IO[bytes], head: Any, body: bytes) -> None:
    """Write one frame; `head` is anything that JSON can hold, lone surrogates included."""
    written = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(_FRAME.pack(len(written), len(body)) + written)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Any, bytes] | None:
    """Read one frame; None at the end of the stream, even when it ends within a frame."""
    lengths = stream.read(_FRAME.size)
    if len(lengths) < _FRAME.size:
        return None
    head_length, body_length = _FRAME.unpack(lengths)
    head, body = stream.read(head_length), stream.read(body_length)
    if len(head) < head_length or len(body) < body_length:
        return None
    return json.loads(head.decode("utf-8", "surrogatepass")), body


def main() -> None:
    """Answer requests until there are no more."""
    faulthandler.enable()  # a crash leaves its place on stderr, which the parent keeps
    memory = _confine(int(sys.argv[1]))
    import tree_sitter  # noqa: F401 -- whether it can be loaded shows here, not on some file

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    send(answers, {"ready": memory}, b"")
    while request := receive(requests):
        head, data = request
        _allow(_PATIENCE + _PATIENCE_PER_BYTE * len(data))
        answer = _answer(head, data)
        _allow(0)
        send(answers, answer, b"")


def _answer(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        found = read(head["path"], data, secrets=head["secrets"], grammar=head["grammar"])
    except Unsuitable as unsuitable:
        return {"skipped": unsuitable.reason}
    except MemoryError:
        return {"skipped": TOO_MUCH, "memory": True}
    except RecursionError:
        return {"skipped": TOO_MUCH}
    except Exception as error:  # a fault of ours, or of a library
        traceback.print_exc()
        if head["grammar"]:  # it costs the definitions of one file, or that file, and no more
            return _answer({**head, "grammar": False}, data)
        return {"skipped": f"cannot be read: {type(error).__name__}"}
    rows = [
        (c.start_line, c.end_line, c.symbol, c.kind, c.text, c.place, c.language, c.parts)
        for c in found.chunks
    ]
    return {"language": found.language, "chunks": rows}


def _confine(memory: int) -> int:
    """Limit this process; return its address space in bytes, 0 where nothing limits it."""
    import signal

    # Ctrl-C is for the process that asks; when that ends, so do the requests.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource
    except ImportError:  # not on Windows, where parsers stop themselves
        return 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = (memory or resource.RLIM_INFINITY, *resource.getrlimit(resource.RLIMIT_AS))
    least = min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=0)
    if least:
        resource.setrlimit(resource.RLIMIT_AS, (least, least))
    return least


def _allow(seconds: float) -> None:
    """Let the system end this process after so much processor time from now; 0 for never."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
