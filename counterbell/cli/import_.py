"""Taking a history in."""

import inspect
import sys
import time
from typing import Annotated, Any, get_args

import typer

from counterbell.errors import Problem

from ._installation import open_installation

HELP = "Take a history into the record. Doing it twice changes nothing, and a run that was broken off goes on."
SHOP = Annotated[str | None, typer.Option("--shop", metavar="SLUG", help="the shop that it belongs to; made if new")]
EVERY = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="MINUTES", help="`counterbell sync` then reads it again so often; the key is kept encrypted"
    ),
]


def app() -> typer.Typer:
    """A command for each source, made from the signature of its `stream`; sources are loaded only when asked for."""
    sources = typer.Typer(help=HELP, no_args_is_help=True)
    sources.callback()(lambda: None)
    if "import" in sys.argv[1:]:
        from counterbell.sources import names, source

        for name in names():
            sources.command(name, help=source(name).stream.__doc__)(_command(name))
    return sources


def _command(name: str) -> Any:
    from counterbell.sources import source

    configuration = inspect.signature(source(name).stream).parameters.values()

    def run(shop: str | None = None, every: int | None = None, **configured: Any) -> None:
        from django.utils.translation import gettext as _

        try:
            _run(name, shop, configured, every)
        except KeyboardInterrupt:
            told = _("Stopped. What was read is kept; the same command goes on from there.")
            print(f"counterbell: {told}", file=sys.stderr)
            raise typer.Exit(130) from None

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter.replace(kind=keyword, annotation=_option(parameter)) for parameter in configuration]
    if any(parameter.name == "domain" for parameter in parameters):
        parameters.append(inspect.Parameter("every", keyword, default=None, annotation=EVERY))
    parameters.append(inspect.Parameter("shop", keyword, default=None, annotation=SHOP))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _option(parameter: inspect.Parameter) -> Any:
    """A path is an argument of the command, everything else an option."""
    kind, meaning = get_args(parameter.annotation)[:2]
    shown = typer.Argument(help=meaning) if parameter.name == "path" else typer.Option(help=meaning)
    return Annotated[kind, shown]


def _run(name: str, slug: str | None, configured: dict[str, Any], every: int | None) -> None:
    open_installation()
    from django.utils.translation import gettext as _

    from counterbell.sources import source
    from counterbell.sources._run import run
    from counterbell.sources._stream import Live

    from ._imports import Progress, show
    from ._live import import_live, show_oddities

    shop = _shop(slug)
    stream = source(name).stream(**configured)
    shop = _kept(shop)
    if isinstance(stream, Live):
        import_live(shop, name, stream, configured, every)
        return
    if every is not None:
        raise Problem(_("--every is for an account that is read live (--domain); a file is read once."))
    began = time.monotonic()
    with Progress(stream) as progress:
        outcome = run(shop, name, stream, on_progress=progress.update)
    show(shop, outcome, time.monotonic() - began)
    show_oddities(outcome)
    for refusal in outcome.examples:
        print(f"line {refusal.line}: {refusal.reason}", file=sys.stderr)
    if outcome.broken or not outcome.anything_in:
        raise typer.Exit(1)


def _shop(slug: str | None) -> Any:
    """The shop that the import is for: the one named, else the only one, else a first one; not kept yet if new."""
    from counterbell.accounts.models import Shop

    from ._installation import shop_to_be, the_shop

    if slug is None:
        return the_shop(None) if Shop.objects.exists() else shop_to_be("shop")
    return shop_to_be(slug)


def _kept(shop: Any) -> Any:
    """The shop, made if it is new."""
    return shop if shop.pk else type(shop).objects.get_or_create(slug=shop.slug)[0]
