"""The simplest of the programs in the docs: it only imports what they all import."""

import aetherflow.core.api  # noqa: F401  # that is all
