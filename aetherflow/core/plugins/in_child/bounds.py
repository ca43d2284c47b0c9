"""How much a process that runs code of plugins may take: it bounds itself, and with it each that it starts."""

import resource
from contextlib import suppress

_MEGABYTE = 1024 * 1024


def bound_memory(megabytes: int) -> None:
    """Let this process have so much memory; what it asks for beyond that is a MemoryError."""
    _bound(resource.RLIMIT_AS, megabytes * _MEGABYTE)


def bound_files(megabytes: int) -> None:
    """Let no file become larger than that, and leave no dump of a crash."""
    _bound(resource.RLIMIT_FSIZE, megabytes * _MEGABYTE)
    _bound(resource.RLIMIT_CORE, 0)


def _bound(kind: int, wanted: int) -> None:
    with suppress(OSError, ValueError):  # a system that knows no such bound
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
