"""Truly shaped pages of what helpdesks and shops answer, made up: `write(source, folder, tickets)`.

Every object has the fields of the vendor's documentation, the long ones too, since what is not needed must be read as
well. A helpdesk's ticket has four messages, an assignment, a tag, and a close; every third has a rating. The same
arguments give the same files.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES_PER_TICKET = 5
AGENTS, MESSAGES = 20, 4
PRICES = ("subtotal_price", "total_discounts", "total_price", "total_tax")
"""What Shopify tells of an order's money, as it was and as it is now, each in two currencies."""
SAID = "Hello, my parcel has not come yet and I wonder where it is. Could you look it up for me? Thanks a lot! "

Object = dict[str, Any]


def write(source: str, folder: Path, tickets: int) -> None:
    """Fill the folder with pages of that source for so many tickets (or orders)."""
    PAGES[source](folder, tickets)


def _save(
    folder: Path, name: str, per_page: int, objects: Iterator[Object], page: Callable[[list[Object]], Any]
) -> None:
    for number, listed in enumerate(_pages(objects, per_page), 1):
        (folder / f"{name}-{number}.json").write_bytes(msgspec.json.encode(page(listed)))


def _pages(objects: Iterator[Object], per_page: int) -> Iterator[list[Object]]:
    while listed := list(islice(objects, per_page)):
        yield listed


def _at(ticket: int, minutes: float = 0) -> datetime:
    return BEGIN + timedelta(minutes=ticket * MINUTES_PER_TICKET + minutes)


def _customer(ticket: int) -> int:
    return 10_000 + ticket * 2 // 5


def _agent(ticket: int) -> int:
    return 1 + ticket % AGENTS


def _said(ticket: int) -> str:
    return SAID * (2 + ticket % 3)


# ---- Gorgias


