"""What the operator's manifest says of a bundle, typed: where it comes from, how it lies, what of it is read."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from aetherflow.core.documents.flow import Identifier
from aetherflow.core.documents.inner_paths import INNER_PATH_PATTERN, LONGEST_PATH
from aetherflow.core.documents.record import Record
from aetherflow.core.documents.source_patterns import (
    LOCATION_PATTERN,
    LONGEST_LOCATION,
    LONGEST_REF,
    REF_PATTERN,
    SHA256_PATTERN,
)

# The patterns are for editors alone: where the manifest is read, each rule that is broken has a finding of its own.
InnerPath = Annotated[str, Meta(extra_json_schema={"pattern": INNER_PATH_PATTERN, "maxLength": LONGEST_PATH})]
Location = Annotated[str, Meta(extra_json_schema={"pattern": LOCATION_PATTERN, "maxLength": LONGEST_LOCATION})]
Ref = Annotated[str, Meta(extra_json_schema={"pattern": REF_PATTERN, "maxLength": LONGEST_REF})]
Sha256 = Annotated[str, Meta(extra_json_schema={"pattern": SHA256_PATTERN})]

SourceType = Literal["filesystem", "git", "archive", "remote"]
#: What not every source has, and which types have it.
SOURCE_OPTIONS: Mapping[str, tuple[SourceType, ...]] = {
    "ref": ("git",),
    "sha256": ("archive",),
    "resource": ("git", "archive", "remote"),
}

ArchiveDriver = Literal["zipfile", "pyzipper"]


class SourceSection(Record, frozen=True):
    """Where a bundle is fetched from."""

    # UNSET, which is false, stands for what is not written: null would be a value that somebody forgot.

    noun: ClassVar[str] = '"source" section'

    type: SourceType
    location: Location
    ref: Ref | UnsetType = UNSET
    sha256: Sha256 | UnsetType = UNSET
    resource: str | UnsetType = UNSET


class LayoutSection(Record, frozen=True):
    """Where things lie inside a bundle."""

    noun: ClassVar[str] = '"layout" section'

    flows_dir: InnerPath = "flows"
    profiles_file: InnerPath = "profiles.yaml"
    plugins_dir: InnerPath = "plugins"
    plugins_file: InnerPath = "plugins.yaml"


class BundleSection(Record, frozen=True):
    """A bundle: a folder of flows and what belongs to them, fetched as a whole."""

    noun: ClassVar[str] = "bundle"

    id: Identifier
    source: SourceSection
    layout: LayoutSection = LayoutSection()
    entry_flow: InnerPath | UnsetType = UNSET
    fetch_policy: Literal["cache_check", "always"] = "cache_check"


class EnvFileEntry(Record, frozen=True):
    """An env file inside the bundle."""

    noun: ClassVar[str] = "env file"

    path: InnerPath
    type: Literal["dotenv", "json", "dir"] = "dotenv"
    optional: bool = False
    prefix: Annotated[str, Meta(extra_json_schema={"pattern": r"^[^\x00=]*$(?!\n)"})] = ""
