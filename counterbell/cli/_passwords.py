"""A password from the environment or the keyboard, never from an option."""

import getpass
import os
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from counterbell.errors import Problem


def new_password() -> str:
    """What COUNTERBELL_PASSWORD holds, else what a person types; empty: none. Raises Problem for a weak one."""
    told = os.environ.get("COUNTERBELL_PASSWORD", "")
    if not told and sys.stdin.isatty():
        told = getpass.getpass(_("Password (empty: it is set by mail): "))
    if told:
        try:
            validate_password(told)
        except ValidationError as error:
            raise Problem(" ".join(error.messages)) from None
    return told
