"""The connector of plain zip files, by Python's own library."""

from typing import Any, BinaryIO, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.archives.connector import COMPRESSION_OPTIONS, ZipConnector


@register_connector(kind="archive", driver="zipfile")
class ZipfileConnector(ZipConnector):
    """Writes and reads zip files without a password, by Python's own library.

    In enterprise mode the manifest lists it under `archive_drivers`.
    """

    config_schema: ClassVar[dict[str, Any]] = {"type": "object", "properties": {}, "additionalProperties": False}
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": COMPRESSION_OPTIONS,
        "additionalProperties": False,
    }

    def writing(self, stream: Any) -> Any:
        """Give a `ZipFile` that writes into a stream."""
        import zipfile  # deferred: 10 ms, and only wanted where there is an archive

        return zipfile.ZipFile(stream, "w", self.method)

    def reading(self, file: BinaryIO) -> Any:
        """Give a `ZipFile` that reads a file."""
        import zipfile  # deferred: as above

        return zipfile.ZipFile(file)

    def entry(self, name: str) -> Any:
        """Give the description of a file that shall be written."""
        import zipfile  # deferred: as above

        return zipfile.ZipInfo(name)
