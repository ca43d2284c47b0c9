"""How findings name the decorators of the public API."""

from aetherflow.core import api

*_MOST, _LAST = sorted(name for name in api.__all__ if name.startswith("register_"))

#: ``register_a, register_b and register_c``.
REGISTERING_DECORATORS = f"{', '.join(_MOST)} and {_LAST}"
