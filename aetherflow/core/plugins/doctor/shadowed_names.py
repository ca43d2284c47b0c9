"""Modules with the names of Python's own: a plain import of such a name does not reach them."""

import sys
from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.span import start_of
from aetherflow.core.plugins.plugin_source import PluginSource


def shadowed_names(source: PluginSource) -> Iterator[Diagnostic]:
    """Warn of modules that have the name of one of Python's own."""
    for module, file in source.modules.items():
        # An installed package imports its modules by their full names, of which only the first part can be Python's.
        name = module.partition(".")[0] if source.form == "distribution" else module.rpartition(".")[2]
        is_own_folder = source.form != "distribution" and module == source.package
        if not is_own_folder and name in sys.stdlib_module_names:
            yield Diagnostic(
                code="AF-P522",
                severity=Severity.WARNING,
                message=f'the module "{file}" has the name of one of Python\'s own: `import {name}` gives that one',
                hint=f"rename it, or write `from . import {name}`",
                span=start_of(source.path_of(file)),
            )
