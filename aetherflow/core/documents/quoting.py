"""How a text is written so that YAML reads it as that very text."""


def in_quotes(text: str) -> str:
    """Put a text in quotes that YAML reads as that very text."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