def _gorgias(folder: Path, tickets: int) -> None:
    def save(name: str, objects: Iterator[Object]) -> None:
        _save(
            folder, name, 100, objects, lambda listed: {"data": listed, "object": "list", "meta": {"next_cursor": None}}
        )

    def person(number: int, kind: str) -> Object:
        return {
            "id": number, "email": f"{kind}{number}@example.com", "name": f"{kind} {number}", "firstname": kind,
            "lastname": str(number), "meta": {"name_set_via": "agent"},
        }  # fmt: skip

    def user(number: int) -> Object:
        more = {"active": True, "role": {"name": "agent"}, "timezone": "UTC", "language": "en", "country": "FR"}
        return person(number, "agent") | more

    def time(ticket: int, minutes: float) -> str:
        return _at(ticket, minutes).isoformat(timespec="microseconds")

    def ticket(number: int) -> Object:
        return {
            "id": number, "uri": f"/api/tickets/{number}/", "external_id": None, "language": "en", "status": "closed",
            "priority": "normal", "channel": "email", "via": "email", "from_agent": False, "spam": False,
            "customer": person(_customer(number), "customer"), "requester": person(_customer(number), "customer"),
            "assignee_user": person(_agent(number), "agent"), "assignee_team": None, "subject": "Where is my parcel?",
            "excerpt": SAID, "integrations": [{"name": "Care", "address": "care@shop.example", "type": "email"}],
            "meta": {}, "tags": [{"id": 1, "name": "shipping", "decoration": {"color": "#fff"}}], "custom_fields": {},
            "messages_count": MESSAGES, "is_unread": False, "created_datetime": time(number, 0),
            "opened_datetime": time(number, 10), "last_received_message_datetime": time(number, 20),
            "last_message_datetime": time(number, 30), "updated_datetime": time(number, 31),
            "closed_datetime": time(number, 30), "trashed_datetime": None, "snooze_datetime": None,
            "satisfaction_survey": None,
        }  # fmt: skip

    def message(of: int, place: int) -> Object:
        by_agent = place % 2 == 1
        who, whom = person(_agent(of), "agent"), person(_customer(of), "customer")
        sender, receiver = (who, whom) if by_agent else (whom, who)
        number = of * MESSAGES + place
        return {
            "id": number, "uri": f"/api/tickets/{of}/messages/{number}/", "message_id": f"<{number}@mail.example>",
            "ticket_id": of, "external_id": None, "public": True, "channel": "email", "via": "email",
            "source": {
                "type": "email", "to": [{"name": receiver["name"], "address": receiver["email"]}],
                "from": {"name": sender["name"], "address": sender["email"]}, "cc": [], "bcc": [], "extra": {},
            },
            "sender": sender, "receiver": receiver, "integration_id": 3, "rule_id": None, "from_agent": by_agent,
            "subject": "Re: Where is my parcel?", "body_text": _said(of), "body_html": f"<div><p>{_said(of)}</p></div>",
            "stripped_text": _said(of), "stripped_html": f"<div><p>{_said(of)}</p></div>", "stripped_signature": None,
            "headers": {}, "actions": None, "attachments": [], "meta": {}, "intents": [], "macros": [],
            "created_datetime": time(of, place * 10), "sent_datetime": time(of, place * 10), "failed_datetime": None,
            "deleted_datetime": None, "opened_datetime": None, "last_sending_error": None, "is_retriable": False,
        }  # fmt: skip

    def events(of: int) -> Iterator[Object]:
        told: tuple[tuple[str, float, Object], ...] = (
            ("ticket-created", 0, {}),
            ("ticket-assigned", 5, {"assignee_user_id": _agent(of)}),
            ("ticket-tags-added", 6, {"tags_added": [1]}),
            ("ticket-message-created", 10, {}),
            ("ticket-closed", 30.001, {}),
        )
        for place, (kind, minutes, more) in enumerate(told):
            number = of * 10 + place
            yield {
                "id": number, "uri": f"/api/events/{number}/", "context": f"00000000-0000-4000-8000-{number:012}",
                "type": kind, "object_type": "Ticket", "object_id": of, "user_id": _agent(of), "data": more,
                "created_datetime": time(of, minutes),
            }  # fmt: skip

    def survey(of: int) -> Object:
        return {
            "id": of, "uri": f"/api/satisfaction-surveys/{of}/", "ticket_id": of, "customer_id": _customer(of),
            "score": 1 + of % 5, "body_text": "Quick!", "meta": {}, "created_datetime": time(of, 31),
            "sent_datetime": time(of, 60), "should_send_datetime": time(of, 60), "scored_datetime": time(of, 90),
        }  # fmt: skip

    def customer(number: int) -> Object:
        more = {"external_id": None, "language": "en", "timezone": None, "note": None, "active": True}
        return person(number, "customer") | more | {"channels": []}

    save("users", map(user, range(1, AGENTS + 1)))
    save("teams", iter([{"id": 1, "name": "care", "members": [{"id": number} for number in range(1, AGENTS + 1)]}]))
    save(
        "tags", iter([{"id": 1, "name": "shipping", "description": None, "decoration": {"color": "#fff"}, "usage": 1}])
    )
    save("customers", map(customer, range(_customer(0), _customer(tickets - 1) + 1)))
    save("tickets", map(ticket, range(tickets)))
    save("messages", (message(of, place) for of in range(tickets) for place in range(MESSAGES)))
    save("events", (event for of in range(tickets) for event in events(of)))
    save("satisfaction-surveys", map(survey, range(0, tickets, 3)))


# ---- Zendesk


