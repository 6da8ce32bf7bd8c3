"""What goes on by itself: files that wait are taken in."""

from counterbell.parts import Loop

from .importing import run_due

LOOPS = [Loop("imports", every_seconds=1, run=run_due)]
