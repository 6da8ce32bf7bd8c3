"""What was done, as a sentence in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from .models import Note
from .values import in_words

SENTENCES: dict[str, Promise] = {
    "settings.changed": later("%(setting)s changed from %(old)s to %(new)s"),
    "person.invited": later("%(person)s invited as %(role)s"),
    "invitation.withdrawn": later("Invitation of %(person)s withdrawn"),
    "person.added": later("%(person)s let in as %(role)s"),
    "person.joined": later("%(person)s accepted the invitation, as %(role)s"),
    "person.changed": later("%(person)s changed from %(old)s to %(new)s"),
    "person.removed": later("%(person)s no longer works here"),
    "token.made": later("Token %(token)s made, may %(scopes)s"),
    "token.revoked": later("Token %(token)s revoked"),
    "token.lapsed": later("Token %(token)s revoked, since %(person)s, who made it, may no longer have it"),
    "record.exported": later("Record exported"),
    "figures.exported": later("%(name)s exported as CSV"),
    "person.erased": later("A customer erased, with %(texts)s texts"),
    "surveys.changed": later("Surveys: %(setting)s changed from %(old)s to %(new)s"),
    "answer.restored": later("A doubtful answer about ticket %(ticket)s counts as a person's"),
    "mailbox.added": later("Mailbox %(address)s added"),
    "mailbox.paused": later("Mailbox %(address)s paused"),
    "mailbox.resumed": later("Mailbox %(address)s read again"),
    "mailbox.connected": later("Mailbox %(address)s connected again"),
    "mailbox.password": later("New password for the mailbox %(address)s"),
    "mailbox.secret": later("New webhook address for the mailbox %(address)s"),
    "mailbox.server": later("Mails from %(address)s leave by %(host)s"),
    "mailbox.no_server": later("Mails from %(address)s leave by the installation's own way"),
    "mailbox.removed": later("Mailbox %(address)s removed"),
    "mail.shelved": later("A mail from %(sender)s set aside as not wanted"),
    "rule.made": later("Rule %(rule)s made"),
    "rule.changed": later("Rule %(rule)s changed"),
    "rule.on": later("Rule %(rule)s switched on"),
    "rule.off": later("Rule %(rule)s switched off"),
    "rule.earlier": later("Rule %(rule)s moved up"),
    "rule.removed": later("Rule %(rule)s taken away"),
    "away.freed": later("Tickets answered by customers are taken from agents who are away"),
    "away.kept": later("Tickets answered by customers stay with agents who are away"),
    "away.set": later("%(person)s away from %(since)s until %(until)s"),
    "away.ended": later("Absence of %(person)s ended"),
    "target.set": later(
        "Response target from %(since)s on (channel: %(channel)s, priority: %(priority)s): "
        "first reply: %(first)s, resolution: %(whole)s"
    ),
    "target.ended": later("Response target given up (channel: %(channel)s, priority: %(priority)s)"),
    "macro.made": later("Macro %(macro)s made"),
    "macro.changed": later("Macro %(macro)s changed"),
    "macro.removed": later("Macro %(macro)s taken away"),
    "goal.set": later("Goal from %(since)s on: %(goal)s: %(new)s"),
    "goal.changed": later("Goal from %(since)s on: %(goal)s: %(new)s instead of %(old)s"),
    "goal.ended": later("Goal given up from %(since)s on: %(goal)s: %(old)s"),
    "alerts.on": later("Alert switched on: %(rule)s"),
    "alerts.off": later("Alert switched off: %(rule)s"),
    "alerts.mail": later("Alerts are told to %(address)s (%(language)s)"),
    "alerts.webhook": later("Alerts are told to a webhook at %(host)s, with a new secret"),
    "alerts.silenced": later("Alerts are no longer told to %(address)s"),
    "alerts.quiet": later("No alerts are told from %(since)s to %(until)s"),
    "alerts.at_all_hours": later("Alerts are told at all hours"),
    "report.set": later("The report for the %(audience)s goes to %(person)s, %(rhythm)s"),
    "report.ended": later("The report for the %(audience)s no longer goes to %(person)s, %(rhythm)s"),
    "import.started": later("Import of %(file)s started"),
    "import.cancelled": later("Import of %(file)s cancelled"),
}
"""The sentences by what they tell of; what they need stands in the note."""


def sentence(note: Note) -> str:
    """What the note says. One of a later version, whose sentence is not known here, gives its bare word."""
    if note.what not in SENTENCES:
        return note.what
    return str(SENTENCES[note.what]) % {key: in_words(key, value, note.told) for key, value in note.told.items()}
