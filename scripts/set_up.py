#!/usr/bin/env python3
"""Bring the Python packages, the front end and the translations of this checkout up to date.

    set_up.py run       what running the product needs
    set_up.py test      the same, and what tests and checks need
    set_up.py messages  compile the translations alone
    set_up.py static    gather the static files (needs the settings: after scripts/local_services.py start)

Each step keeps the fingerprint of what it was made from under `.local/stamps` and does nothing while that has not
changed. Standard library only: it makes the environment that everything else runs in.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = ROOT / ".local/stamps"
LOGS = ROOT / ".local/logs"
FRONTEND = ROOT / "frontend"
OPENID = ROOT / "tests/oidc"
LOCALE = ROOT / "platform/orsen/locale"
MADE_BY_THE_BUILD = {"node_modules", "dist", "test-results", "__pycache__"}


def fingerprint(paths: Iterable[Path]) -> str:
    """A digest of the names and the contents of these files, and of all files inside these folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(files_under(path)):
            digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def files_under(path: Path) -> Iterable[Path]:
    """The file itself, or the files of a folder but for what the build makes there."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in path.iterdir():
            if child.name not in MADE_BY_THE_BUILD:
                yield from files_under(child)


def up_to_date(step: str, made_from: str) -> bool:
    """Whether the step was last done from exactly this."""
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text() == made_from


def mark(step: str, made_from: str) -> None:
    """Remember what the step was done from."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(made_from)


def run(
    title: str, *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> None:
    """Run one command, its output kept in a log and shown when it fails; exit with what to do then."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "set-up.log"
    print(title, flush=True)
    with log.open("a") as output:
        result = subprocess.run(
            [str(word) for word in command],
            check=False,
            cwd=cwd,
            env=env,
            stdout=output,
            stderr=output,
        )
    if result.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        sys.exit(f"{tail}\n\nThis step failed: {title}. Its whole log: {log}")


def python_packages(profile: str) -> None:
    """The virtual environment, from the lock; the test profile holds all that the run profile holds."""
    lock = {"run": ROOT / "requirements/base.txt", "test": ROOT / "requirements/dev.txt"}
    python = VENV / "bin/python"
    works = (
        python.exists()
        and subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    )
    if not works:
        shutil.rmtree(VENV, ignore_errors=True)
        for name in ("python-run", "python-test", "editable"):
            (STAMPS / name).unlink(missing_ok=True)
        run("Making the virtual environment", sys.executable, "-m", "venv", VENV)
    if profile == "run" and (STAMPS / "python-test").exists():
        profile = "test"  # this checkout is a developer's: keep its tools in step with the product's packages
    made_from = fingerprint([lock[profile]])
    if not up_to_date(f"python-{profile}", made_from):
        run(
            f"Installing the Python packages of {lock[profile].relative_to(ROOT)}",
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
            "--require-hashes", "-r", lock[profile],
        )  # fmt: skip
        mark(f"python-{profile}", made_from)
    made_from = fingerprint([ROOT / "pyproject.toml"])
    if not up_to_date("editable", made_from):
        run(
            "Installing the project itself, editable",
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
            "--no-deps", "--no-build-isolation", "--editable", ROOT,
        )  # fmt: skip
        mark("editable", made_from)


def front_end() -> None:
    """The front end's packages from its lock, then its bundle."""
    if not (FRONTEND / "package.json").exists():
        return
    made_from = fingerprint([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if not up_to_date("npm", made_from) or not (FRONTEND / "node_modules").exists():
        run(
            "Installing the front end's packages",
            "npm",
            "ci",
            "--no-audit",
            "--no-fund",
            cwd=FRONTEND,
        )
        mark("npm", made_from)
    made_from = fingerprint([FRONTEND])
    if not up_to_date("bundle", made_from) or not (FRONTEND / "dist").exists():
        run("Building the front end", "npm", "run", "build", cwd=FRONTEND)
        mark("bundle", made_from)


def openid_provider() -> None:
    """The OpenID provider that the log-in tests start, from its lock."""
    made_from = fingerprint([OPENID / "package.json", OPENID / "package-lock.json"])
    if not up_to_date("openid", made_from) or not (OPENID / "node_modules").exists():
        run(
            "Installing the OpenID provider of the tests",
            "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts",
            cwd=OPENID,
        )  # fmt: skip
        mark("openid", made_from)


def translations() -> None:
    """Compile the message catalogues."""
    sources = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    made_from = fingerprint(sources)
    compiled = all(source.with_suffix(".mo").exists() for source in sources)
    if sources and not (compiled and up_to_date("messages", made_from)):
        environment = {
            key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"
        }
        run(
            "Compiling the translations",
            VENV / "bin/django-admin", "compilemessages", cwd=LOCALE.parent, env=environment,
        )  # fmt: skip
        mark("messages", made_from)


def static_files() -> None:
    """Gather and compress what the web server serves as files."""
    lock = [STAMPS / name for name in ("python-run", "python-test") if (STAMPS / name).exists()]
    ours = [
        folder for app in ("orsen", "accounts") for folder in [ROOT / "platform" / app / "static"]
    ]
    ours += [ROOT / app / "static" for app in ("tenants", "sharing", "gis")]
    made_from = fingerprint([*lock, STAMPS / "bundle", *ours])
    if not up_to_date("static", made_from) or not (ROOT / ".local/static").exists():
        (FRONTEND / "dist").mkdir(parents=True, exist_ok=True)
        run(
            "Gathering the static files",
            VENV / "bin/python", "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0",
        )  # fmt: skip
        mark("static", made_from)


def main() -> None:
    """Run the profile named on the command line."""
    profile = sys.argv[1] if len(sys.argv) == 2 else ""
    if profile == "static":
        static_files()
    elif profile == "messages":
        translations()
    elif profile in {"run", "test"}:
        python_packages(profile)
        front_end()
        if profile == "test":
            openid_provider()
        translations()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
