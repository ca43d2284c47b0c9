"""A resource with its profile laid under it, which knows of each value where it was written."""

from typing import Any

from aetherflow.core.connectors.resources import merge_profile
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.flow import Resource
from aetherflow.core.documents.flow_reader import LoadedFlow
from aetherflow.core.documents.profiles import LoadedProfiles
from aetherflow.core.validation.pointing import Ground, OnePlace, WholeDocument


class MergedResource:
    """The values of a resource as they are written, its own and its profile's; paths begin with config or options."""

    def __init__(self, flow: LoadedFlow, name: str, resource: Resource, profiles: LoadedProfiles) -> None:
        self.flow = flow
        self.path: DocumentPath = ("resources", name)
        self.name = name
        profile = profiles.profiles.get(resource.profile) if resource.profile else None
        self.values = merge_profile(resource, profile)
        self._profile_name = resource.profile
        self._profiles = profiles.document if profile else None

    def origin(self, path: DocumentPath) -> tuple[Ground, DocumentPath]:
        """Give the document and the path in it where a value of the merged resource stands."""
        return self._own(path) or self.hidden(path) or (OnePlace(self.flow, (*self.path, "profile")), path)

    def hidden(self, path: DocumentPath) -> tuple[Ground, DocumentPath] | None:
        """Give the place of a path in the profile, where the profile's document has it."""
        in_profile: DocumentPath = (self._profile_name or "", *path)
        if self._profiles is None or not _exists(self._profiles.data, in_profile):
            return None
        return WholeDocument(self._profiles), in_profile

    def _own(self, path: DocumentPath) -> tuple[Ground, DocumentPath] | None:
        own = (*self.path, *path)
        is_own = self._profile_name is None or _exists(self.flow.document.data, self.flow.absolute(own))
        return (self.flow, own) if is_own else None


def _exists(data: Any, path: DocumentPath) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
