"""A real IMAP server on loopback: Dovecot, as the tests' own process in a temporary directory."""

import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted
from servers import free_port

PASSWORD = "sesame"

SETTINGS = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
mail_location = maildir:{home}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
imap_capability = {capability}
auth_mechanisms = plain login{mechanisms}
{by_token}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


BY_TOKEN = """
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {home}/oauth2
}}
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class ImapServer:
    """The server: anybody signs in with the password, and has an INBOX."""

    port: int
    home: Path

    @contextmanager
    def as_(self, user: str) -> Iterator[MailBoxUnencrypted]:
        """The mailbox of that user, to put mail into and to look into."""
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=30).login(user, PASSWORD) as box:
            yield box

    def deliver(self, user: str, raw: bytes, at: datetime | None = None) -> None:
        """A mail arrives for that user."""
        with self.as_(user) as box:
            box.append(raw, "INBOX", dt=at)

    def renumber(self, user: str) -> None:
        """The server forgets how it has numbered the mails of that user, and begins anew."""
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.home / "mail" / user / name).unlink(missing_ok=True)
        for path in (self.home / "mail" / user).glob("dovecot-uidvalidity*"):
            path.unlink()


@contextmanager
def imap_server(*, idle: bool = True, introspection: str = "", mechanisms: str = "") -> Iterator[ImapServer]:
    """Start one; where Dovecot is not installed its tests are skipped, on CI they fail. `idle`: it tells of mail.

    With the URL of an introspection (RFC 7662) it lets in by tokens, too, by these mechanisms.
    """
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        sentence = "Dovecot is not installed (Debian: apt-get install dovecot-imapd); its tests are skipped."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    home = Path(tempfile.mkdtemp(prefix="cb-imap-", dir="/tmp"))
    home.chmod(0o755)
    for name in ("run", "mail"):
        (home / name).mkdir()
    port = free_port()
    capability = "" if idle else "IMAP4rev1 UIDPLUS LITERAL+"
    told = _as_root(home) if os.geteuid() == 0 else _as_somebody()
    config = home / "dovecot.conf"
    by_token = BY_TOKEN.format(home=home, mechanisms=mechanisms) if introspection else ""
    (home / "oauth2").write_text(INTROSPECTION.format(url=introspection))
    told |= {"capability": capability, "port": port, "by_token": by_token, "mechanisms": f" {mechanisms}"}
    config.write_text(SETTINGS.format(home=home, password=PASSWORD, **told))
    with (home / "err").open("wb") as err:
        process = subprocess.Popen([program, "-F", "-c", str(config)], stderr=err)
    try:
        _wait_for(port, process, home)
        yield ImapServer(port, home)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _as_somebody() -> dict[str, object]:
    """All of it as who runs the tests."""
    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return {"user": user, "login_user": user, "group": group, "uid": os.getuid(), "gid": os.getgid()}


def _as_root(home: Path) -> dict[str, object]:
    """As Debian's package has it: nothing that a stranger reaches runs as root."""
    mail = pwd.getpwnam("mail")
    os.chown(home / "mail", mail.pw_uid, mail.pw_gid)
    return {
        "user": "dovecot", "login_user": "dovenull", "group": "dovecot", "uid": mail.pw_uid, "gid": mail.pw_gid,
    }  # fmt: skip


def _wait_for(port: int, process: "subprocess.Popen[bytes]", home: Path) -> None:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        told = "".join(path.read_text() for path in (home / "err", home / "log") if path.exists())
        assert process.poll() is None, told
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connected:
                if connected.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"Dovecot did not start: {told}")
