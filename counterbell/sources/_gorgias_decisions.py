"""What Gorgias says, and what Counterbell takes it as."""

from ._decisions import Decision

CHANNELS = {
    "email": "email",
    "chat": "chat",
    "contact_form": "contact_form",
    "contact-form": "contact_form",
    "help-center": "contact_form",
    "phone": "phone",
    "aircall": "phone",
    "sms": "sms",
    "whatsapp": "whatsapp",
    "facebook": "facebook",
    "facebook-mention": "facebook",
    "facebook-recommendations": "facebook",
    "facebook-messenger": "messenger",
    "instagram": "instagram",
    "instagram-comment": "instagram",
    "instagram-ad-comment": "instagram",
    "instagram-direct-message": "instagram",
    "instagram-mention": "instagram",
    "twitter": "twitter",
    "twitter-direct-message": "twitter",
    "yotpo-review": "yotpo",
    "api": "api",
    "internal-note": "internal_note",
}
"""Gorgias' channels in our words; any other is kept as it is, and counted."""

BOT = "bot"
HUMAN_ROLES = {"admin", "agent", "basic-agent", "lite-agent", "observer-agent", "internal-agent"}
STATUSES = {"open", "closed"}
PHONE_CHANNELS = ("phone", "sms", "whatsapp")

SILENT_EVENTS = {
    "ticket-created", "ticket-updated", "ticket-subject-updated", "ticket-customer-updated", "ticket-split",
    "ticket-team-assigned", "ticket-team-unassigned", "ticket-excluded-from-csat", "ticket-excluded-from-auto-merge",
    "ticket-satisfaction-survey-skipped", "ticket-handed-over", "ticket-sla-policy-assigned",
    "ticket-message-created", "ticket-message-updated", "ticket-message-deleted", "ticket-message-failed",
    "ticket-message-summary-created",
}  # fmt: skip
"""Events of tickets that change nothing that we keep, or nothing that tickets and messages do not tell themselves."""

FLAGS = {
    "ticket-trashed": ("deleted", True),
    "ticket-untrashed": ("deleted", False),
    "ticket-deleted": ("deleted", True),
    "ticket-marked-spam": ("spam", True),
    "ticket-unmarked-spam": ("spam", False),
}
"""Events that set a flag, and what they set it to."""

DECISIONS = (
    Decision("agent", "a user, whatever the role, but bot", "an agent; the team is the first that lists the user"),
    Decision("agent", "a role that is not known", "an agent, and counted as unknown"),
    Decision("automation", "via 'rule', or a rule_id, or a sender whose role is bot", "a message by automation"),
    Decision("agent", "from_agent, not automation", "a message by the sender, an agent"),
    Decision("customer", "not from_agent, not automation", "a message by the customer"),
    Decision("public", "public: false, or channel internal-note", "an internal note"),
    Decision("public", "failed_datetime is set", "kept as internal: it did not reach the customer; counted"),
    Decision("when", "created_datetime", "when a ticket was created, a message sent, an event happened"),
    Decision("direction", "from_agent of the ticket", "outbound"),
    Decision("closed", "ticket-closed with a user_id", "closed by that agent (by automation where that is a bot)"),
    Decision("closed", "ticket-closed without user_id", "closed by automation"),
    Decision(
        "closed", "after a rule-executed of the ticket with the same context", "closed by automation, whoever is named"
    ),
    Decision("closed", "ticket-reopened", "open again"),
    Decision("closed", "ticket-snoozed", "snoozed: not resolved, though Gorgias counts it as closed"),
    Decision("closed", "ticket-self-unsnoozed", "open, by automation"),
    Decision("closed", "no events saved: status closed", "closed once, at closed_datetime; reopenings are not known"),
    Decision("closed", "no events saved: closed with a snooze_datetime", "snoozed since closed_datetime"),
    Decision("assigned", "ticket-assigned, ticket-unassigned", "given to that agent, to nobody (a bot is nobody)"),
    Decision("assigned", "ticket-team-assigned, ticket-team-unassigned", "left out: an agent's own team counts"),
    Decision("assigned", "no events saved: assignee_user", "assigned since the creation, with the team"),
    Decision("tags", "ticket-tags-added, ticket-tags-removed", "put on, taken off (a microsecond later), by name"),
    Decision("tags", "no events saved: tags", "there since the creation"),
    Decision("deleted", "ticket-trashed, -untrashed, -deleted; trashed_datetime", "deleted; deleted no longer"),
    Decision("spam", "ticket-marked-spam, -unmarked-spam", "spam; spam no longer"),
    Decision("spam", "spam: true", "spam since the creation"),
    Decision("merged", "ticket-merged", "counted only: its data is empty, so that no other ticket is told"),
    Decision("priority", "priority, when it was read first", "that of the ticket since its creation"),
    Decision("priority", "another one when it is read again", "changed at updated_datetime; no event tells of it"),
    Decision("intent", "the first intent of a customer's message that nobody rejected", "the intent from then on"),
    Decision("survey", "sent_datetime", "when the survey was sent; never sent, never answered: no survey"),
    Decision("survey", "score, scored_datetime, body_text", "the rating, its time and its comment"),
    Decision("channel", "facebook-messenger", "messenger"),
    Decision("channel", "instagram-*, facebook-*, twitter-*", "instagram, facebook, twitter"),
    Decision("channel", "aircall, help-center", "phone, contact_form"),
    Decision("channel", "any other", "kept as it is, and counted where it is not known"),
    Decision("CSV", "a row", "a ticket with its one close: no messages, no reopenings, no closer but the assignee"),
    Decision("CSV", "Survey score", "a survey and its rating at the close (else the creation), as no time is told"),
    Decision("CSV", "First response time, Resolution time", "Gorgias' own figures, for `counterbell compare-vendor`"),
)
