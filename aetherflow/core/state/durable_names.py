"""New names in a folder, on the disk: without this a power cut may forget a file that was put in its place."""

import os
from pathlib import Path


def make_durable(folder: Path) -> None:
    """Let the names in a folder survive a power cut; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
