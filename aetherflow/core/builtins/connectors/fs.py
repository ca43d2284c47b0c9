"""The connector of whatever file system fsspec knows."""

from pathlib import Path
from typing import Any, ClassVar

from aetherflow.core.api import StepFailed, register_connector
from aetherflow.core.builtins.files import fs_failures
from aetherflow.core.builtins.files.connector import TIMEOUTS, FilesConnector
from aetherflow.core.builtins.files.store import FileStore
from aetherflow.core.builtins.libraries import needed
from aetherflow.core.builtins.resource_use import Trouble

#: Both libraries try again by themselves, each time the other one does: a server that is not there takes long to find.
_S3_TRIES = 2
_LOCAL = ("file", "local")


@register_connector(kind="files", driver="fs")
class FsConnector(FilesConnector):
    """Opens folders, buckets and shares by fsspec, which `pip install 'aetherflow[remote]'` brings.

    `protocol` is fsspec's name of the file system: `file`, `s3`, `smb`, `gs`, `abfs`, `memory`, …; for some of them a
    further package is needed, which fsspec names. Whatever else stands in `config` is given to the file system: `key`,
    `secret`, `endpoint_url` for s3, `host`, `username`, `password` for smb. Of a bucket, a file is seen when its
    upload is complete; elsewhere it is renamed. A file system that can do neither is for reading only.
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "protocol": {"type": "string", "minLength": 1, "description": "fsspec's name of the file system."},
            "root": {
                "type": "string",
                "minLength": 1,
                "description": "Where all paths begin: a folder, `BUCKET/PREFIX`, `SHARE/PATH`.",
            },
        },
        "required": ["protocol", "root"],
        "additionalProperties": True,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": TIMEOUTS,
        "additionalProperties": False,
    }
    public_keys: ClassVar[frozenset[str]] = frozenset(
        {"protocol", "root", "host", "username", "endpoint_url", "region_name", "project", "account_name"}
    )

    def __init__(self, *, config: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(config=config, options=options)
        if config["protocol"] == "smb":  # smbprotocol does not say that a connection may be used by several at once
            self.most_at_once = 1

    @property
    def place(self) -> str:
        """Where it leads."""
        host = self.config.get("endpoint_url") or self.config.get("host") or ""
        return f"{self.config['protocol']}://{host}/{self.config['root']}"

    def opened(self) -> FileStore:
        """Make a file system object of its own; it connects when it is first asked for something."""
        needed("fsspec", "remote")
        from aetherflow.core.builtins.files.fs_store import FsStore  # deferred: with fsspec, an extra

        protocol = self.config["protocol"]
        given = {key: value for key, value in self.config.items() if key not in ("protocol", "root")}
        files = _file_system(protocol, {**self._patience(protocol, given), **given})
        root = str(Path(self.config["root"]).absolute()) if protocol in _LOCAL else self.config["root"]
        return FsStore(files, str(files._strip_protocol(root)))

    def explain(self, error: Exception) -> Trouble | None:
        """Give the words for what a file system raised."""
        if isinstance(error, TypeError) and "keyword argument" in str(error):  # of a session that is made late
            return Trouble(f'the config does not fit the protocol "{self.config["protocol"]}": {error}')
        return fs_failures.explain(error)

    def _patience(self, protocol: str, given: dict[str, Any]) -> dict[str, Any]:
        if protocol in ("s3", "s3a"):
            # Whoever watches over the transfer has better words, and shall come first.
            limits = {"connect_timeout": self.connect_seconds + 1, "read_timeout": self.answer_seconds + 1}
            own = given.pop("config_kwargs", {})
            return {"config_kwargs": {**limits, "retries": {"max_attempts": 1}, **own}, "use_listings_cache": False}
        if protocol == "smb":
            return {"timeout": max(1, round(self.connect_seconds))}
        return {}


def _file_system(protocol: str, values: dict[str, Any]) -> Any:
    import fsspec  # deferred: an extra

    try:
        kind = fsspec.get_filesystem_class(protocol)
    except ImportError as error:  # it names what to install
        raise StepFailed(f'fsspec needs more for "{protocol}": {error}') from None
    except ValueError:
        known = ", ".join(sorted(fsspec.available_protocols()))
        raise StepFailed(f'fsspec knows no protocol "{protocol}"', hint=f"it knows {known}") from None
    try:
        files = kind(**values, skip_instance_cache=True)
    except TypeError as error:
        raise StepFailed(f'the config does not fit the protocol "{protocol}": {error}') from None
    if protocol in ("s3", "s3a"):
        files.retries = _S3_TRIES
    return files
