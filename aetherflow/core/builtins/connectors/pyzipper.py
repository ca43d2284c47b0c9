"""The connector of zip files with a password, by the library pyzipper."""

from typing import Any, BinaryIO, ClassVar

from aetherflow.core.api import register_connector
from aetherflow.core.builtins.archives.connector import COMPRESSION_OPTIONS, ZipConnector
from aetherflow.core.builtins.libraries import needed


@register_connector(kind="archive", driver="pyzipper")
class PyzipperConnector(ZipConnector):
    """Writes and reads zip files with AES, by pyzipper, which `pip install 'aetherflow[archive]'` brings.

    Content is encrypted as WinZip does it; names and sizes of the files are not: zip files have it so. It reads plain
    archives, and those with the old weak encryption, as well. In enterprise mode the manifest lists it under
    `archive_drivers`. Where the password may stand: [secret values](../../resources.md#secret-values).
    """

    config_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "password": {
                "type": "string",
                "minLength": 1,
                "description": "The password of the archives.",
            },
        },
        "required": ["password"],
        "additionalProperties": False,
    }
    options_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {
            "key_bits": {"enum": [128, 192, 256], "default": 256, "description": "How long the key of AES is."},
            **COMPRESSION_OPTIONS,
        },
        "additionalProperties": False,
    }

    def writing(self, stream: Any) -> Any:
        """Give a `ZipFile` that encrypts, and writes into a stream."""
        needed("pyzipper", "archive")
        import pyzipper  # deferred: an extra

        archive = pyzipper.AESZipFile(stream, "w", compression=self.method)
        archive.setpassword(self._password)
        archive.setencryption(pyzipper.WZ_AES, nbits=self.settings.key_bits)
        return archive

    def reading(self, file: BinaryIO) -> Any:
        """Give a `ZipFile` that reads a file."""
        needed("pyzipper", "archive")
        import pyzipper  # deferred: as above

        archive = pyzipper.AESZipFile(file)
        archive.setpassword(self._password)
        return archive

    def entry(self, name: str) -> Any:
        """Give the description of a file that shall be written."""
        import pyzipper  # deferred: as above

        return pyzipper.AESZipFile.zipinfo_cls(name)

    @property
    def _password(self) -> bytes:
        password = self.config.get("password")
        if not isinstance(password, str) or not password:
            raise ValueError("its password is empty")
        return password.encode()
