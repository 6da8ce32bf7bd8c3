"""Where a brand's history comes from, one source a file, found by being there.

A source is a module with a function `stream`: its parameters are the source's configuration (annotated with what they
mean), its result a `Stream` of entries.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from counterbell.errors import NotFound, did_you_mean


@cache
def names() -> tuple[str, ...]:
    """The sources there are."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py")))


def source(name: str) -> ModuleType:
    """The module of that source. Raises NotFound with the nearest name there is."""
    if name not in names():
        raise NotFound(f"There is no source {name!r}.{did_you_mean(name, names())} There are: {', '.join(names())}.")
    return import_module(f".{name}", __package__)
