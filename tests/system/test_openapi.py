"""The OpenAPI document against the whole house: nothing undocumented, nothing that breaks."""

from pathlib import Path

from support.openapi import check_openapi
from support.server import RunningServer
from support.sites import Site


def test_schemathesis_finds_nothing_undocumented_and_no_server_error(site: Site, tmp_path: Path) -> None:
    with RunningServer(site.data) as server:
        check_openapi(server.url, site.key, tmp_path)
        assert '"level": "error"' not in server.log
