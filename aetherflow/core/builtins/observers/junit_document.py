"""Writes what happened in a run as JUnit XML, in the form that Jenkins, GitLab, GitHub's reporters and Azure read."""

import re
import time
from collections.abc import Iterator
from typing import Literal
from xml.etree import ElementTree as Xml

from aetherflow.core.builtins.observers.junit_story import CaseStory, RunStory, SuiteKey, SuiteStory

LogOf = Literal["failed", "all", "none"]

_NOT_ENDED = "the run has not ended: it is still at work, or its process was killed"
_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\|\Z)", re.DOTALL)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: RunStory, *, log: LogOf = "failed") -> bytes:
    """Write the report of a run; ``log`` says of which steps what they logged stands in it."""
    suites = [_suite_element(run, key, suite, log) for key, suite in run.suites.items()]
    suites = [suite for suite in suites if suite.find("testcase") is not None]
    own = _about_the_run(run, has_failures=any(_is_bad(suite) for suite in suites))
    if own is not None:
        suites.append(own)
    root = Xml.Element("testsuites", name=_safe(run.flow_id), time=_time(run.seconds))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite_element(run: RunStory, key: SuiteKey, suite: SuiteStory, log: LogOf) -> Xml.Element:
    job_id, item = key
    name = job_id if item is None else f"{job_id}[{item}]"
    cases = [_case_element(run, name, case, log) for case in suite.cases.values()]
    about_job = _about_the_job(run, key, suite)
    if about_job is not None:
        cases.append(about_job)
    return _suite(run, name, suite.started_at, suite.seconds or sum(c.seconds for c in suite.cases.values()), cases)


def _suite(run: RunStory, name: str, started_at: float, seconds: float, cases: list[Xml.Element]) -> Xml.Element:
    element = Xml.Element("testsuite", name=_safe(name), tests=str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", _time(seconds))
    element.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(started_at)))
    properties = Xml.SubElement(element, "properties")
    for key, value in (("flow_id", run.flow_id), ("run_id", run.run_id)):
        Xml.SubElement(properties, "property", name=key, value=_safe(value))
    element.extend(cases)
    return element


def _case_element(run: RunStory, suite_name: str, case: CaseStory, log: LogOf) -> Xml.Element:
    element = _case(run, suite_name, case.name, case.seconds)
    if case.status == "FAILED":
        _add(element, "failure", case.error, "\n".join(_failure_text(case)), "StepFailed")
    elif case.status == "SKIPPED":
        _add(element, "skipped", case.reason)
    elif not case.status:
        _add(element, "error", "the step has begun, and its end was not told", kind="InFlight")
    if case.log and (log == "all" or (log == "failed" and case.status != "SUCCESS")):
        Xml.SubElement(element, "system-out").text = _safe("\n".join(case.log))
    return element


def _failure_text(case: CaseStory) -> Iterator[str]:
    yield case.error
    if case.hint:
        yield f"hint: {case.hint}"
    if case.attempts > 1:
        yield f"attempts: {case.attempts}"


def _about_the_job(run: RunStory, key: SuiteKey, suite: SuiteStory) -> Xml.Element | None:
    """Give a case for the job itself where none of its steps says what became of it."""
    job_id, _ = key
    within = [suite, *run.items_of(job_id)]
    element = _case(run, job_id, job_id, 0.0 if suite.cases else suite.seconds)
    if suite.status == "FAILED" and not any(each.has("FAILED") for each in within):
        _add(element, "error", suite.reason, kind="JobFailed")
    elif suite.status in ("BLOCKED", "NOT_RUN", "SKIPPED") and not any(each.cases for each in within):
        _add(element, "skipped", f"{suite.status}: {suite.reason}")
    else:
        return None
    return element


def _about_the_run(run: RunStory, *, has_failures: bool) -> Xml.Element | None:
    """Give a suite for the run itself where it went wrong, or has not ended, and nothing else says so."""
    messages = list(run.errors)
    if not run.status:
        messages.append(_NOT_ENDED)
    elif run.status != "SUCCESS" and not has_failures:
        messages.append(f"the run ended {run.status}")
    if not messages:
        return None
    element = _case(run, run.flow_id, "run", run.seconds)
    _add(element, "error", messages[0], "\n".join(messages), "RunFailed" if run.status else "RunNotEnded")
    return _suite(run, run.flow_id, run.started_at, run.seconds, [element])


def _case(run: RunStory, suite_name: str, name: str, seconds: float) -> Xml.Element:
    classname = run.flow_id if suite_name == run.flow_id else f"{run.flow_id}.{suite_name}"
    return Xml.Element("testcase", classname=_safe(classname), name=_safe(name), time=_time(seconds))


def _add(element: Xml.Element, tag: str, message: str, text: str = "", kind: str = "") -> None:
    found = Xml.SubElement(element, tag, message=_safe(message).partition("\n")[0])
    if kind:
        found.set("type", kind)
    found.text = _safe(text or message)


def _is_bad(suite: Xml.Element) -> bool:
    return suite.get("failures") != "0" or suite.get("errors") != "0"


def _safe(text: str) -> str:
    """Take out what XML cannot hold, and what would steer a terminal."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", _ESCAPE_SEQUENCES.sub("", text))


def _time(seconds: float) -> str:
    return f"{max(0.0, seconds):.3f}"
