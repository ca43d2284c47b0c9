"""What a plugin's code reaches for outside the process, in the words of permissions."""

from typing import Literal

from msgspec import Struct

from aetherflow.core.contracts.span import Span

Resource = Literal["read", "write", "network", "process", "env"]


class Reach(Struct, frozen=True, kw_only=True):
    """One place where code reaches for something.

    ``detail`` is the path, ``HOST:PORT``, program or variable, where the text tells it. ``is_certain`` is false where
    the code may as well do something else, or go where every step may go.
    """

    resource: Resource
    span: Span
    detail: str | None = None
    is_certain: bool = True
