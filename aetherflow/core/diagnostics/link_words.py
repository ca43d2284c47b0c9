"""Links of Markdown in sentences that are pages in a browser, and lines on a terminal."""

import re

#: What is written as code, or a link with its words.
_CODE_OR_LINK = r"(`[^`]*`)|\[((?:`[^`]*`|[^][`])*)\]\([^()\s]*\)"


def without_links(text: str) -> str:
    """Give a sentence with the words of its links alone; what is written as code stays as it is."""
    return re.sub(_CODE_OR_LINK, lambda found: found[1] or found[2] or "", text) if "](" in text else text
