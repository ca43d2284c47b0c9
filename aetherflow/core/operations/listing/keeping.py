"""Keeps a listing with everything that it was made of, so that the next one need not be made."""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import msgspec

from aetherflow.core.operations.listing.kept_listing import (
    KEPT_NAME,
    LARGEST_BYTES,
    KeptListing,
    asked_by,
    is_plain,
)
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import PluginGround, masker_of
from aetherflow.core.operations.plugin_surroundings import index_file
from aetherflow.core.plugins.builtin_index import INDEX_FILE
from aetherflow.core.plugins.distributions import site_folders
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.plugin_set import PluginSet
from aetherflow.core.plugins.plugin_source import PluginSource
from aetherflow.core.plugins.witnesses import look
from aetherflow.core.state.private_files import replace_private

MOST_WITNESSES = 5_000


def keep_listing(
    ground: PluginGround, found: PluginSet, listing: PluginListing, readings: FileReadings, began_ns: int
) -> None:
    """Keep a listing that was begun to be made at ``began_ns``, if it is one that may be told again.

    A file that was changed since, or just before, may have been another one in between: then nothing is kept, and
    neither is what holds a secret of the environment.
    """
    if not is_plain(ground) or listing.findings or listing.left_out or listing.refused:
        return
    witnesses = tuple(islice(map(look, dict.fromkeys(_paths(ground, found, readings))), MOST_WITNESSES + 1))
    if len(witnesses) > MOST_WITNESSES or not all(each.is_settled(began_ns) for each in witnesses):
        return
    content = msgspec.json.encode(KeptListing(asked=asked_by(ground), witnesses=witnesses, listing=listing))
    if len(content) <= LARGEST_BYTES and not masker_of(ground).hides(content.decode()):
        with suppress(OSError):  # then the next listing is made anew, too
            replace_private(ground.state_root / KEPT_NAME, content)


def _paths(ground: PluginGround, found: PluginSet, readings: FileReadings) -> Iterator[str]:
    """Give everything that was looked at: the indexes, the site directories, what was named, the plugins' files."""
    yield from (str(INDEX_FILE), str(index_file(ground)))
    for folder in site_folders(ground.mode):
        site = readings.index.sites.get(os.path.realpath(folder))
        yield from (folder, *(each.path for each in (site.witnesses if site else ())))
    yield from (origin.path for origin in found.origins.accepted if origin.path)
    for plugin in found.plugins:
        yield from _paths_of(plugin.source)


def _paths_of(source: PluginSource) -> Iterator[str]:
    yield source.root
    yield from (source.path_of(file.path) for file in source.files)
    yield from source.folders
