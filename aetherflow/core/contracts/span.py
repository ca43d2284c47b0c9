"""A place in a text file, and the path of a value inside a document."""

from msgspec import Struct

#: Keys and indices that lead from a document's root to a value, for example ``("jobs", 0, "steps", 2, "type")``.
DocumentPath = tuple[str | int, ...]


class Span(Struct, frozen=True):
    """A run of characters: lines and columns count from 1, the end column is the one after the last character.

    Example::

        places = [finding.span for finding in validate_flow("flow.yaml") if finding.span]
        print([f"{place.file}:{place.line}:{place.column}" for place in places])
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


def start_of(file: str) -> Span:
    """Give the place of a finding that is about a file as a whole: its first character."""
    return Span(file, 1, 1, 1, 1)


def render_path(path: DocumentPath) -> str:
    """Write a path the way people read it: ``jobs[0].steps[2].type``; a key with other signs is quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "a").replace("-", "a").isalnum():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text
