"""What was done, as a sentence in the reader's language."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterbell.accounts.models import Role

from .models import Note
from .wording import aim_in_words, alert_in_words, goal_in_words

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

SETTINGS: dict[str, Promise] = {
    "name": later("Name"),
    "timezone": later("Time zone"),
    "currency": later("Currency"),
    "week_starts": later("Start of the week"),
    "conversion_days": later("Days to convert"),
    "headline_median": later("Headline of durations"),
    "hours": later("Opening hours"),
}

RHYTHMS: dict[str, Promise] = {"week": later("every week"), "month": later("every month")}

VALUES: dict[str, Promise] = {
    "monday": later("Monday"),
    "sunday": later("Sunday"),
    "mean": later("mean"),
    "median": later("median"),
    "any": later("any"),
    "further notice": later("further notice"),
}


IN_WORDS = {"goal": goal_in_words, "rule": alert_in_words, "old": aim_in_words, "new": aim_in_words}
"""What is told in several parts."""


def sentence(note: Note) -> str:
    """What the note says. One of a later version, whose sentence is not known here, gives its bare word."""
    if note.what not in SENTENCES:
        return note.what
    return str(SENTENCES[note.what]) % {key: _word(key, value) for key, value in note.told.items()}


def _word(key: str, value: Any) -> str:
    """A value as it is read: a setting and a role by name, nothing as a dash."""
    if key == "setting":
        return str(SETTINGS.get(value, value))
    if key == "rhythm":
        return str(RHYTHMS.get(value, value))
    if isinstance(value, dict):
        return IN_WORDS[key](value)
    if value in ("", None):
        return _("nothing")
    if value in Role.values:
        return str(Role(value).label)
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)
