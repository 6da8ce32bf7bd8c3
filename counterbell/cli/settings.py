"""The settings of the installation."""


def command() -> None:
    """List the settings: name, what holds now, and what it is for."""
    from rich.console import Console
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
        console.print(Text(f"  {_(option.help)}", style="dim"))


def _shown(name: str, value: str) -> str:
    """A setting without the password in it."""
    if name == "DATABASE_URL" and "@" in value:
        scheme, _, rest = value.partition("://")
        return f"{scheme}://***@{rest.rpartition('@')[2]}"
    return value
