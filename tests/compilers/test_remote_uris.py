"""URIs of file systems that name no flow: told in words about flows, before anybody is asked."""

import socket
import socketserver
import threading

import pytest

from tests.compilers.flows import finding
from tests.support.project import Project

NO_PLACE = "AF-C101 the flow cannot be fetched: its URI is of no use: "
WRITE = "write where the flow itself lies: a path, https://…, s3://…, sftp://…"
EXAMPLE = "for example s3://bucket/flows/orders.yaml"


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("memory://flow.yaml", f'no flow can lie in "memory://" | {WRITE}'),
        ("memory://a/flow.yaml", f'no flow can lie in "memory://" | {WRITE}'),
        ("zip://flow.yaml", f'no flow can lie in "zip://" | {WRITE}'),
        ("zip://flow.yaml::file:///srv/flows.zip", f'no flow can lie in "zip://" | {WRITE}'),
        ("s3://bucket/flow.yaml::https://host/x", f"it has one file system over another (::) | {WRITE}"),
        ("s3://bucket", f"it names no file | {EXAMPLE}"),
        ("s3://bucket/", f"it names no file | {EXAMPLE}"),
        ("s3://", f"it names no file | {EXAMPLE}"),
        ("sftp:///flow.yaml", "it names no host | for example sftp://files.example.com/orders"),
    ],
)
def test_a_uri_that_names_no_flow_is_told(uri: str, told: str, project: Project) -> None:
    assert finding(project, uri) == NO_PLACE + told


class Refusing(socketserver.StreamRequestHandler):
    """An FTP server that lets nobody in."""

    def handle(self) -> None:
        """Answer each line."""
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            known = {b"USER": b"331 and the password?\r\n", b"PASS": b"530 Login incorrect.\r\n"}
            self.wfile.write(known.get(line[:4].upper(), b"502 no\r\n"))


def test_an_ftp_server_that_lets_nobody_in_is_told_by_its_answer(project: Project) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        told = finding(project, f"ftp://ann:wrong-password@127.0.0.1:{server.server_address[1]}/flow.yaml")
        server.shutdown()
    assert told == (
        "AF-C105 the flow cannot be fetched: nobody is let in with these credentials: 530 Login incorrect."
        " | look at `options` under `workflow_plugins` of plugins.yaml, by the scheme"
    )


def test_no_variable_moves_a_bucket_to_another_server(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        moved = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        told = project.aetherflow(
            "validate",
            "s3://flows/orders.yaml",
            AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
            AWS_SECRET_ACCESS_KEY="x",
            AWS_ENDPOINT_URL=moved,
            AWS_ENDPOINT_URL_S3=moved,
            HTTPS_PROXY="http://127.0.0.1:1",  # not there: where the bucket is otherwise nobody is asked
        )
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has come
            elsewhere.accept()
    assert (told.exit_code, "AF-C103" in told.stdout) == (2, True)
