"""Every fenced block of the documentation is executed, each by its sort."""
