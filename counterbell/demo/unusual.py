"""Tickets of the demo shop that are no questions: spam, and what the shop writes of its own accord."""

from datetime import date, datetime, timedelta

from counterbell.record.entries import Ticket

from . import writing
from .chance import Urn, around
from .conversation import Conversation
from .enquiries import CLOCKS, Enquiry, enquiry
from .shop import DemoShop
from .texts import Contact, phrases
from .thread import Thread
from .topics import STATUS

SPAM_SHARE = 0.02
CONTACT_SHARE = 0.025
SPAM_LANGUAGES = Urn({"fr": 45, "en": 45, "id": 10})
SPAM_CHANNELS = Urn({"email": 55, "contact_form": 30, "instagram": 15})


def spam_on(shop: DemoShop, day: date) -> list[Thread]:
    """What comes in on a date and is nothing for the shop."""
    number = around(shop.dice, shop.season.usual_tickets[day] * SPAM_SHARE)
    return [_spam(shop, at) for at in CLOCKS["email"].times_on(day, number, shop.dice) if shop.season.covers(at)]


def _spam(shop: DemoShop, at: datetime) -> Thread:
    language, channel = SPAM_LANGUAGES.draw(shop.dice), SPAM_CHANNELS.draw(shop.dice)
    spam = shop.dice.choice(phrases(language).spam)
    subject = None if channel == "instagram" else spam.subject
    ticket = Ticket(
        id=f"t{next(shop.ticket_numbers)}", channel=channel, created_at=at, subject=subject, language=language
    )
    thread = Thread(ticket, shop.message_numbers)
    thread.says("customer", spam.text, at)
    if shop.dice.random() < 0.6:
        thread.flag("spam", at + timedelta(seconds=1))
        return thread
    seen = shop.opening.after(at, timedelta(minutes=shop.dice.randrange(1, 200)))
    thread.flag("spam", seen)
    thread.becomes("closed", seen, by="agent", agent=shop.staff.pick(seen, language, "wish", shop.dice))
    return thread


def contacts_on(shop: DemoShop, day: date) -> list[Conversation]:
    """Customers to whom the shop writes first on a date, because something is up with their order."""
    number = around(shop.dice, shop.season.usual_tickets[day] * CONTACT_SHARE)
    moments = [shop.opening.after(at, timedelta()) for at in CLOCKS["phone"].times_on(day, number, shop.dice)]
    occasions = [enquiry(shop, at, "email", STATUS) for at in moments if shop.season.covers(at)]
    return [_contact(shop, occasion) for occasion in occasions if occasion.purchase]


def _contact(shop: DemoShop, about: Enquiry) -> Conversation:
    about.channel, at = "email", about.at
    contact = shop.dice.choice(about.phrases.contact)
    conversation = Conversation(shop, about, _outbound_ticket(shop, about, contact))
    colleague = shop.staff.pick(at, about.language, "wish", shop.dice)
    conversation.thread.assign(colleague, at)
    conversation.colleague = colleague
    body = writing.answer(about, contact.text, colleague, shop.dice)
    conversation.thread.says("agent", body, at, agent=colleague)
    conversation.agent_sets("pending")
    if conversation.chance(0.5):
        conversation.falls_silent()
        return conversation
    conversation.customer_writes(shop.dice.choice(contact.replies))
    conversation.agent_replies(shop.dice.choice(about.phrases.contact_answers))
    conversation.agent_sets("closed")
    return conversation


def _outbound_ticket(shop: DemoShop, about: Enquiry, contact: Contact) -> Ticket:
    return Ticket(
        id=f"t{next(shop.ticket_numbers)}",
        channel="email",
        created_at=about.at,
        customer=about.shopper.entry.id,
        direction="outbound",
        subject=about.write(contact.subject),
        store=about.shopper.market.store,
        priority="normal",
        language=about.language,
        tags=["proactive"],
    )
