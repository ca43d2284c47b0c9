"""How much of a plugin is read to know it without running it; what is larger is told, and never held in memory."""

LARGEST_MODULE_BYTES = 2 * 1024 * 1024
LARGEST_MANIFEST_BYTES = 1024 * 1024
