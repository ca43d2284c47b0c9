"""The command line, end to end and part by part."""
