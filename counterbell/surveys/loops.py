"""Asking customers while the program serves."""

from counterbell.parts import Loop

from .ticking import tick

LOOPS = [Loop("surveys", every_seconds=20, run=tick)]
