"""A finding's label, hint and notes as one text, for forms that have one field for them."""

from aetherflow.core.contracts.diagnostic import Diagnostic


def advice(diagnostic: Diagnostic) -> str | None:
    """Join what a finding advises: ``did you mean "x"? 6 step types are registered``; None where it says nothing."""
    text = ""
    for remark in (diagnostic.label, diagnostic.hint, *diagnostic.notes):
        if remark and text:
            text += (" " if text[-1] in "?.!" else "; ") + remark
        elif remark:
            text = remark
    return text or None