def _zendesk(folder: Path, tickets: int) -> None:
    def save(name: str, per_page: int, objects: Iterator[Object]) -> None:
        _save(
            folder, name, per_page, objects, lambda listed: {name: listed, "end_of_stream": False, "count": len(listed)}
        )

    def time(ticket: int, minutes: float) -> str:
        return _at(ticket, minutes).strftime("%Y-%m-%dT%H:%M:%SZ")

    def user(number: int, role: str) -> Object:
        return {
            "id": number, "url": f"https://shop.zendesk.com/api/v2/users/{number}.json", "name": f"{role} {number}",
            "email": f"{role}{number}@example.com", "created_at": time(0, 0), "updated_at": time(0, 0),
            "time_zone": "Paris", "iana_time_zone": "Europe/Paris", "phone": None, "shared_phone_number": None,
            "photo": None, "locale_id": 1, "locale": "en-US", "organization_id": None, "role": role, "verified": True,
            "external_id": None, "tags": [], "alias": None, "active": True, "shared": False, "details": None,
            "default_group_id": 1 if role == "agent" else None, "user_fields": {}, "suspended": False, "notes": None,
        }  # fmt: skip

    via = {"channel": "email", "source": {"from": {"address": "kim@example.com"}, "to": {"name": "Care"}, "rel": None}}

    def metrics(of: int) -> Object:
        minutes = {"calendar": 30, "business": 30}
        return {
            "id": of, "ticket_id": of, "reopens": 0, "replies": 2, "reply_time_in_minutes": minutes,
            "first_resolution_time_in_minutes": minutes, "full_resolution_time_in_minutes": minutes,
            "agent_wait_time_in_minutes": minutes, "requester_wait_time_in_minutes": minutes,
            "created_at": time(of, 0), "updated_at": time(of, 31), "solved_at": time(of, 30),
        }  # fmt: skip

    def ticket(number: int) -> Object:
        return {
            "url": f"https://shop.zendesk.com/api/v2/tickets/{number}.json", "id": number, "external_id": None,
            "via": via, "created_at": time(number, 0), "updated_at": time(number, 31), "type": None,
            "generated_timestamp": int(_at(number, 31).timestamp()), "subject": "Where is my parcel?",
            "raw_subject": "Where is my parcel?", "description": _said(number), "priority": "normal",
            "status": "solved", "recipient": None, "requester_id": _customer(number), "submitter_id": _customer(number),
            "assignee_id": _agent(number), "organization_id": None, "group_id": 1, "collaborator_ids": [],
            "follower_ids": [], "email_cc_ids": [], "forum_topic_id": None, "problem_id": None, "has_incidents": False,
            "is_public": True, "due_at": None, "tags": ["shipping"], "custom_fields": [{"id": 1, "value": None}] * 8,
            "satisfaction_rating": {"score": "offered"}, "sharing_agreement_ids": [], "custom_status_id": 1,
            "fields": [{"id": 1, "value": None}] * 8, "followup_ids": [], "brand_id": 1, "allow_channelback": False,
            "allow_attachments": True, "from_messaging_channel": False, "metric_set": metrics(number),
        }  # fmt: skip

    def audit(of: int, place: int) -> Object:
        by_agent = place % 2 == 1
        who, number = _agent(of) if by_agent else _customer(of), (of * MESSAGES + place) * 10
        comment = {
            "id": number + 1, "via": via, "via_reference_id": None, "type": "Comment", "author_id": who,
            "body": _said(of), "html_body": f'<div class="zd-comment"><p dir="auto">{_said(of)}</p></div>',
            "plain_body": _said(of), "public": True, "attachments": [], "audit_id": number,
            "created_at": time(of, place * 10), "event_type": "Comment",
        }  # fmt: skip
        changes: tuple[Object, ...] = ()
        words: Object = {"via": "Mail", "via_reference_id": None}
        if place == 0:
            made = {"status": "new", "tags": ["shipping"], "priority": None, "subject": "Where is my parcel?"}
            changes = tuple({name: value, "event_type": "Create", **words} for name, value in made.items())
        elif place == 1:
            changes = (
                {"assignee_id": _agent(of), "previous_value": None, "event_type": "Change", **words},
                {"group_id": 1, "previous_value": None, "event_type": "Change", **words},
                {"status": "open", "previous_value": "new", "event_type": "Change", **words},
            )
        elif place == MESSAGES - 1:
            changes = ({"status": "solved", "previous_value": "open", "event_type": "Change", **words},)
        return {
            "id": number, "ticket_id": of, "timestamp": int(_at(of, place * 10).timestamp()), "updater_id": who,
            "created_at": time(of, place * 10), "via": "Mail", "system": {"client": "Mozilla", "ip_address": "::1"},
            "event_type": "Audit", "merged_ticket_ids": [], "metadata": {"custom": {}},
            "child_events": [comment, *({"id": number + 2 + nth, **told} for nth, told in enumerate(changes))],
        }  # fmt: skip

    def rating(of: int) -> Object:
        return {
            "id": of, "url": f"https://shop.zendesk.com/api/v2/satisfaction_ratings/{of}.json", "ticket_id": of,
            "assignee_id": _agent(of), "group_id": 1, "requester_id": _customer(of), "reason": None, "reason_id": None,
            "score": "good" if of % 5 else "bad", "comment": "Quick!", "created_at": time(of, 60),
            "updated_at": time(of, 90),
        }  # fmt: skip

    save("groups", 100, iter([{"id": 1, "name": "care", "deleted": False}]))
    people = [("agent", range(1, AGENTS + 1)), ("end-user", range(_customer(0), _customer(tickets - 1) + 1))]
    save("users", 1000, (user(number, role) for role, numbers in people for number in numbers))
    save("tickets", 1000, map(ticket, range(tickets)))
    save("ticket_events", 1000, (audit(of, place) for of in range(tickets) for place in range(MESSAGES)))
    save("satisfaction_ratings", 100, map(rating, range(0, tickets, 3)))


