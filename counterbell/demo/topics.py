"""What customers of the demo shop write about, and how such a question usually goes."""

from dataclasses import dataclass

from .chance import Urn


@dataclass(frozen=True)
class Topic:
    """A kind of question.

    `group` picks the texts that fit in the middle of the conversation. `order_days` is how old the order is, where
    there is one. `robot` is how readily automation answers, `moods` how much more content customers are afterwards,
    `buys` how often a purchase follows, `refunded` how often money goes back.
    """

    intent: str
    group: str
    share: float
    order_days: tuple[float, float] | None = None
    robot: float = 0.0
    mood: float = 0.0
    buys: float = 0.02
    refunded: float = 0.0
    priority: str = "normal"
    tags: tuple[str, ...] = ()


STATUS = Topic("shipping/status", "delivery", 23, (2, 9), robot=1.0, tags=("wismo",))

TOPICS = (
    STATUS,
    Topic("shipping/delivery-issue", "delivery", 6, (3, 12), mood=-0.5, priority="high", refunded=0.12),
    Topic("shipping/change", "admin", 4.5, (0.02, 1.2), priority="urgent"),
    Topic("shipping/policy", "wish", 4, robot=0.8, buys=0.3, tags=("pre-sale",)),
    Topic("return/request", "money", 12, (4, 25), robot=0.6, refunded=0.75, tags=("return",)),
    Topic("return/status", "money", 4, (12, 35), refunded=0.6, tags=("return",)),
    Topic("refund/status", "money", 5, (15, 40), robot=0.3, mood=-0.4, refunded=0.85, tags=("refund",)),
    Topic("exchange/request", "money", 7, (4, 20), buys=0.12, tags=("exchange",)),
    Topic("product/question", "wish", 8, mood=0.4, buys=0.33, tags=("pre-sale",)),
    Topic("product/recommendation", "wish", 2.5, mood=0.5, buys=0.4, tags=("pre-sale", "gift")),
    Topic("stock/request", "wish", 4.5, robot=0.35, buys=0.25, tags=("pre-sale",)),
    Topic("order/damaged", "faulty", 4.5, (3, 20), mood=-0.5, refunded=0.35, priority="high", tags=("quality",)),
    Topic("order/wrong", "faulty", 3.5, (3, 12), mood=-0.3, refunded=0.15, priority="high", tags=("warehouse",)),
    Topic("order/cancel", "admin", 4, (0.02, 2), refunded=0.9, priority="urgent"),
    Topic("order/change", "admin", 2.5, (0.02, 1), priority="high"),
    Topic("order/invoice", "admin", 2.5, (1, 40), robot=0.7, mood=0.2, tags=("invoice",)),
    Topic("discount/request", "wish", 5, (0.05, 5), robot=0.6, buys=0.35, tags=("discount",)),
    Topic("feedback", "feedback", 3, (4, 30), mood=1.5, buys=0.1, priority="low", tags=("praise",)),
    Topic("other/question", "wish", 2, priority="low"),
)
ANY_TOPIC = Urn({topic: topic.share for topic in TOPICS})
STRIKE_TOPIC = Topic(
    "shipping/status", "delivery", 0, (3, 10), mood=-2.6, priority="high", tags=("wismo", "carrier-strike")
)

CHANNELS = {"email": 40, "chat": 28, "contact_form": 7, "whatsapp": 9, "instagram": 7, "phone": 9}
"""Of a hundred questions, how many come by each channel."""
CHANNELS_IN_INDONESIAN = Urn({"email": 30, "whatsapp": 38, "instagram": 17, "chat": 10, "contact_form": 5})
MAIL_LIKE = frozenset({"email", "contact_form"})
LIVE = frozenset({"chat", "whatsapp", "instagram"})
