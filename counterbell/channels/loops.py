"""What goes on by itself: mailboxes are watched, what came in is brought into the record,
and the bytes of files that nothing names any more are removed."""

from counterbell.parts import Loop

from ._intake import handle_due
from ._needless import clear_due
from ._watching import watch

LOOPS = [
    Loop("mailboxes", every_seconds=5, run=watch),
    Loop("intake", every_seconds=2, run=handle_due),
    Loop("needless files", every_seconds=60, run=clear_due),
]