# ---- Freshdesk


def _freshdesk(folder: Path, tickets: int) -> None:
    def time(ticket: int, minutes: float) -> str:
        return _at(ticket, minutes).strftime("%Y-%m-%dT%H:%M:%SZ")

    def contact(number: int, kind: str) -> Object:
        return {
            "active": True, "address": None, "email": f"{kind}{number}@example.com", "job_title": None,
            "language": "en", "mobile": None, "name": f"{kind} {number}", "phone": None, "time_zone": "Paris",
            "created_at": time(0, 0), "updated_at": time(0, 0),
        }  # fmt: skip

    def customer(number: int) -> Object:
        more: Object = {"company_id": None, "description": None, "twitter_id": None, "custom_fields": {}, "tags": []}
        return contact(number, "customer") | {"id": number, **more}

    def agent(number: int) -> Object:
        return {
            "id": number, "available": True, "occasional": False, "signature": None, "ticket_scope": 1,
            "group_ids": [501], "skill_ids": [], "role_ids": [1], "type": "support_agent", "created_at": time(0, 0),
            "updated_at": time(0, 0), "contact": contact(number, "agent"),
        }  # fmt: skip

    def ticket(number: int) -> Object:
        return {
            "cc_emails": [], "fwd_emails": [], "reply_cc_emails": [], "ticket_cc_emails": [], "fr_escalated": False,
            "spam": False, "email_config_id": None, "group_id": 501, "priority": 1, "requester_id": _customer(number),
            "responder_id": _agent(number), "source": 1, "company_id": None, "status": 4,
            "subject": "Where is my parcel?", "association_type": None, "support_email": None,
            "to_emails": ["care@shop.example"], "product_id": None, "id": number, "type": None,
            "due_by": time(number, 4320), "fr_due_by": time(number, 1440), "is_escalated": False,
            "description": f"<div><p>{_said(number)}</p></div>", "description_text": _said(number),
            "custom_fields": {"cf_size": None, "cf_order": None}, "created_at": time(number, 0),
            "updated_at": time(number, 30), "tags": ["shipping"],
            "stats": {
                "agent_responded_at": time(number, 30), "requester_responded_at": time(number, 20),
                "first_responded_at": time(number, 10), "status_updated_at": time(number, 30), "reopened_at": None,
                "resolved_at": time(number, 30), "closed_at": None, "pending_since": None,
            },
        }  # fmt: skip

    def conversation(of: int, place: int) -> Object:
        by_agent, at = place % 2 == 1, time(of, place * 10)
        return {
            "body": f'<div style="font-size:14px"><p>{_said(of)}</p></div>', "body_text": _said(of),
            "id": of * MESSAGES + place, "incoming": not by_agent, "private": False,
            "user_id": _agent(of) if by_agent else _customer(of), "support_email": "care@shop.example", "source": 0,
            "category": 3, "to_emails": ["care@shop.example"], "from_email": "kim@example.com", "cc_emails": [],
            "bcc_emails": [], "email_failure_count": None, "outgoing_failures": None, "created_at": at,
            "updated_at": at, "last_edited_at": None, "last_edited_user_id": None, "attachments": [],
            "automation_id": None, "automation_type_id": None, "auto_response": False, "ticket_id": of,
            "threading_id": None,
        }  # fmt: skip

    def rating(of: int) -> Object:
        return {
            "id": of, "survey_id": 1, "user_id": _customer(of), "agent_id": _agent(of), "feedback": "Quick!",
            "group_id": 501, "ticket_id": of, "ratings": {"default_question": 103 if of % 5 else -103},
            "created_at": time(of, 90), "updated_at": time(of, 90),
        }  # fmt: skip

    group = {"id": 501, "name": "care", "description": None, "agent_ids": list(range(1, AGENTS + 1))}
    _save(folder, "groups", 100, iter([group]), list)
    _save(folder, "agents", 100, map(agent, range(1, AGENTS + 1)), list)
    _save(folder, "contacts", 100, map(customer, range(_customer(1), _customer(tickets) + 1)), list)
    _save(folder, "tickets", 100, map(ticket, range(1, tickets + 1)), list)
    for first in range(1, tickets + 1, 100):  # a file holds the answers of a hundred tickets, one a line
        together = range(first, min(first + 100, tickets + 1))
        pages = [msgspec.json.encode([conversation(of, place) for place in range(1, MESSAGES)]) for of in together]
        (folder / f"conversations-{first}.ndjson").write_bytes(b"\n".join(pages))
    _save(folder, "satisfaction_ratings", 100, map(rating, range(3, tickets + 1, 3)), list)


