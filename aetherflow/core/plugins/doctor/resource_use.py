"""What a plugin's code reaches for outside the process, in the words of permissions."""

from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.permission_rules import Cover, Permission, cover

Resource = Literal["read", "write", "network", "process", "env"]

#: What is written in a manifest for what the text does not spell out.
EXAMPLES: dict[Resource, str] = {
    "read": "read:PATH",
    "write": "write:PATH",
    "network": "network:HOST:PORT",
    "process": "process:NAME",
    "env": "env:NAME",
}


class Reach(Struct, frozen=True, kw_only=True):
    """One place where code reaches for something.

    ``detail`` is the path, ``HOST:PORT``, program or variable, where the text tells it; of a path that ``is_open`` the
    folder that it begins with. ``is_certain`` is false where the code may as well do something else, or go where every
    step may go.
    """

    resource: Resource
    span: Span
    detail: str | None = None
    is_open: bool = False
    is_certain: bool = True

    @property
    def permission(self) -> str:
        """The permission that covers it, to be written into a manifest."""
        if self.detail is None:
            return EXAMPLES[self.resource]
        detail = self.detail.rpartition("/")[2] if self.resource == "process" else self.detail.removesuffix(":")
        return f"{self.resource}:{detail}"

    def cover_of(self, granted: Permission) -> Cover:
        """Tell whether a permission covers it; where the text tells no more, one of the kind may."""
        if self.detail is None:
            return "unknown" if granted.kind == self.resource else "not covered"
        return cover(granted, Permission(self.resource, self.detail), is_open=self.is_open)
