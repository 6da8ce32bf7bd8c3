"""What goes on by itself: sending the reports that are due."""

from counterbell.parts import Loop

from .sending import send_due

LOOPS = [Loop("digests", 300, send_due)]