# ---- Chatwoot


def _chatwoot(folder: Path, tickets: int) -> None:
    def seconds(ticket: int, minutes: float) -> int:
        return int(_at(ticket, minutes).timestamp())

    def agent(number: int) -> Object:
        return {
            "id": number, "account_id": 1, "availability_status": "online", "auto_offline": True, "confirmed": True,
            "email": f"agent{number}@example.com", "provider": "email", "available_name": f"Agent {number}",
            "name": f"Agent {number}", "role": "agent", "thumbnail": "",
        }  # fmt: skip

    def contact(number: int) -> Object:
        return {
            "additional_attributes": {"country_code": "FR"}, "availability_status": "offline", "id": number,
            "email": f"customer{number}@example.com", "name": f"Customer {number}", "phone_number": None,
            "blocked": False, "identifier": None, "thumbnail": "", "custom_attributes": {},
            "last_activity_at": seconds(0, 0), "created_at": seconds(0, 0),
        }  # fmt: skip

    def message(of: int, place: int, kind: int, minutes: float, **more: Any) -> Object:
        return {
            "id": of * 10 + place, "content": _said(of), "inbox_id": 1, "conversation_id": of, "message_type": kind,
            "content_type": "text", "status": "sent", "content_attributes": {}, "created_at": seconds(of, minutes),
            "private": False, "source_id": None, **more,
        }  # fmt: skip

    def messages(of: int) -> list[Object]:
        name = f"Agent {_agent(of)}"
        user = {
            "id": _agent(of),
            "name": name,
            "available_name": name,
            "avatar_url": "",
            "type": "user",
            "thumbnail": "",
        }
        who = {**contact(_customer(of)), "type": "contact"}
        said = [
            message(of, place, place % 2, place * 10, sender=user if place % 2 else who) for place in range(MESSAGES)
        ]
        changed = [
            message(of, 5, 2, 5, content=f"Assigned to {name} by Cleo"),
            message(of, 6, 2, 6, content=f"{name} added shipping"),
            message(of, 7, 2, 30, content=f"Conversation was marked resolved by {name}"),
        ]
        asked = [message(of, 8, 3, 31, content="Please rate", content_type="input_csat")] if of % 3 == 0 else []
        return sorted([*said, *changed, *asked], key=lambda one: int(one["created_at"]))

    def conversation(of: int) -> Object:
        last = messages(of)[-1]
        return {
            "meta": {
                "sender": contact(_customer(of)), "channel": "Channel::WebWidget", "assignee": agent(_agent(of)),
                "assignee_type": "User", "hmac_verified": False,
            },
            "id": of, "messages": [last], "account_id": 1, "uuid": f"00000000-0000-4000-8000-{of:012}",
            "additional_attributes": {"browser": {"device_name": "Unknown", "browser_name": "Firefox"}},
            "agent_last_seen_at": 0, "assignee_last_seen_at": 0, "can_reply": True, "contact_last_seen_at": 0,
            "custom_attributes": {}, "inbox_id": 1, "labels": ["shipping"], "muted": False, "snoozed_until": None,
            "status": "resolved", "created_at": seconds(of, 0), "updated_at": seconds(of, 31) + 0.25,
            "timestamp": seconds(of, 31), "first_reply_created_at": seconds(of, 10), "unread_count": 0,
            "last_non_activity_message": last, "last_activity_at": seconds(of, 31), "priority": None,
            "waiting_since": 0, "sla_policy_id": None,
        }  # fmt: skip

    def rating(of: int) -> Object:
        return {
            "id": of, "rating": 1 + of % 5, "feedback_message": "Quick!", "account_id": 1, "message_id": of * 10 + 8,
            "contact": contact(_customer(of)), "conversation_id": of, "assigned_agent": agent(_agent(of)),
            "created_at": seconds(of, 90),
        }  # fmt: skip

    def conversations(listed: list[Object]) -> Object:
        return {"data": {"meta": {"all_count": tickets}, "payload": listed}}

    _save(folder, "agents", 100, map(agent, range(1, AGENTS + 1)), list)
    _save(folder, "inboxes", 100, iter([{"id": 1, "name": "W", "channel_type": "Channel::WebWidget"}]), list)
    _save(folder, "conversations", 25, map(conversation, range(1, tickets + 1)), conversations)
    for first in range(1, tickets + 1, 10):  # a file holds the answers of ten conversations, one a line
        together = range(first, min(first + 10, tickets + 1))
        pages = [msgspec.json.encode({"meta": {"labels": []}, "payload": messages(of)}) for of in together]
        (folder / f"messages-{first}.ndjson").write_bytes(b"\n".join(pages))
    _save(folder, "csat_survey_responses", 25, map(rating, range(3, tickets + 1, 3)), list)


