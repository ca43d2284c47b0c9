"""Whether a step may be repeated; apart from the contract of steps, which those who only name step types do without."""

from typing import Literal

#: pure: no effect; idempotent: may be repeated; once: must never be repeated without a person's word.
Effects = Literal["pure", "idempotent", "once"]
