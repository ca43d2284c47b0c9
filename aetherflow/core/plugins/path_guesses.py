"""What was probably meant by a plugin path that leads nowhere; the file system around it is looked into."""

import os
from collections.abc import Iterator

from aetherflow.core.diagnostics.suggestion import nearest
from aetherflow.core.plugins.small_files import entries_of

_QUOTES = "\"'"
_SEPARATORS = (":", ";", ",", " ")


def advice_on_missing(written: str, path: str, source: str) -> str:
    """Say what to do about a path as it is written; ``path`` is the absolute one that it stands for."""
    base = path.removesuffix(written)
    if _is_quoted(written):
        return "take the quotes away: they are part of the path here"
    if several := _several(written, base):
        return _how_to_separate(several, source)
    if ":" in written and source == "AETHERFLOW_PLUGIN_PATHS":
        return "the paths are separated by commas"
    if written.startswith("~") and source == "the manifest":
        return '"~" has no meaning in a manifest: write the path in full, or relative to the manifest\'s folder'
    folder = "the manifest's folder" if source == "the manifest" else "the current directory"
    return f"correct it or take it out; a relative path is relative to {folder}"


def meant_path(written: str, path: str) -> str | None:
    """Give the path that is there and nearly written so, as it should be written."""
    if _is_quoted(written) or _several(written, path.removesuffix(written)):
        return None  # another advice fits
    base = path.removesuffix(written)  # empty for an absolute path; one that begins with "~" is told as it is meant
    parts = (written if base != path else path).split("/")
    for number, part in enumerate(parts):
        there = f"{base}{'/'.join(parts[:number])}" or "/"
        if part not in ("", ".", "..") and not os.path.lexists(f"{there.rstrip('/')}/{part}"):
            near = nearest(part, _plugin_like(there))
            if near is None:
                return None
            parts[number] = near
    return "/".join(parts)


def _is_quoted(written: str) -> bool:
    return len(written) > 1 and written[0] in _QUOTES and written[-1] == written[0]


def _plugin_like(folder: str) -> Iterator[str]:
    """Name what could be a plugin path in a folder."""
    for name in entries_of(folder):
        if not name.startswith((".", "__")) and (name.endswith(".py") or os.path.isdir(f"{folder}/{name}")):  # noqa: PTH112  # as text, see `entries_of`
            yield name


def _several(written: str, base: str) -> list[str]:
    """Give the paths that are there, where that is what a text holds with another sign between them."""
    for sign in _SEPARATORS:
        parts = [part.strip() for part in written.split(sign) if part.strip()]
        if len(parts) > 1 and all(os.path.lexists(os.path.join(base, part)) for part in parts):  # noqa: PTH118  # keeps what is absolute
            return parts
    return []


def _how_to_separate(paths: list[str], source: str) -> str:
    if source == "--plugin-path":
        return f"repeat the option: {' '.join(f'--plugin-path {path}' for path in paths)}"
    if source == "AETHERFLOW_PLUGIN_PATHS":
        return f"separate the paths by commas: {','.join(paths)}"
    return f"write an entry for each: [{', '.join(paths)}]"
