"""Texts that go into headers of a mail: none may begin a line there, by what it is or by what it stands for."""

import re

from aetherflow.core.api import StepFailed

#: Whatever some reader takes for the end of a line, and what no header can have.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: Python's library decodes such words, and before 3.11.10 and 3.12.5 writes line ends in them as they are.
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[bq]\?", re.IGNORECASE)


def is_one_line(text: str) -> bool:
    """Tell a text that stays on its line."""
    return _CONTROL.search(text) is None


def refuse_encoded(text: str, key: str) -> None:
    """Raise StepFailed for a text that is encoded as headers are."""
    if _ENCODED_WORD.search(text):
        raise StepFailed(
            f"`{key}` has an encoded word in it, as =?utf-8?q?…?=, behind which anything may stand",
            hint="write the text itself: the mail has it encoded where that is needed",
        )
