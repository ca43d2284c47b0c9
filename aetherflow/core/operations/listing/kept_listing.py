"""The listing that was told last, kept beside the index: where no file has changed since, it is told again.

It is a cache of one user's, as the index is, and only of plain surroundings: no manifest, no plugins.yaml, no lock, no
local switches, and nothing wrong. What it was made of are the words of the request and the files it names, the index
among them.
"""

import os
import site
import sys

import msgspec
from msgspec import Struct

from aetherflow.core.documents.regular_files import read_own
from aetherflow.core.operations.listing.values import PluginListing
from aetherflow.core.operations.plugin_ground import PluginGround
from aetherflow.core.plugins.witnesses import Witness, look
from aetherflow.version import VERSION

KEPT_NAME = "plugin-listing.json"
LARGEST_BYTES = 16 * 1024 * 1024


class Asked(Struct, frozen=True, kw_only=True):
    """Everything but files that decides what is listed."""

    reader: str
    python: tuple[str, ...]
    user: int
    cwd: str
    home: str
    environment_paths: str
    flag_paths: tuple[str, ...]
    strict: bool


class KeptListing(Struct, frozen=True, kw_only=True):
    """What is written: what was asked, the files that were looked at, and what was found."""

    asked: Asked
    witnesses: tuple[Witness, ...]
    listing: PluginListing


def kept_listing(ground: PluginGround) -> PluginListing | None:
    """Give the listing of these surroundings, where one is kept that gathering would give again."""
    if not is_plain(ground):
        return None
    try:
        kept = msgspec.json.decode(read_own(ground.state_root / KEPT_NAME, LARGEST_BYTES), type=KeptListing)
    except (OSError, msgspec.DecodeError, RecursionError):
        return None
    is_current = kept.asked == asked_by(ground) and all(look(each.path) == each for each in kept.witnesses)
    return kept.listing if is_current else None


def is_plain(ground: PluginGround) -> bool:
    """Tell surroundings in which paths alone decide."""
    documents, settings = ground.documents, ground.settings
    named = (documents.manifest, documents.plugins_file, settings.secrets_module, settings.secrets_path)
    deciding = (ground.lock_file, ground.switches_file)
    return ground.mode == "internal_fast" and not any(named) and not any(map(os.path.lexists, deciding))


def asked_by(ground: PluginGround) -> Asked:
    """Give what these surroundings ask for."""
    return Asked(
        reader=VERSION,
        python=(sys.version, *site.getsitepackages(), str(site.ENABLE_USER_SITE), site.getusersitepackages()),
        user=os.geteuid(),
        cwd=str(ground.cwd),
        home=ground.snapshot.values.get("HOME", ""),
        environment_paths=ground.settings.plugin_paths,
        flag_paths=ground.request.plugin_paths,
        strict=ground.settings.plugin_strict,
    )
