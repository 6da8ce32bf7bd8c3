"""What Zendesk's words mean to us: channels, statuses, scores, and who acted. Tables, and the reading of a `via`."""

from functools import lru_cache
from typing import Any

from counterbell.record.entries import StatusName

STATUSES: dict[str, StatusName] = {
    "new": "open",
    "open": "open",
    "pending": "pending",
    "hold": "snoozed",
    "solved": "closed",
    "closed": "closed",
}

CHANNELS = {
    "web": "contact_form",
    "web_form": "contact_form",
    "web_widget": "contact_form",
    "help_center": "contact_form",
    "mobile": "contact_form",
    "mobile_sdk": "contact_form",
    "email": "email",
    "mail": "email",
    "closed_ticket": "email",
    "chat": "chat",
    "native_messaging": "chat",
    "messaging": "chat",
    "voice": "phone",
    "phone": "phone",
    "api": "api",
    "web_service": "api",
    "sms": "sms",
    "whatsapp": "whatsapp",
    "facebook": "messenger",
    "instagram_dm": "instagram",
    "instagram": "instagram",
    "twitter": "twitter",
    "twitter_dm": "twitter",
    "telegram": "telegram",
    "viber": "viber",
    "line": "line",
    "wechat": "wechat",
    "apple_messages_for_business": "apple",
}

AUTOMATED = {
    "rule",
    "trigger",
    "automation",
    "system",
    "rule_revision",
    "sla_target_change",
    "answer_bot",
    "answer_bot_api",
    "answer_bot_for_agents",
    "answer_bot_for_sdk",
    "answer_bot_for_slack",
    "answer_bot_for_web_widget",
}
"""The `via` of what no human did."""

SCORES = {"good": 5, "good_with_comment": 5, "bad": 1, "bad_with_comment": 1}
UNANSWERED = {"offered", "unoffered"}

MERGED_TAG = "closed_by_merge"
"""The tag that Zendesk puts on a ticket when it is merged into another."""

SILENT_EVENTS = {
    "AgentMacroReference", "AttachmentPublishEvent", "AttachmentRedactionEvent", "Audit", "Cc", "ChannelBackEvent",
    "ChatEndedEvent", "ChatStartedEvent", "CommentPrivacyChange", "CommentRedactionEvent", "Error", "External",
    "FacebookEvent", "FollowerChange", "EmailCcChange", "FollowerNotification", "KnowledgeCaptured", "KnowledgeFlagged",
    "KnowledgeLinked", "KnowledgeLinkAccepted", "KnowledgeLinkRejected", "LogMeInTranscript", "MessagingCsatEvent",
    "Notification", "NotificationWithCcs", "OrganizationActivity", "Push", "SatisfactionRating", "ScheduleAssignment",
    "SlaTargetChange", "SMSNotification", "SuspendedTicketRecoveryEvent", "TicketSharingEvent", "TicketUnshareEvent",
    "TranslatableError", "Tweet", "WebhookEvent", "WorkspaceChanged",
}  # fmt: skip
"""Events of a ticket that tell nothing that the record keeps."""


def via_name(via: object) -> str:
    """The name in a `via`, which tickets tell as an object and events as words: "Web form" is web_form."""
    told: Any = via.get("channel") if isinstance(via, dict) else via
    return _plain(str(told or ""))


@lru_cache(1_000)
def _plain(words: str) -> str:
    return words.strip().casefold().replace(" ", "_")


def via_source(via: object) -> dict[str, Any]:
    """What a `via` says of where something came from: {"rel": .., "from": {..}, "to": {..}}."""
    source = via.get("source") if isinstance(via, dict) else None
    return source if isinstance(source, dict) else {}


def is_merge(via: object) -> bool:
    """Whether something came about by the merging of tickets."""
    return "merge" in via_name(via) or via_source(via).get("rel") == "merge"
