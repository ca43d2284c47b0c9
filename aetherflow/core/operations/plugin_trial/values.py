"""What `dev plugin-test` tries, what came of it, and what is measured on the way."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.plugin_finding import PluginFinding

#: "not run" is never silent: ``said`` has the reason.
Verdict = Literal["passed", "failed", "not run"]

Measured = Literal["import", "latency", "memory"]

PASSED: Verdict = "passed"
FAILED: Verdict = "failed"
NOT_RUN: Verdict = "not run"

#: Of what is not tried because an earlier trial of the same thing did not go well.
SKIPPED = "see what was tried of it before"

_LONGEST = 4_000

#: What belongs to no single thing that the plugin registers.
WHOLE_PLUGIN = "plugin"


class Sample(Struct, frozen=True, kw_only=True):
    """With what something is tried. ``is_made_up`` where nobody wrote it: it was made from the schema."""

    is_made_up: bool = True
    inputs: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    before: list[dict[str, Any]] = []
    varies: list[str] = []
    config: dict[str, Any] = {}
    options: dict[str, Any] = {}
    source: str = ""
    arguments: list[str] | None = None
    env: dict[str, str] = {}


class Trial(Struct, frozen=True, kw_only=True):
    """One thing to try, in a process that may not survive it. ``seconds`` is how long it may take,
    ``target`` the class or function.

    ``opens`` says that whatever else there is to try of the subject is not run where this one fails. ``checks`` are the
    rows that come of it, the first one also where it never came to an end.
    """

    subject: str
    kind: Kind
    name: str
    checks: tuple[str, ...]
    sample: Sample
    seconds: float
    target: str = ""
    opens: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """What a trial says of one check; ``code`` is that of a failure."""

    check: str
    verdict: Verdict
    said: str = ""
    code: str = ""
    hint: str | None = None


class CheckResult(Struct, frozen=True, kw_only=True):
    """One row of the report: what was checked of which subject, and what came of it."""

    subject: str
    check: str
    verdict: Verdict
    said: str = ""
    finding: Diagnostic | None = None


class Measure(Struct, frozen=True, kw_only=True):
    """One measured value, the median of several processes, and what the baseline says of it."""

    subject: str
    what: Measured
    unit: Literal["ms", "MB"]
    value: float
    baseline: float | None = None
    is_regression: bool = False


class PluginTestReport(Struct, frozen=True, kw_only=True):
    """Everything that was found out about one plugin. ``findings`` are doctor's, and those of the failed checks.

    ``sources`` holds the texts of the files that findings point into.
    """

    plugin: str
    version: str
    path: str
    baseline_file: str
    wrote_baseline: bool
    checks: tuple[CheckResult, ...]
    measures: tuple[Measure, ...]
    findings: tuple[PluginFinding, ...]
    sources: Mapping[str, str]
    seconds: float

    def count(self, verdict: Verdict) -> int:
        """Count the checks with a verdict."""
        return sum(each.verdict == verdict for each in self.checks)

    def is_ok(self, *, strict: bool) -> bool:
        """Tell whether no check has failed; the strict count the warnings of doctor too."""
        has_warnings = any(each.diagnostic.severity is Severity.WARNING for each in self.findings)
        return not self.count(FAILED) and not (strict and has_warnings)


def passed(check: str, said: str = "") -> Told:
    """Say that all is well."""
    return Told(check=check, verdict=PASSED, said=said)


def not_run(check: str, why: str) -> Told:
    """Say why something was not tried."""
    return Told(check=check, verdict=NOT_RUN, said=_cut(why))


def failed(check: str, code: str, said: str, hint: str | None = None) -> Told:
    """Say what is wrong, and what to do about it."""
    return Told(check=check, verdict=FAILED, said=_cut(said), code=code, hint=hint)


def _cut(text: str) -> str:
    """Cut what foreign code has to say: an exception may have any number of words."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
