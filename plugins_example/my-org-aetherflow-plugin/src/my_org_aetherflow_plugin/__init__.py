"""Remembers values between the runs of flows. Importing it registers its step types and its connector."""

from my_org_aetherflow_plugin import connectors, steps

__all__ = ["connectors", "steps"]
