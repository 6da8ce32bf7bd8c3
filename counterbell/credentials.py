"""What lets us into an account or a mailbox: where it comes from, and how it is kept for later.

It comes from an environment variable, from a file that only its owner can read, or from a prompt; never from an option,
so that it stands in no list of processes and in no shell history.
"""

import getpass
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from counterbell.errors import Problem
from counterbell.kept_files import put_once

KEY = "COUNTERBELL_KEY"
"""The environment variable with the key that encrypts what is kept; without it, a file in the data directory has it."""


@dataclass(frozen=True)
class Secret:
    """What lets us into an account: the name that its environment variable ends with, and what the vendor calls it."""

    name: str
    what: str


def found(secret: Secret) -> str | None:
    """The secret from the environment: COUNTERBELL_<NAME>, or the file that COUNTERBELL_<NAME>_FILE names."""
    if told := os.environ.get(variable(secret)):
        return told.strip()
    if path := os.environ.get(f"{variable(secret)}_FILE"):
        return _read_private(Path(path))
    return None


def asked_for(secret: Secret) -> str:
    """The secret as a person types it, unseen. Raises Problem where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Problem(
            f"{secret.what} is needed. Put it into the environment variable {variable(secret)}, or into a file that "
            f"only you can read (chmod 600) and its path into {variable(secret)}_FILE."
        )
    told = getpass.getpass(f"{secret.what}: ").strip()
    if not told:
        raise Problem("Nothing was typed; nothing is read.")
    return told


def variable(secret: Secret) -> str:
    """The environment variable of the secret."""
    return f"COUNTERBELL_{secret.name}"


def encrypted(secret: str) -> str:
    """The secret as the database may keep it."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypted(kept: str) -> str:
    """The secret that `encrypted` kept. Raises Problem when the key is another one."""
    try:
        return _fernet().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Problem(
            "The kept credentials cannot be read: they were encrypted with another key. Put the old key back (the file "
            f"`key` in the data directory, or {KEY}), or connect again."
        ) from None


def _fernet() -> Fernet:
    try:
        return Fernet(os.environ.get(KEY) or _key_file())
    except ValueError:
        raise Problem(f"The key in {KEY} or in the file `key` of the data directory is no Fernet key.") from None


def _key_file() -> str:
    path = Path(settings.FACTS_DIRECTORY).parent / "key"
    if not path.exists():
        put_once(path, Fernet.generate_key())
    return _read_private(path)


def _read_private(path: Path) -> str:
    """The text of a file that nobody but its owner can read. Raises Problem for any other."""
    try:
        with path.open() as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Problem(
                    f"{str(path)!r} can be read by others. Run `chmod 600` on it; what it holds may be known."
                )
            return file.read().strip()
    except OSError as error:
        raise Problem(f"{str(path)!r} cannot be read: {error.strerror}.") from None
