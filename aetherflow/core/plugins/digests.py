"""Digests of plugin code: of one file's bytes, and of a tree of files by their names and contents."""

from collections.abc import Mapping
from typing import BinaryIO

ALGORITHM = "sha256"
_PIECE_BYTES = 1024 * 1024


def bytes_digest(content: bytes) -> str:
    """Give ``sha256:…`` of a file's content."""
    import hashlib  # deferred: 3 ms, and a warm index has the digests of files

    return f"{ALGORITHM}:{hashlib.sha256(content).hexdigest()}"


def stream_digest(stream: BinaryIO, begun: bytes = b"") -> str:
    """Give the digest of a file that is read piece by piece; ``begun`` was read of it before."""
    import hashlib  # deferred, as above

    whole = hashlib.sha256(begun)
    while piece := stream.read(_PIECE_BYTES):
        whole.update(piece)
    return f"{ALGORITHM}:{whole.hexdigest()}"


def tree_digest(files: Mapping[str, str]) -> str:
    """Give the digest of a tree from its files' digests, by relative path with ``/`` between the parts.

    It is that of one line ``PATH HEX`` per file, in order of the paths' bytes: the same on every machine and locale.
    """
    import hashlib  # deferred, as above

    # Names that are no text (undecodable bytes) are digested as the bytes that they are.
    named = sorted((path.encode("utf-8", "surrogateescape"), digest) for path, digest in files.items())
    tree = hashlib.sha256()
    for path, digest in named:
        # A line break in a name must not be able to look like the next entry.
        tree.update(path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n"))
        tree.update(f" {digest.removeprefix(ALGORITHM + ':')}\n".encode())
    return f"{ALGORITHM}:{tree.hexdigest()}"


def short_path_digest(path: str) -> str:
    """Give eight characters that stand for a path, to tell two plugins of one name apart."""
    return path_digest(path)[:8]


def path_digest(path: str) -> str:
    """Give the hexadecimal digest of a path."""
    import hashlib  # deferred, as above

    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
