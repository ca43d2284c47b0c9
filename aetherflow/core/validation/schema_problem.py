"""One departure of a value from a JSON Schema, before it is known where the value was written."""

from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath


class SchemaProblem(Struct, frozen=True, kw_only=True):
    """One departure from a schema. ``path`` is that of the value, for a missing key that of the mapping without it."""

    kind: Literal["unknown", "missing", "wrong", "unusable"]
    path: DocumentPath
    message: str
    key: str = ""
    meant: str | None = None  # of an unknown key: the one that it probably stands for
    label: str | None = None
    hint: str | None = None
