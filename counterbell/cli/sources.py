"""The sources."""

from typing import Annotated

import typer


def command(name: Annotated[str | None, typer.Argument(help="the source to explain; without one, all are listed")] = None) -> None:
    """List the sources a history can come from, or explain one."""
    import inspect

    from ._installation import speak

    speak()
    from django.utils.translation import gettext as _

    from counterbell.sources import names, source

    if name is None:
        for one in names():
            print(f"{one}: {_((inspect.getdoc(source(one)) or '').splitlines()[0])}")
        return
    print(inspect.getdoc(source(name)))
    print(f"\n{inspect.getdoc(source(name).stream)}")
    print(_("`counterbell import %(name)s --help` lists what it takes.") % {"name": name})
