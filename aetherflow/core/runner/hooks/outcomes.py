"""What comes of asking the hooks of a point."""

from typing import Any

from msgspec import Struct


class Passed(Struct, frozen=True):
    """All hooks were asked; ``data`` is what the last one left, ``changed_by`` names those that changed them."""

    data: dict[str, Any]
    changed_by: tuple[str, ...] = ()


class Vetoed(Struct, frozen=True):
    """A hook has stopped what was asked about; ``words`` name its plugin and give its reason."""

    words: str
    file: str
    line: int


class Broken(Struct, frozen=True):
    """A hook has failed, and with it what was asked about; ``words`` name its plugin, what happened, and the line."""

    words: str
    file: str
    line: int


Asked = Passed | Vetoed | Broken
