"""The text of a query that is put into another statement."""

from aetherflow.core.api import StepFailed


def query_text(sql: str) -> str:
    """Give a query without the semicolon at its end; StepFailed where nothing is left."""
    text = sql.strip().removesuffix(";").rstrip()
    if not text:
        raise StepFailed("sql is empty")
    return text
