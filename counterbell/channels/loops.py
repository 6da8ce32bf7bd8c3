"""What goes on by itself: mailboxes are watched, and what came in is brought into the record."""

from counterbell.parts import Loop

from ._intake import handle_due
from ._watching import watch

LOOPS = [Loop("mailboxes", every_seconds=5, run=watch), Loop("intake", every_seconds=2, run=handle_due)]
