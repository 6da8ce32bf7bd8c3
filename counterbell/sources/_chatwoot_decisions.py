"""What Chatwoot says, and what Counterbell takes it as."""

from counterbell.record.entries import StatusName

from ._decisions import Decision, Rule, Twin

STATUSES: dict[str, StatusName] = {"open": "open", "pending": "pending", "snoozed": "snoozed", "resolved": "closed"}
PRIORITIES = {"low": "low", "medium": "normal", "high": "high", "urgent": "urgent"}

CHANNELS = {
    "Channel::WebWidget": "chat",
    "Channel::Email": "email",
    "Channel::Api": "api",
    "Channel::Whatsapp": "whatsapp",
    "Channel::TwilioSms": "sms",
    "Channel::Sms": "sms",
    "Channel::FacebookPage": "messenger",
    "Channel::Instagram": "instagram",
    "Channel::Telegram": "telegram",
    "Channel::Line": "line",
    "Channel::TwitterProfile": "twitter",
    "Channel::Tiktok": "tiktok",
    "Channel::Voice": "phone",
}
"""The class of an inbox's channel in our words; any other is kept by its own name, and counted."""

INCOMING, OUTGOING, ACTIVITY, TEMPLATE = 0, 1, 2, 3
MESSAGE_TYPES = {
    "incoming": INCOMING, "outgoing": OUTGOING, "activity": ACTIVITY, "template": TEMPLATE,
    "0": INCOMING, "1": OUTGOING, "2": ACTIVITY, "3": TEMPLATE,
}  # fmt: skip
"""The API tells the type of a message by its number, other outputs of Chatwoot by its name."""

HUMANS = {"user"}
CUSTOMERS = {"contact"}
BOTS = {"agent_bot", "agentbot", "captain_assistant", "captain::assistant", "integrations::hook"}
"""The `type` of a sender, and its `sender_type`, in small letters."""

SURVEY = "input_csat"
"""The content type of a message that asks for a rating."""

DECISIONS = (
    Decision("ticket", "a conversation, by the number that is shown (its id in the API)", "a ticket"),
    Decision("agent", "an account's agent or administrator", "an agent; the team is the first that lists them"),
    Decision("message", "message_type 0 (incoming)", "a message by the customer"),
    Decision("message", "message_type 1 (outgoing), sender User", "a message by that agent"),
    Decision("automation", "outgoing, sender AgentBot or Captain::Assistant", "a message by automation"),
    Decision("automation", "outgoing, made by an automation rule or a campaign", "a message by automation"),
    Decision("message", "outgoing without a sender, written in the channel's own app", "an agent's who is not named"),
    Decision("automation", "outgoing without a sender, otherwise", "a message by automation, and counted"),
    Decision("automation", "message_type 3 (template: greeting, out of office, survey)", "a message by automation"),
    Decision("message", "message_type 2 (activity)", "no message: what it tells of is taken (see closed, assigned)"),
    Decision("public", "private: true", "an internal note"),
    Decision("public", "status failed", "kept as internal: it did not reach the customer; counted"),
    *(Decision("status", status, ours) for status, ours in STATUSES.items()),
    Decision("status", "any other", "left out and counted as unknown"),
    Decision("closed", "activity of a status, with its status told apart or in known words", "that status from then"),
    Decision(
        "closed", "the name that the activity ends with", "the closer: that agent; automation for a rule or a bot"
    ),
    Decision("closed", "a name that no agent has now", "closed by an agent who is not named"),
    Decision("closed", "an activity in other words, its status told apart", "by the one agent whose name is in it"),
    Decision("closed", "reporting event conversation_resolved that no activity tells", "closed then, by its actor"),
    Decision("closed", "conversation_bot_resolved at the same time", "closed by automation"),
    Decision("closed", "an event that names no actor", "closed, nobody named: whoever is assigned counts"),
    Decision("reopened", "an activity, or conversation_opened after a resolution", "open from then on"),
    Decision(
        "reopened", "two resolutions, nothing told between them", "reopened by the first customer message between"
    ),
    Decision("status", "the present one", "also at the last activity, so that the present is right in any case"),
    Decision("assigned", "an activity in known words", "given to that agent or team, to nobody"),
    Decision("assigned", "the present assignee and team", "also at the last activity"),
    Decision("tags", "an activity in known words; the present labels", "put on, taken off; also at the last activity"),
    *(Decision("priority", priority, ours) for priority, ours in PRIORITIES.items()),
    Decision("priority", "an activity in known words", "given, changed, taken off at that time"),
    Decision("priority", "the present one, where no activity told it", "given at the last activity"),
    Decision("survey", "a message of the content type input_csat", "a survey, sent then"),
    Decision("rating", "a CSAT response: rating, feedback_message", "the rating of its message's survey"),
    Decision("direction", "the first message is outgoing (conversations read with all messages)", "outbound"),
    Decision("when", "times in whole seconds", "replies, then closes (a microsecond later), then surveys (two)"),
    *(Decision("channel", vendor, ours) for vendor, ours in CHANNELS.items()),
    Decision("channel", "Channel::TwilioSms of the medium whatsapp", "whatsapp"),
    Decision("channel", "Channel::FacebookPage, a direct message on Instagram", "instagram"),
    Decision("channel", "any other", "kept by its name and counted as unknown"),
)

SECOND = 1_000_000

VENDOR_FIGURES = {
    "first_response": Twin(
        "first_response_us",
        (
            Rule(
                "Chatwoot counts to any first reply by an agent; ours needs a customer's message before it.",
                lambda c: c.ours is None,
            ),
            Rule(
                "Chatwoot counts from the conversation's creation, ours from the customer's first message.",
                lambda c: int(c.theirs) > int(c.ours or 0),
            ),
            Rule(
                "Chatwoot counts from where a bot handed it over, ours from the customer's first message.",
                lambda c: int(c.theirs) < int(c.ours or 0),
            ),
        ),
        SECOND,
    ),
    "resolution": Twin(
        "resolution_us",
        (
            Rule("Ours is of tickets that are resolved now; this one is open.", lambda c: c.ours is None),
            Rule("Chatwoot's is to the latest resolution that it counted; compare the ticket's status changes."),
        ),
        SECOND,
    ),
}
