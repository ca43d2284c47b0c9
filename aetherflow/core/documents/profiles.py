"""The profiles document: named defaults of resources, typed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct, field

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.conversion import convert_document
from aetherflow.core.documents.flow import Decode, Record
from aetherflow.core.documents.reader import Document


class Profile(Record, frozen=True):
    """Values that the resources which name this profile start from."""

    noun: ClassVar[str] = "profile"

    config: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    decode: Decode = Decode()


class LoadedProfiles(Struct, frozen=True):
    """Profiles by name, and the document that they come from, if there is one."""

    document: Document | None = None
    profiles: Mapping[str, Profile] = {}


class ProfilesReading(Struct, frozen=True):
    """The profiles that could be read, and the findings."""

    profiles: LoadedProfiles
    diagnostics: list[Diagnostic]


def load_profiles(document: Document) -> ProfilesReading:
    """Type a profiles document; what is wrong in it is a finding, and the rest is kept."""
    data = document.data
    own = {name: value for name, value in data.items() if not name.startswith("x-")} if isinstance(data, dict) else data
    converted = convert_document(document, own, dict[str, Profile])
    return ProfilesReading(LoadedProfiles(document, converted.value), converted.diagnostics)
