"""The version of the public API, `aetherflow.core.api`, that plugins name in `compatible_versions`."""

from aetherflow.version import VERSION

#: SemVer. The API has no version of its own: a release that breaks plugins is a major release of the whole.
API_VERSION = VERSION
