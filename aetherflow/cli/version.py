"""The version of AetherFlow."""

#: Written here as well as in pyproject.toml: asking the installed metadata costs 40 ms at every start. A test compares.
__version__ = "0.1.0"
