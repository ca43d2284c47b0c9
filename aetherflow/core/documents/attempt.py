"""One try at parsing a text."""

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.documents.findings import FindingList, ReadingStopped
from aetherflow.core.documents.lines import LineIndex
from aetherflow.core.documents.parsing import YAMLError, collector_paused, parse_events
from aetherflow.core.documents.source import Source
from aetherflow.core.documents.tree import Tree, TreeBuilder
from aetherflow.core.documents.tree_problems import TreeProblems


class Attempt(Struct, frozen=True):
    """The tree, if there came to be one, what was found on the way, and the parser's error where it gave up."""

    tree: Tree | None
    found: list[Diagnostic]
    error: Exception | None = None


def attempt_reading(text: str, source: Source, lines: LineIndex) -> Attempt:
    """Parse a text whose places are those of the source, and which may differ from it where something is covered."""
    findings = FindingList()
    builder = TreeBuilder(source.text, TreeProblems(source.text, lines, findings))
    try:
        with collector_paused():
            return Attempt(builder.build(parse_events(text)), findings.found)
    except ReadingStopped:
        return Attempt(None, findings.found)
    except (YAMLError, UnicodeEncodeError) as error:  # the second for lone surrogates
        return Attempt(None, findings.found, error)
