"""Why a text cannot be fetched, as the errors that findings are made of; the URI is shown without credentials."""

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import FlowInvalid, FlowNotFound, InputError, SourceUnavailable
from aetherflow.core.contracts.span import start_of


def unavailable(name: str, code: str, what: str, hint: str | None) -> SourceUnavailable:
    """Say that a source cannot be asked, or does not answer."""
    return SourceUnavailable.of(_finding(name, code, f"the flow cannot be fetched: {what}", hint))


def missing(name: str, what: str, hint: str | None) -> FlowNotFound:
    """Say that a source has no such flow."""
    return FlowNotFound.of(_finding(name, "AF-C104", f"there is no such flow: {what}", hint))


def no_library(name: str, package: str, extra: str) -> InputError:
    """Say that a Python package is not there."""
    if not package.replace("_", "").isalnum():  # what fsspec says of a package that is not ours to name
        missing_package = "the flow cannot be fetched: a Python package that does so is not installed"
        return InputError.of(_finding(name, "AF-C102", missing_package, package))
    what = f'the flow cannot be fetched: that needs the Python package "{package}", which is not installed'
    hint = f"pip install 'aetherflow[{extra}]'" if extra else "install it where AetherFlow is"
    return InputError.of(_finding(name, "AF-C102", what, hint))


def not_in_time(name: str, seconds: float) -> SourceUnavailable:
    """Say that it took too long."""
    return unavailable(
        name,
        "AF-C107",
        f"it was not there within {seconds:g} seconds",
        "see whether the source answers; `timeout_seconds` under `workflow_plugins` of plugins.yaml gives it longer",
    )


def too_large(name: str, most_bytes: int) -> InputError:
    """Say that it is more than a flow may be."""
    what = f"the flow is not taken: it has more than {most_bytes:,} bytes"
    return InputError.of(_finding(name, "AF-C109", what, "keep data out of the flow: let a step read it"))


def no_flow(name: str, what: str) -> FlowInvalid:
    """Say that what came can be no flow."""
    hint = "look at the URI: it must lead to the document itself, not to a page about it or to a sign-in"
    return FlowInvalid.of(_finding(name, "AF-C110", f"this is no flow: {what}", hint))


def unusable_header(name: str, header: str) -> InputError:
    """Say that a header cannot be sent; its value is not shown."""
    what = f"the header {header!a} cannot be sent: a line break, or another sign that none can have, stands in it"
    hint = "look at `headers` under `workflow_plugins` of plugins.yaml"
    return InputError.of(_finding(name, "AF-C112", what, hint))


def _finding(name: str, code: str, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code=code, message=message, hint=hint, span=start_of(name))
