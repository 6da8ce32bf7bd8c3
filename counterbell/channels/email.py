"""E-mail: customers write to the shop's mailboxes and are answered from them.

How mail comes in: `_imap.py` and `_webhook.py` put it into the intake (`_intake.py`), `_handling.py` brings it into the
record. What others call:

- `reply(message, text=..., at=...)`: a message of the record goes out to the customer, threaded; `key_of(message)` is
  its key in the outbox (`outbox.cancel` takes it back while it waits);
- `recipient_of(ticket)`, `subject_of(ticket)`: to whom and under which subject that would be;
- `shown(shop, message)`: a mail that came in as a page shows it, its HTML made safe, with what hangs on it;
- `sender_of(message)`: from whom it says that it is;
- `files_of(shop, messages)`: what hangs on messages, for a list of them;
- `no_answer(message)`: why automation must not answer it;
- `enclose`, `of_draft`, `of_held`, `chosen_before`, `take_out`, `seal`, `unseal`, `attach_enclosed`, `to_be_sent`,
  `shown_enclosed`: files that an agent sends along, from when they are chosen until they hang on what was said;
- `forget(shop, customer)`: before a person is erased.
"""

from ._enclosures import (
    MOST_BYTES,
    attach_enclosed,
    chosen_before,
    enclose,
    of_draft,
    of_held,
    seal,
    shown_enclosed,
    take_out,
    to_be_sent,
    unseal,
)
from ._forgetting import forget
from ._replying import key_of, mailbox_of, recipient_of, reply, subject_of
from ._showing import File, Shown, files_of, no_answer, sender_of, shown

__all__ = [
    "MOST_BYTES",
    "File",
    "Shown",
    "attach_enclosed",
    "chosen_before",
    "enclose",
    "files_of",
    "forget",
    "key_of",
    "mailbox_of",
    "no_answer",
    "of_draft",
    "of_held",
    "recipient_of",
    "reply",
    "seal",
    "sender_of",
    "shown",
    "shown_enclosed",
    "subject_of",
    "take_out",
    "to_be_sent",
    "unseal",
]
