"""The operator's manifest, version 1, as typed records: mode, bundle, origins of plugins and secrets, trust."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from aetherflow.core.contracts.span import DocumentPath, Span
from aetherflow.core.documents.bundle_section import ArchiveDriver, BundleSection, EnvFileEntry, InnerPath
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record
from aetherflow.core.documents.written import is_written

#: From no claim to the strongest.
IsolationLevel = Literal["none", "in_process", "worker", "confined"]


class SecretsSection(Record, frozen=True):
    """The secrets hook: a file or an importable module, one of the two."""

    noun: ClassVar[str] = '"secrets" section'

    path: str = ""
    module: str = ""


class PathsSection(Record, frozen=True):
    """Where the operator's own plugins are."""

    noun: ClassVar[str] = '"paths" section'

    plugins: list[str] = field(default_factory=list)


class TrustSection(Record, frozen=True):
    """Whose code may load, what it may replace, and what it must show for it."""

    noun: ClassVar[str] = '"trust" section'

    packages: list[str] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    schemes: list[str] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    require_signature: bool = False
    require_isolation: IsolationLevel = "none"


class OperatorManifest(Record, frozen=True):
    """What the operator of an installation decides.

    ``mode`` is a text: `core.plugins.modes` judges it, in any case; editors offer the two as they should be written.
    The default is the mildest mode, which the environment's can only make stricter; a mode that is written and empty is
    no mode.
    """

    noun: ClassVar[str] = "manifest"

    version: Literal[1]
    mode: Annotated[str, Meta(extra_json_schema={"enum": ["internal_fast", "enterprise"]})] = "internal_fast"
    secrets: SecretsSection | None = None
    paths: PathsSection = field(default_factory=PathsSection)
    trust: TrustSection = field(default_factory=TrustSection)
    bundle: BundleSection | UnsetType = UNSET
    resources: dict[str, Resource] = field(default_factory=dict)
    archive_drivers: list[ArchiveDriver] = field(default_factory=list)
    env_files: list[InnerPath | EnvFileEntry] = field(default_factory=list)


class LoadedManifest(Struct, frozen=True):
    """A manifest without findings. ``folder`` is where it is, absolute: its paths are relative to that."""

    document: Document
    folder: Path
    definition: OperatorManifest

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value of the manifest, or of its key."""
        return self.document.span(path, key=key)

    def find(self, path: DocumentPath, text: str, occurrence: int = 0) -> Span:
        """Give the span of a text inside a scalar of the manifest."""
        return self.document.find(path, text, occurrence)

    def is_written(self, *path: str | int) -> bool:
        """Tell a value that stands in the manifest from a default."""
        return is_written(self.document, path)

    @property
    def bundle(self) -> BundleSection | None:
        """What the manifest says of a bundle, if it names one."""
        return self.definition.bundle or None

    @property
    def entry_flow(self) -> str | None:
        """The flow that runs where none is named, as a path inside the bundle."""
        return (self.bundle.entry_flow or None) if self.bundle else None

    @property
    def env_files(self) -> tuple[EnvFileEntry, ...]:
        """The env files of the bundle, in order; their paths are relative to its root."""
        files = self.definition.env_files
        return tuple(EnvFileEntry(path=file) if isinstance(file, str) else file for file in files)

    @property
    def secrets_path(self) -> Path | None:
        """The file of the secrets hook, absolute; the environment has no say in where it is."""
        secrets = self.definition.secrets
        return self.folder / secrets.path.strip() if secrets and secrets.path else None

    @property
    def secrets_module(self) -> str | None:
        """The module of the secrets hook."""
        secrets = self.definition.secrets
        return secrets.module.strip() if secrets and secrets.module else None