# ---- shops


def _shopify(folder: Path, orders: int) -> None:
    def set_of(price: str) -> Object:
        return {
            "shop_money": {"amount": price, "currency_code": "EUR"},
            "presentment_money": {"amount": price, "currency_code": "EUR"},
        }

    def address(number: int) -> Object:
        return {
            "first_name": "Kim", "last_name": str(number), "address1": "1 rue des Lilas", "address2": None,
            "city": "Paris", "province": None, "country": "France", "zip": "75001", "phone": None, "company": None,
            "latitude": 48.85, "longitude": 2.35, "name": f"Kim {number}", "country_code": "FR", "province_code": None,
        }  # fmt: skip

    def line(number: int) -> Object:
        return {
            "id": number, "admin_graphql_api_id": f"gid://shopify/LineItem/{number}", "current_quantity": 1,
            "fulfillable_quantity": 0, "fulfillment_service": "manual", "fulfillment_status": "fulfilled",
            "gift_card": False, "grams": 200, "name": "Candle - Lilac", "price": "24.90", "price_set": set_of("24.90"),
            "product_exists": True, "product_id": 1, "properties": [], "quantity": 1, "requires_shipping": True,
            "sku": "LILAC", "taxable": True, "title": "Candle", "total_discount": "0.00",
            "total_discount_set": set_of("0.00"), "variant_id": 1, "variant_title": "Lilac", "vendor": "Lilas",
            "tax_lines": [{"price": "4.15", "rate": 0.2, "title": "FR TVA", "price_set": set_of("4.15")}],
            "duties": [], "discount_allocations": [],
        }  # fmt: skip

    def parcel(number: int, at: str) -> Object:
        where = f"https://parcels.example/track?number={number}"
        return {
            "id": number, "admin_graphql_api_id": f"gid://shopify/Fulfillment/{number}", "created_at": at,
            "location_id": 1, "name": f"#{number}.1", "order_id": number, "origin_address": {}, "receipt": {},
            "service": "manual", "shipment_status": "delivered", "status": "success", "tracking_company": "Parcels",
            "tracking_number": str(number), "tracking_numbers": [str(number)], "tracking_url": where,
            "tracking_urls": [where], "updated_at": at, "line_items": [line(number * 2)],
        }  # fmt: skip

    def order(number: int) -> Object:
        at, email = _at(number).isoformat(), f"customer{_customer(number)}@example.com"
        prices = [f"{when}{what}" for when in ("current_", "") for what in PRICES]
        refunded = number % 20 == 0
        transaction = {
            "id": number, "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{number}", "amount": "24.90",
            "authorization": None, "created_at": at, "currency": "EUR", "gateway": "shopify_payments",
            "kind": "refund", "order_id": number, "parent_id": number - 1, "processed_at": at, "status": "success",
        }  # fmt: skip
        refund = {
            "id": number, "created_at": at, "note": None, "order_id": number, "processed_at": at, "restock": True,
            "duties": [], "order_adjustments": [], "transactions": [transaction], "refund_line_items": [],
        }  # fmt: skip
        return {
            "id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}", "app_id": 580111,
            "browser_ip": "10.0.0.1", "buyer_accepts_marketing": False, "cancel_reason": None, "cancelled_at": None,
            "checkout_id": number, "closed_at": None, "confirmed": True, "contact_email": email, "created_at": at,
            "currency": "EUR", "customer_locale": "fr", "discount_codes": [], "email": email,
            "financial_status": "refunded" if refunded else "paid", "fulfillment_status": "fulfilled",
            "landing_site": "/", "name": f"#{number}", "note": None, "note_attributes": [], "number": number,
            "order_number": number, "order_status_url": f"https://shop.example/{number}", "phone": None,
            "payment_gateway_names": ["shopify_payments"], "presentment_currency": "EUR", "processed_at": at,
            "referring_site": None, "source_name": "web", "tags": "", "taxes_included": True, "test": False,
            **dict.fromkeys(prices, "49.80"), **{f"{name}_set": set_of("49.80") for name in prices},
            "total_weight": 400, "updated_at": at, "user_id": None, "billing_address": address(number),
            "shipping_address": address(number), "line_items": [line(number * 2), line(number * 2 + 1)],
            "tax_lines": [{"price": "8.30", "rate": 0.2, "title": "FR TVA", "price_set": set_of("8.30")}],
            "customer": {
                "id": _customer(number), "email": email, "created_at": at, "updated_at": at, "first_name": "Kim",
                "last_name": str(number), "state": "disabled", "note": None, "verified_email": True, "tags": "",
                "currency": "EUR", "phone": None, "default_address": address(number),
            },
            "fulfillments": [parcel(number, at)],
            "refunds": [refund] if refunded else [], "shipping_lines": [{"id": number, "price": "5.00"}],
        }  # fmt: skip

    _save(folder, "orders", 250, map(order, range(1, orders + 1)), lambda listed: {"orders": listed})


