"""What a plugin says that it needs, wherever it says so."""

from msgspec import Struct

from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.permission_rules import Permission, permission_of

KEY = "required_permissions"


class Grant(Struct, frozen=True):
    """One permission that is declared, and where."""

    written: str
    permission: Permission | None
    span: Span | None
    path: DocumentPath = ()


class Declared(Struct, frozen=True):
    """All that a plugin declares; ``is_said`` is false where it says nothing of permissions at all.

    ``by`` names what says it, in the words of a sentence, ``place`` what is to be edited.
    """

    grants: tuple[Grant, ...]
    is_said: bool
    by: str
    place: str


def declared_by(code: PluginCode) -> Declared | None:
    """Give what a plugin declares; None for one without a manifest, which promises nothing."""
    source = code.source
    if source.manifest is None:
        return None
    grants = (
        Grant(text, permission_of(text), source.manifest_spans.get(f"{KEY}[{number}]"), (KEY, number))
        for number, text in enumerate(source.manifest.required_permissions)
    )
    is_said = KEY in source.manifest_spans
    return Declared(tuple(grants), is_said, "its manifest", source.manifest_file)
