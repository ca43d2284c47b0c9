"""What is refused, told without secrets: names, values, and the words of a plugin's exception may hold any."""

from collections.abc import Iterator
from contextlib import contextmanager

from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.environment.masking import Masker


@contextmanager
def masked_refusals(masker: Masker) -> Iterator[None]:
    """Have secrets hidden wherever the errors that leave the block are told."""
    try:
        yield
    except AetherFlowError as refused:
        refused.mask = masker.mask_text
        raise
