"""The findings of a reading, bounded so that a hopeless document ends soon."""

from typing import NoReturn

from aetherflow.core.contracts.diagnostic import Diagnostic

MAX_FINDINGS = 10_000


class ReadingStopped(Exception):
    """Reading cannot go on; why has been noted as a finding."""


class FindingList:
    """Collects findings; raises ReadingStopped beyond a bound."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def add(self, finding: Diagnostic) -> None:
        """Note a finding and go on."""
        self.found.append(finding)
        if len(self.found) >= MAX_FINDINGS:
            self.stop(
                Diagnostic(
                    code="AF-Y306",
                    message=f"more than {MAX_FINDINGS:,} findings: the rest of the document was not checked",
                    span=finding.span,
                    path=finding.path,
                )
            )

    def stop(self, finding: Diagnostic) -> NoReturn:
        """Note a last finding and end the reading."""
        self.found.append(finding)
        raise ReadingStopped
