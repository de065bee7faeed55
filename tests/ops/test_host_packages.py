"""The distribution's packages: nothing to do when all is there, a named package and a way out otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/host_packages"
TOOLS = (
    "bash env sed awk head tail sort basename dirname id mktemp tee rm mkdir chmod grep cat tr "
    "readlink touch ln"
)


class Machine:
    """A machine of the tests: its programs, its files, and a package manager that notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.root, self.journal = folder / "bin", folder / "root", folder / "apt.log"
        self.bin.mkdir()
        self.root.mkdir()
        self.journal.touch()
        for tool in TOOLS.split():
            path = shutil.which(tool)
            assert path, tool
            (self.bin / tool).symlink_to(path)
        (self.bin / "python3").symlink_to(sys.executable)
        for name in ("redis-server", "ogrinfo", "msgfmt", "npm", "chromium"):
            self.program(name, "exit 0")
        self.program("node", "echo v20.1.0")
        self.program("sudo", 'exec "$@"')
        self.postgresql("15")
        fonts = self.root / "usr/share/fonts/truetype"
        fonts.mkdir(parents=True)
        (fonts / "a.ttf").touch()
        self.program("dpkg", '[ "$1" = --compare-versions ] && exec /usr/bin/dpkg "$@"; exit 1')
        self.offers({})
        self.installs("")

    def program(self, name: str, body: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def without(self, name: str) -> None:
        (self.bin / name).unlink()

    def postgresql(self, version: str, *, postgis: bool = True) -> None:
        shutil.rmtree(self.root / "usr/lib/postgresql", ignore_errors=True)
        shutil.rmtree(self.root / "usr/share/postgresql", ignore_errors=True)
        server = self.root / f"usr/lib/postgresql/{version}/bin/postgres"
        server.parent.mkdir(parents=True)
        server.touch(mode=0o755)
        if postgis:
            folder = self.root / f"usr/share/postgresql/{version}/extension"
            folder.mkdir(parents=True)
            (folder / "postgis.control").touch()
            (folder / "btree_gist.control").touch()

    def offers(self, versions: dict[str, str]) -> None:
        cases = "".join(
            f"{name}) echo '  Candidate: {version}';;\n" for name, version in versions.items()
        )
        depends = (
            f"Depends: postgresql-{versions['postgresql']}" if "postgresql" in versions else ""
        )
        self.program(
            "apt-cache",
            f'if [ "$1" = depends ]; then echo "  {depends}"; exit 0; fi\ncase "$2" in\n{cases}esac',
        )

    def installs(self, effect: str) -> None:
        self.program(
            "apt-get",
            f'echo "$@" >> {self.journal}\n[ "$1" = install ] || exit 0\n'
            f"cat {self.root}/etc/postgresql-common/createcluster.d/* {self.root}/usr/sbin/policy-rc.d "
            f">> {self.journal}\n{effect}",
        )

    def run(self, profile: str = "run") -> subprocess.CompletedProcess[str]:
        (self.root / "usr/sbin").mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": str(self.bin),
            "ORSEN_HOST_ROOT": str(self.root),
            "HOME": os.environ.get("HOME", "/"),
        }
        return subprocess.run(
            [SCRIPT, profile],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def asked(self) -> str:
        return self.journal.read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("profile", ["run", "test"])
def test_nothing_is_asked_when_all_is_there(machine: Machine, profile: str) -> None:
    result = machine.run(profile)
    assert (result.returncode, result.stdout, result.stderr, machine.asked()) == (0, "", "", "")


def test_the_browser_is_for_the_tests_only(machine: Machine) -> None:
    machine.without("chromium")
    machine.offers({"chromium": "150"})
    machine.installs(f"touch {machine.bin}/chromium; chmod 755 {machine.bin}/chromium")
    assert machine.run("run").returncode == 0
    assert machine.asked() == ""
    assert machine.run("test").returncode == 0
    assert "install --yes --no-install-recommends chromium" in machine.asked()


def test_packages_come_in_with_services_down_and_without_a_default_cluster(
    machine: Machine,
) -> None:
    machine.without("redis-server")
    machine.installs(f"touch {machine.bin}/redis-server; chmod 755 {machine.bin}/redis-server")
    result = machine.run()
    assert result.returncode == 0, result.stderr
    asked = machine.asked()
    assert "redis-server" in asked
    assert "create_main_cluster = false" in asked
    assert "exit 101" in asked
    assert not (machine.root / "usr/sbin/policy-rc.d").exists()
    assert not list((machine.root / "etc/postgresql-common/createcluster.d").iterdir())


def test_a_policy_of_the_machine_is_kept(machine: Machine) -> None:
    policy = machine.root / "usr/sbin/policy-rc.d"
    policy.parent.mkdir(parents=True)
    policy.write_text("#!/bin/sh\n# the machine's own\nexit 104\n")
    machine.without("redis-server")
    machine.installs(f"touch {machine.bin}/redis-server; chmod 755 {machine.bin}/redis-server")
    assert machine.run().returncode == 0
    assert "the machine's own" in policy.read_text()


def test_postgis_is_asked_for_the_very_version_of_the_server(machine: Machine) -> None:
    machine.postgresql("16", postgis=False)
    folder = machine.root / "usr/share/postgresql/16/extension"
    machine.installs(
        f"mkdir -p {folder}; touch {folder}/postgis.control {folder}/btree_gist.control"
    )
    result = machine.run()
    assert result.returncode == 0, result.stderr
    assert "install --yes --no-install-recommends postgresql-16-postgis-3" in machine.asked()


def test_a_distribution_with_an_old_postgresql_is_told_what_to_install(machine: Machine) -> None:
    machine.postgresql("13")
    machine.offers({"postgresql": "14"})
    result = machine.run()
    assert result.returncode == 1
    assert "PostgreSQL 15 or newer is needed and this distribution offers 14" in result.stderr
    assert "postgresql-15-postgis-3" in result.stderr
    assert "install" not in machine.asked()


def test_a_node_that_is_too_old_is_named(machine: Machine) -> None:
    machine.program("node", "echo v16.20.2")
    result = machine.run()
    assert result.returncode == 1
    assert (
        "Node.js 18 or newer with npm is needed and this machine has or offers v16.20.2"
        in result.stderr
    )
    assert "install --yes" not in machine.asked()


def test_a_python_that_is_too_old_is_replaced_by_the_distributions_newer_one(
    machine: Machine,
) -> None:
    machine.program("python3", "exit 1")
    machine.offers({"python3": "3.10.6-1", "python3.11": "3.11.2-6"})
    machine.installs(f"ln -s {sys.executable} {machine.bin}/python3.11")
    result = machine.run()
    assert result.returncode == 0, result.stderr
    assert "python3.11 python3.11-venv" in machine.asked()


def test_a_python_that_is_too_old_everywhere_is_named(machine: Machine) -> None:
    machine.program("python3", "exit 1")
    machine.offers({"python3": "3.9.2-3"})
    result = machine.run()
    assert result.returncode == 1
    assert "Python 3.11 or newer is needed and this distribution offers 3.9.2-3" in result.stderr


def test_an_installation_that_changes_nothing_is_not_taken_for_a_success(machine: Machine) -> None:
    machine.without("ogrinfo")
    result = machine.run()
    assert result.returncode == 1
    assert "still missing or too old: gdal" in result.stderr


def test_another_distribution_is_told_what_is_missing(machine: Machine) -> None:
    machine.without("redis-server")
    machine.without("apt-get")
    result = machine.run()
    assert result.returncode == 1
    assert "missing: redis" in result.stderr
    assert "Only Debian and Ubuntu" in result.stderr
