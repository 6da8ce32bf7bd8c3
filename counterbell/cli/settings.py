"""The settings of the installation."""

from counterbell.mail.ways import without_secrets


def command() -> None:
    """List the settings: name, what holds now, and what it is for."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from ._installation import speak

    speak()
    from django.utils.translation import gettext as _

    from counterbell.site.options import OPTIONS, value

    console = Console()
    for option in OPTIONS:
        console.print(
            Text.assemble((option.name, "bold"), "  ", _shown(option.name, value(option.name)) or _("(empty)")),
            soft_wrap=True,
        )
        console.print(Padding(Text(_(option.help), style="dim"), (0, 0, 0, 2)))


def _shown(name: str, value: str) -> str:
    """A setting without the password in it, wherever in an address it may stand."""
    if name == "COUNTERBELL_MAIL" and value:
        return without_secrets(value)
    if name.endswith("_CLIENT") and value:
        return f"{value.partition(':')[0]}:***"
    if name != "DATABASE_URL" or not value:
        return value
    scheme, _, rest = value.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}://{'***' if user else ''}{at}{place.partition('?')[0]}"
