"""The operator's manifest, version 1, as typed records: mode, origins of plugins and secrets, what is trusted."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct, field

from aetherflow.core.contracts.span import Span
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.record import Record

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


class LoadedManifest(Struct, frozen=True):
    """A manifest without findings. ``folder`` is where it is, absolute: its paths are relative to that."""

    document: Document
    folder: Path
    definition: OperatorManifest

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Give the span of a value of the manifest, or of its key."""
        return self.document.span(path, key=key)

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
