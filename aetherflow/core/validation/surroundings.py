"""What a flow is judged against: everything around it that validation may look at."""

from collections.abc import Mapping

from msgspec import Struct

from aetherflow.core.contracts.registry import Registry
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.validation.absent_plugins import AbsentPlugins


class Surroundings(Struct, frozen=True, kw_only=True):
    """The plugins, profiles and environment that a flow would run with.

    ``absent_plugins`` are those that may register more than ``registry`` has. ``strict_env`` makes an error of a
    variable that is not set; with a secrets hook it is a note, since the hook may still give it.
    """

    registry: Registry
    archive_drivers: frozenset[str] | None = None  # those that the manifest allows; None where the mode allows all
    absent_plugins: AbsentPlugins = AbsentPlugins()
    profiles: LoadedProfiles = LoadedProfiles()
    environment: Mapping[str, str] = {}
    strict_env: bool = False
    secrets_hook_configured: bool = False
