"""A web server that does not prove who it is gives no flow."""

import ssl

import trustme

from tests.bundles_archives.web import content, web
from tests.support.project import Project

FLOW = "flow: {id: f}\njobs: [{id: a, steps: [{id: s, type: log, inputs: {message: x}}]}]\n"


def test_a_server_is_asked_once_its_authority_is_known(project: Project) -> None:
    authority = trustme.CA()
    known = project.root / "ca.pem"
    authority.cert_pem.write_to_path(str(known))
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(proof)
    with web(proof) as site:
        site.answers["/flow.yaml"] = content(FLOW.encode())
        refused = project.aetherflow("validate", f"{site.url}/flow.yaml", "--json")
        assert refused.exit_code == 2
        (finding,) = refused.json["diagnostics"]
        assert (finding["code"], finding["message"]) == (
            "AF-C111",
            'the flow cannot be fetched: "127.0.0.1" does not prove who it is: unable to get local issuer certificate',
        )
        assert site.asked == []
        assert project.aetherflow("validate", f"{site.url}/flow.yaml", SSL_CERT_FILE=str(known)).exit_code == 0
