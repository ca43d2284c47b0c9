"""How much of a plugin is read, and kept, to know it without running it; what is larger is told, and not held."""

import msgspec

LARGEST_MODULE_BYTES = 2 * 1024 * 1024
LARGEST_MANIFEST_BYTES = 1024 * 1024
#: Of what a module says, or what the load of a plugin has registered, in JSON.
LARGEST_READING_BYTES = 256 * 1024


def fits_index(reading: object) -> bool:
    """Tell whether the index can hold a reading: names and schemas, whatever their number, are not endless."""
    try:
        return len(msgspec.json.encode(reading)) <= LARGEST_READING_BYTES
    except (TypeError, ValueError, OverflowError, RecursionError):  # what code has registered may be anything
        return False
