"""Who fetches from which type of source; imported when a source of the type is asked, for some need much."""

from collections.abc import Mapping

from aetherflow.core.bundles.values import Fetcher, SourceType


def fetcher_for(source_type: SourceType, environ: Mapping[str, str]) -> Fetcher:
    """Give the fetcher of a type of source; ``environ`` is what it, and the programs that it starts, may know."""
    if source_type == "filesystem":
        from aetherflow.core.bundles.sources.filesystem import FilesystemFetcher

        return FilesystemFetcher()
    if source_type == "git":
        from aetherflow.core.bundles.sources.git import GitFetcher

        return GitFetcher(environ)
    if source_type == "archive":
        from aetherflow.core.bundles.sources.archive import ArchiveFetcher

        return ArchiveFetcher()
    from aetherflow.core.bundles.sources.remote import RemoteFetcher

    return RemoteFetcher(environ)
