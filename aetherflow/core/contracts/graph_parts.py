"""The parts of a flow's graph: its jobs, and which of them comes before which."""

from typing import Literal

from msgspec import Struct

EdgeKind = Literal["depends_on", "order"]

_LONGEST_MARK = 60  # characters


class GraphJob(Struct, frozen=True, kw_only=True):
    """A job: how many steps it has, and what decides whether and how often they run."""

    id: str
    description: str = ""
    steps: int = 0
    when: str | None = None
    for_each: str | None = None

    @property
    def marks(self) -> list[str]:
        """Say, in a short line each, under which condition and for what the job runs."""
        named = (("when", self.when), ("for each", self.for_each))
        return [f"{name} {short_line(text)}" for name, text in named if text is not None]


class GraphEdge(Struct, frozen=True, kw_only=True):
    """The job ``before`` comes first.

    ``depends_on`` lets ``after`` run only if it ended well; ``order`` comes of its name in a `when` or a template.
    """

    before: str
    after: str
    kind: EdgeKind


def short_line(text: str) -> str:
    """Give a text as one line of printable characters, cut where it is long."""
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(text.split()))
    return line if len(line) <= _LONGEST_MARK else f"{line[: _LONGEST_MARK - 3]}..."
