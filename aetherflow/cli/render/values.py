"""Values of a flow or a run on one line."""

from typing import Any

import msgspec

from aetherflow.core.events.segments import harmless


def value_text(value: Any, longest: int) -> str:
    """Write a text as it is and anything else as JSON, cut behind so many characters."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = harmless(text).replace("\n", "\\n")
    return text if len(text) <= longest else text[:longest] + " (cut)"
