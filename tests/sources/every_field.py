"""A log with every field of every type, some entries that wait for others, and agents that are nowhere declared."""

from cli.programs import Line

EVERY_FIELD: list[Line] = [
    {
        "type": "shop", "timezone": "Asia/Jakarta", "currency": "IDR", "week_starts": "sunday", "conversion_days": 3,
        "hours": [
            {
                "week": {"mon": [["09:00", "12:30"], ["13:30", "18:00"]], "fri": [], "sun": [["00:00", "24:00"]]},
                "until": "2025-03-05",
            },
            {"from": "2025-03-05", "week": {"tue": []}, "holidays": ["2025-12-25", "2025-05-01"]},
        ],
        "version": 1,
    },
    {"type": "agent", "id": "ann", "name": "Ann Ünal", "email": "ann@shop.example", "team": "care"},
    {"type": "agent", "id": "ben"},
    {
        "type": "customer", "id": "kim", "email": "Kim@Example.com", "phone": "+33 1", "name": "Kim 김 🙂",
        "language": "fr", "country": "FR", "person": "p1",
    },
    {"type": "customer", "id": "lou"},
    {
        "type": "ticket", "id": "t1", "channel": "whatsapp", "created_at": "2025-03-03T09:00:00.000001Z",
        "customer": "kim", "direction": "outbound", "subject": "Où est mon colis ?\n\"ici\"\\", "store": "paris",
        "priority": "high", "language": "fr", "tags": ["late", "vip"], "intent": "order/status", "status": "pending",
    },
    {"type": "ticket", "id": "t2", "channel": "email", "created_at": "2025-03-03T09:00:00Z", "customer": "lou"},
    {
        "type": "ticket", "id": "t3", "channel": "email", "created_at": "2025-03-04T09:00:00Z", "history": "partial",
    },
    {
        "type": "message", "id": "m1", "ticket": "t1", "at": "2025-03-03T09:10:00.5Z", "by": "agent", "agent": "ann",
        "public": False, "text": "=1+1\t\u2028 \u00e9 e\u0301 \U0001f600", "channel": "sms",
    },
    {"type": "message", "id": "m2", "ticket": "t1", "at": "2025-03-03T09:20:00Z", "by": "customer"},
    {"type": "message", "id": "m3", "ticket": "t2", "at": "2025-03-03T09:20:00Z", "by": "automation", "text": ""},
    {"type": "status", "ticket": "t1", "at": "2025-03-03T09:30:00Z", "to": "closed", "by": "agent", "agent": "ben"},
    {"type": "status", "ticket": "t1", "at": "2025-03-03T09:40:00Z", "to": "open"},
    {"type": "status", "ticket": "t2", "at": "2025-03-03T09:40:00Z", "to": "snoozed", "by": "customer"},
    {"type": "status", "ticket": "t3", "at": "2025-03-04T09:40:00Z", "to": "closed", "by": "automation"},
    {"type": "assignment", "ticket": "t1", "at": "2025-03-03T09:05:00Z", "agent": "ann", "team": "sales"},
    {"type": "assignment", "ticket": "t1", "at": "2025-03-03T09:06:00Z", "agent": None},
    {"type": "tags", "ticket": "t1", "at": "2025-03-03T09:07:00Z", "add": ["a", "b"], "remove": ["late", "none"]},
    {"type": "intent", "ticket": "t1", "at": "2025-03-03T09:08:00Z", "name": "return/request", "confidence": 0.1},
    {"type": "priority", "ticket": "t1", "at": "2025-03-03T09:08:30Z", "to": "urgent"},
    {"type": "priority", "ticket": "t1", "at": "2025-03-03T09:08:40Z", "to": None},
    {"type": "flag", "ticket": "t1", "at": "2025-03-03T09:09:00Z", "flag": "spam"},
    {"type": "flag", "ticket": "t1", "at": "2025-03-03T09:10:00Z", "flag": "spam", "value": False},
    {"type": "flag", "ticket": "t3", "at": "2025-03-04T09:10:00Z", "flag": "deleted"},
    {"type": "merge", "ticket": "t2", "into": "t1", "at": "2025-03-03T09:45:00Z"},
    {"type": "survey", "id": "s1", "ticket": "t1", "at": "2025-03-03T10:00:00Z"},
    {
        "type": "rating", "survey": "s1", "at": "2025-03-03T11:00:00Z", "score": 2, "comment": "bof",
        "suspected_robot": True,
    },
    {"type": "order", "id": "o1", "customer": "kim", "at": "2025-03-04T09:00:00Z", "currency": "IDR", "paid": 2**53},
    {
        "type": "order", "id": "o2", "customer": "lou", "at": "2025-03-04T09:00:00Z", "currency": "EUR", "paid": 0,
        "test": True,
    },
    {"type": "refund", "id": "r1", "order": "o1", "at": "2025-03-05T09:00:00Z", "amount": 100},
    {
        "type": "order_state", "order": "o1", "at": "2025-03-05T10:00:00Z", "state": "partly_shipped",
        "tracking_url": "https://parcels.example/1?of=o1",
    },
    {"type": "order_state", "order": "o9", "at": "2025-03-05T10:00:00Z", "state": "cancelled"},
    {"type": "message", "id": "w1", "ticket": "t9", "at": "2025-03-03T09:00:00Z", "by": "agent", "agent": "zoe"},
    {"type": "merge", "ticket": "t3", "into": "t8", "at": "2025-03-05T09:00:00Z"},
    {"type": "rating", "survey": "s9", "at": "2025-03-03T09:00:00Z", "score": 5},
    {"type": "refund", "id": "w2", "order": "o9", "at": "2025-03-03T09:00:00Z", "amount": 1},
]  # fmt: skip
