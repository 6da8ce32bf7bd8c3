"""Sending what is due while the program serves."""

from counterbell.parts import Loop

from .sending import send_due

LOOPS = [Loop("mail", every_seconds=5, run=send_due)]
