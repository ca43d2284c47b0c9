"""Which installed distribution brought a file of a site directory, by the records that installers leave."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from aetherflow.core.plugins.small_files import read_small_text


class FileOwner(Struct, frozen=True):
    """The distribution that brought a file, with its version, and whether the file is as it brought it."""

    distribution: str = ""
    is_unchanged: bool = False


class SiteRecords:
    """The RECORD files of a site directory; they are read when the first question is asked."""

    def __init__(self, folder: str, names: Sequence[str]) -> None:
        self._folder = folder
        self._names = names

    def owner_of(self, name: str, content: bytes) -> FileOwner:
        """Say who brought a file that lies in the site directory itself."""
        for distribution, record in self._records.items():
            for line in record.splitlines():
                path, _, rest = line.partition(",")
                if path.strip('"') == name:
                    return FileOwner(distribution, rest.partition(",")[0] == _record_hash(content))
        return FileOwner()

    @cached_property
    def _records(self) -> dict[str, str]:
        infos = [name for name in self._names if name.endswith(".dist-info")]
        return {_shown(info): read_small_text(f"{self._folder}/{info}/RECORD") for info in infos}


def _shown(info: str) -> str:
    return " ".join(info.removesuffix(".dist-info").rsplit("-", 1))


def _record_hash(content: bytes) -> str:
    """Hash as RECORD does: https://packaging.python.org/en/latest/specifications/recording-installed-packages."""
    return "sha256=" + urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
