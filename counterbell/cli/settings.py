"""The settings of the installation."""


def command() -> None:
    """List the settings: name, what holds now, and what it is for."""
    from rich.console import Console
    from rich.table import Table

    from counterbell.site.options import OPTIONS, value

    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("name", "value", "meaning"):
        table.add_column(title, no_wrap=title == "name", overflow="fold")
    for option in OPTIONS:
        table.add_row(option.name, _shown(option.name, value(option.name)), option.help)
    Console().print(table)


def _shown(name: str, value: str) -> str:
    """A setting without the password in it."""
    if name == "DATABASE_URL" and "@" in value:
        scheme, _, rest = value.partition("://")
        return f"{scheme}://***@{rest.rpartition('@')[2]}"
    return value