def _woocommerce(folder: Path, orders: int) -> None:
    def address(number: int) -> Object:
        return {
            "first_name": "Kim", "last_name": str(number), "company": "", "address_1": "1 rue des Lilas",
            "address_2": "", "city": "Paris", "state": "", "postcode": "75001", "country": "FR", "phone": "",
            "email": f"customer{_customer(number)}@example.com",
        }  # fmt: skip

    def line(number: int) -> Object:
        return {
            "id": number, "name": "Candle - Lilac", "product_id": 1, "variation_id": 2, "quantity": 1, "tax_class": "",
            "subtotal": "20.75", "subtotal_tax": "4.15", "total": "20.75", "total_tax": "4.15", "sku": "LILAC",
            "taxes": [{"id": 1, "total": "4.15", "subtotal": "4.15"}], "meta_data": [], "price": 20.75,
        }  # fmt: skip

    def parcels(number: int) -> Object:
        return {
            "tracking_provider": "", "custom_tracking_provider": "Parcels", "tracking_number": str(number),
            "custom_tracking_link": "https://parcels.example/track?number=%1$s", "date_shipped": "1740787200",
            "tracking_id": f"{number:032x}",
        }  # fmt: skip

    def order(number: int) -> Object:
        at, refunded = _at(number).strftime("%Y-%m-%dT%H:%M:%S"), number % 20 == 0
        times = ("date_created", "date_modified", "date_paid", "date_completed")
        money = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total_tax")
        return {
            "id": number, "parent_id": 0, "number": str(number), "order_key": f"wc_order_{number}",
            "created_via": "checkout", "version": "9.0.0", "status": "completed", "currency": "EUR",
            **dict.fromkeys(times, at), **{f"{name}_gmt": at for name in times}, **dict.fromkeys(money, "0.00"),
            "total": "49.80", "prices_include_tax": True, "customer_id": 0, "customer_ip_address": "10.0.0.1",
            "customer_user_agent": "Mozilla/5.0", "customer_note": "", "billing": address(number),
            "shipping": address(number), "payment_method": "stripe", "payment_method_title": "Card",
            "transaction_id": f"ch_{number}", "cart_hash": "", "currency_symbol": "€",
            "meta_data": [
                *({"id": number * 10 + nth, "key": f"_field_{nth}", "value": "1"} for nth in range(6)),
                {"id": number * 10 + 6, "key": "_wc_shipment_tracking_items", "value": [parcels(number)]},
            ],
            "line_items": [line(number * 2), line(number * 2 + 1)], "tax_lines": [{"id": 1, "rate_code": "FR"}],
            "shipping_lines": [{"id": 1, "method_title": "Post", "total": "5.00"}], "fee_lines": [], "coupon_lines": [],
            "refunds": [{"id": number, "reason": "", "total": "-24.90"}] if refunded else [],
        }  # fmt: skip

    _save(folder, "orders", 100, map(order, range(1, orders + 1)), list)


PAGES: dict[str, Callable[[Path, int], None]] = {
    "gorgias": _gorgias,
    "zendesk": _zendesk,
    "freshdesk": _freshdesk,
    "chatwoot": _chatwoot,
    "shopify": _shopify,
    "woocommerce": _woocommerce,
}
"""What can be written, by source; another source has its place here."""
