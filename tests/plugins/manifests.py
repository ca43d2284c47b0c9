"""Plugin manifests read from their files, as `discover` asks for them."""

from pathlib import Path

from aetherflow.core.plugins.manifest_reader import manifest_of
from aetherflow.core.plugins.plugin_manifest import ManifestReading


def read_manifest(path: str, file: object) -> ManifestReading:
    """Read a manifest that is there; what is known of the file already is not needed."""
    return manifest_of(path, Path(path).read_bytes())
