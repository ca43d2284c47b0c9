"""Files of a share, by a real SMB server.

`pip install impacket`, then `python -m pytest tests/data_steps/files/smb_checks.py`: no part of the suite, for the
reason that tests/bundles_remote/smb_checks.py gives. Uploads are not among them: impacket's server has no file under
the name that smbprotocol opens to rename it.
"""

from pathlib import Path

import pytest

from tests.bundles_remote.smb_server import smb_server
from tests.data_steps.files.place import Job, fill, read
from tests.support.sftp_server import PASSWORD, USER


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the ASN.1 library under smbprotocol
def test_files_of_a_share_are_listed_fetched_and_deleted(job: Job, tmp_path: Path) -> None:
    share = tmp_path / "share"
    files = fill(share / "root/in", "a.csv", "sub/b.csv", size=300_000)
    with smb_server(share, writable=True) as port:
        job.fs("share", "smb", "/SHARE/root", host="127.0.0.1", port=port, username=USER, password=PASSWORD)
        assert job.list(resource="share", recursive=True) == ["in/a.csv", "in/sub/b.csv"]
        job.download(resource="share", folder="in", recursive=True, to="back")
        assert read(job.artifacts_dir / "back") == files
        deleted = job.delete(resource="share", files=["in/a.csv", "in/never"])
        assert (deleted["count"], deleted["gone"]) == (1, ["in/never"])
        assert sorted(read(share)) == ["root/in/sub/b.csv"]
        job.close()
