"""Opens a remote folder by the library for its scheme."""

from typing import Any

from aetherflow.core.bundles.remote_folders.entries import RemoteFolder
from aetherflow.core.bundles.remote_folders.messages import FileRequest, HttpOptions, Request, SftpOptions, SmbOptions
from aetherflow.core.bundles.remote_folders.watch import Watch

_S3 = ("s3://", "s3a://")


def open_folder(request: Request | FileRequest, watch: Watch) -> RemoteFolder:
    """Connect, where the library does so at once; raises whatever it raises."""
    folder_class: Any = _folder_class(request)
    watch.begin("connecting")
    folder: RemoteFolder = folder_class(request.url, request.options, watch)
    return folder


def _folder_class(request: Request | FileRequest) -> type[RemoteFolder]:
    # Each is imported only where it is wanted: the libraries are optional, and slow to import.
    options = request.options
    if isinstance(options, SftpOptions):
        from aetherflow.core.bundles.remote_folders.sftp_folder import SftpFolder

        return SftpFolder
    if isinstance(options, HttpOptions):
        from aetherflow.core.bundles.remote_folders.http_folder import HttpFolder

        return HttpFolder
    if isinstance(options, SmbOptions):
        from aetherflow.core.bundles.remote_folders.smb_folder import SmbFolder

        return SmbFolder
    if request.url.lower().startswith(_S3):
        from aetherflow.core.bundles.remote_folders.s3_folder import S3Folder

        return S3Folder
    from aetherflow.core.bundles.remote_folders.other_folder import OtherFolder

    return OtherFolder
