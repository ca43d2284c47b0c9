"""The base of the typed records that documents become."""

from typing import ClassVar

from msgspec import Struct


class Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every record of a document: frozen, named fields only, unknown keys refused."""

    noun: ClassVar[str]  # what people call it, for findings
