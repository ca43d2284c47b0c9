"""URIs of file systems that name no flow: told in words about flows, before anybody is asked."""

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
