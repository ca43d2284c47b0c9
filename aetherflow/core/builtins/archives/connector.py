"""What the connectors of archives share: zip files are written and read alike, whichever library does it."""

from functools import cached_property
from typing import Annotated, Any, BinaryIO, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from aetherflow.core.api import ConnectorBase, StepFailed

Compression = Literal["deflate", "store"]

COMPRESSION_OPTIONS: dict[str, Any] = {
    "compression": {
        "enum": ["deflate", "store"],
        "default": "deflate",
        "description": "How files are packed; `store`: as they are.",
    },
    "level": {
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
        "description": "How hard `deflate` tries, from 1 (quick) to 9 (small).",
    },
}
_METHODS: dict[str, int] = {"store": 0, "deflate": 8}  # as zip files number them


class ZipSettings(Struct, frozen=True, kw_only=True):
    """How archives are written."""

    compression: Compression = "deflate"
    level: Annotated[int, Meta(ge=1, le=9)] | None = None
    key_bits: Literal[128, 192, 256] = 256


class ZipConnector(ConnectorBase):
    """Writes and reads zip files; a sub-class says by what library. Nothing is kept open in between."""

    #: Where in `config` the password stands.
    password_key: ClassVar[str] = "password"

    @cached_property
    def settings(self) -> ZipSettings:
        """The options, which templates may have made texts; StepFailed for what cannot be."""
        try:
            return msgspec.convert(self.options, ZipSettings, strict=False)
        except msgspec.ValidationError as error:
            raise StepFailed(f"its options cannot be used: {error}") from None

    @property
    def method(self) -> int:
        """The number of the compression."""
        return _METHODS[self.settings.compression]

    def connect(self) -> "ZipConnector":
        """Give the connector itself: it has the methods."""
        return self

    def close(self) -> None:
        """Close nothing: each archive is closed by the step that opens it."""

    def writing(self, stream: Any) -> Any:
        """Give a `ZipFile` that writes into a stream; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no writing(self, stream)")

    def reading(self, file: BinaryIO) -> Any:
        """Give a `ZipFile` that reads a file; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no reading(self, file)")

    def entry(self, name: str) -> Any:
        """Give a `ZipInfo` of the library's own kind; must be defined by every sub-class."""
        raise NotImplementedError(f"{type(self).__name__} defines no entry(self, name)")

    def without_credentials(self, text: str) -> str:
        """Give a text in which the password does not stand, whether the run knows it as a secret or not."""
        password = self.config.get(self.password_key)
        return text.replace(password, "***") if isinstance(password, str) and password else text
