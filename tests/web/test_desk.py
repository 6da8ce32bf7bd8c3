"""The desk in the browser without JavaScript: what is shown, what a button does, and who may."""

import html
import re
from itertools import pairwise
from typing import Any

import pytest
from desk.desks import desk_shop, newest, number
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from record.cast import (
    agent,
    assignment,
    customer,
    flag,
    merge,
    message,
    order,
    order_state,
    priority,
    rating,
    refund,
    status,
    survey,
    ticket,
)
from record.records import put
from web.people import person, signed_in

from counterbell.accounts.models import Role, Shop
from counterbell.channels import email
from counterbell.desk import macros, search_index, unsent
from counterbell.desk.actions.replying import send_due
from counterbell.desk.models import Draft, HeldReply
from counterbell.desk.pages.asked import now
from counterbell.mail import sending
from counterbell.mail.models import Outgoing, State
from counterbell.record import pulse
from counterbell.record.models import Assignment, Message, StatusChange, Ticket, TicketState


@pytest.fixture
def shop(installation: str) -> Shop:
    return desk_shop()


@pytest.fixture
def ann(shop: Shop) -> Client:
    return signed_in(person(shop, Role.AGENT, name="ann", agent="ann"))


def at(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/inbox/{place}"


def of_t1(shop: Shop, place: str = "") -> str:
    return at(shop, f"{number(shop)}/{place}")


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def post(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def test_the_inbox_shows_who_waits_and_counts_its_views(ann: Client, shop: Shop) -> None:
    text = page(ann, at(shop))
    assert "Where is my parcel?" in text
    assert "Kim Novak" in text
    assert 'aria-current="page" data-go="i">Inbox' in text


def test_the_list_is_narrowed_by_team_and_by_assignee(ann: Client, shop: Shop) -> None:
    put(
        shop,
        [
            *(ticket(name, "03-03 09:00", subject=name.upper()) for name in ("given", "teams", "others", "done")),
            assignment("given", "03-03 09:01", "ben"),
            assignment("teams", "03-03 09:01", None, team="care"),
            agent("eve", name="Eve", team="sales"),
            assignment("others", "03-03 09:01", "eve"),
            assignment("done", "03-03 09:01", "ben"),
            status("done", "03-03 09:02"),
        ],
    )

    def listed(query: str) -> set[str]:
        text = page(ann, at(shop, query))
        return {name for name in ("GIVEN", "TEAMS", "OTHERS", "DONE") if f">{name}</strong>" in text}

    assert listed("?team=care") == {"GIVEN", "TEAMS"}
    assert listed("?team=sales") == {"OTHERS"}
    assert listed("?assignee=ben") == {"GIVEN"}
    for name in ("given", "done"):
        put(shop, [priority(name, "03-03 09:03", "critical")])
    assert listed("?priority=critical") == {"GIVEN"}
    assert listed("?view=closed&priority=critical") == {"DONE"}
    assert listed("?view=closed&team=care") == listed("?view=closed&assignee=ben") == {"DONE"}
    text = page(ann, at(shop, "?assignee=ben&tag=gone"))
    assert '<option value="ben" selected>Ben (1)</option>' in text
    assert '<option value="care">care (2)</option>' in text
    assert '<option value="gone" selected>gone (0)</option>' in text, "what is chosen is shown"


def test_a_ticket_shows_all_that_is_known(ann: Client, shop: Shop) -> None:
    put(
        shop,
        [
            message("m2", "t1", "03-03 09:10", "agent", agent="ben", public=False, text="<b>Kim</b> again"),
            message("m3", "t1", "03-03 09:11", "automation", text="We are on it"),
            order("1001", "03-01 09:00"),
            refund("r1", "1001", "03-02 09:00"),
            order_state("1001", "03-02 10:00", tracking_url="https://parcels.example/1?a=1&b=%22"),
            ticket("t0", "03-01 09:00", subject="Before"),
            merge("t0", "t1", "03-03 09:20"),
            survey("s1", "t1", "03-03 09:30"),
            rating("s1", "03-03 09:31", 4, comment="Fine"),
        ],
    )
    answer = ann.get(of_t1(shop)).content.decode()
    assert "&lt;b&gt;Kim&lt;/b&gt; again" in answer
    text = html.unescape(answer)
    for told in ("Kim Novak", "kim@example.com", "1001", "€49.90", "€5.00 refunded", "Before",
                 "Rated 4 of 5: Fine", ">t0</a> was merged into this one", "We are on it", "Note",
                 "E-mail"):  # fmt: skip
        assert told in text, told
    assert (
        'shipped · <a href="https://parcels.example/1?a=1&amp;b=%22" target="_blank" rel="noopener noreferrer">'
        'Follow the parcel<span aria-hidden="true"> ↗</span>'
        '<span class="visually-hidden"> 1001 (opens in a new tab)</span></a>'
    ) in answer


def test_who_the_customer_is_and_until_when_a_ticket_sleeps_are_told_in_words(ann: Client, shop: Shop) -> None:
    put(shop, [{"type": "shop", "timezone": "Europe/Paris", "currency": "EUR"}, order("1002", "03-01 23:30")])
    post(ann, of_t1(shop, "act/"), verb="snooze", value="2099-03-04T09:00")
    text = page(ann, of_t1(shop))
    assert "<dd>French</dd>" in text
    assert "Mar 2, 2025 · " in text  # in Paris, where it was still the day before in London
    assert 'until <time datetime="2099-03-04T' in text


def test_every_button_does_its_verb_and_comes_back(ann: Client, shop: Shop) -> None:
    for verb in (
        "take",
        "pending",
        "reopen",
        "snooze:3h",
        "close",
        "reopen",
        "tag:vip",
        "untag:vip",
        "spam",
        "not_spam",
        "priority:critical",
        "priority:urgent",
    ):
        post(ann, of_t1(shop, "act/"), verb=verb)
    post(ann, of_t1(shop, "act/"), verb="assign", value="ben")
    post(ann, of_t1(shop, "act/"), verb="team", value="care")
    assert StatusChange.objects.filter(ticket__shop=shop).count() == 5
    assert Assignment.objects.filter(ticket__shop=shop).count() == 3
    text = page(ann, of_t1(shop))
    for told in ("ann closed the ticket".capitalize(), "Tag added: vip", "Marked as no spam", "Assigned to Ben"):
        assert told in text
    assert "Priority set to critical" in text
    assert '<option value="urgent" selected>urgent</option>' in text
    assert '<span class="tag bad">priority urgent</span>' in text


def test_what_cannot_be_done_is_said(ann: Client, shop: Shop) -> None:
    post(ann, of_t1(shop, "act/"), verb="merge", value="t99")
    assert "There is no ticket 't99'" in page(ann, of_t1(shop))


def test_a_reply_waits_is_taken_back_and_sent(ann: Client, shop: Shop) -> None:
    seen = newest(shop)
    post(ann, of_t1(shop, "write/"), text="On its way", how="reply-closed", seen=seen)
    assert "Take it back" in page(ann, of_t1(shop))
    held = HeldReply.objects.get(shop=shop)
    post(ann, of_t1(shop, f"held/{held.pk}/"), do="undo")
    assert ">On its way</textarea>" in page(ann, of_t1(shop))
    post(ann, of_t1(shop, "write/"), text="On its way", how="reply-closed", seen=seen)
    HeldReply.objects.filter(shop=shop).update(due_at=now())
    send_due(now())
    text = page(ann, of_t1(shop))
    assert "Ann closed the ticket" in text
    assert "Going out" not in text
    assert "vain" not in text


@pytest.mark.parametrize("how", ["reply", "note"])
def test_what_was_typed_before_it_was_sent_is_no_draft_again(ann: Client, shop: Shop, how: str) -> None:
    post(ann, of_t1(shop, "write/"), text="On its way, Kim.", how=how, seen=newest(shop))
    for late in ("On its way,", "On its way, Kim."):
        post(ann, of_t1(shop, "draft/"), 204, text=late)
    assert not Draft.objects.filter(ticket__shop=shop).exists()
    post(ann, of_t1(shop, "draft/"), 204, text="One more thing")
    assert Draft.objects.get(ticket__shop=shop).text == "One more thing"


def test_a_reply_over_an_unread_message_comes_back_with_the_question(ann: Client, shop: Shop) -> None:
    seen = newest(shop)
    put(shop, [message("m2", "t1", "03-03 09:05", text="Found it!")])
    text = post(ann, of_t1(shop, "write/"), 409, text="On its way", how="reply", seen=seen)
    assert "has written meanwhile" in text
    assert "Found it!" in text
    assert ">On its way</textarea>" in text
    assert f'name="seen" value="{newest(shop)}" form="editor"' in text
    post(ann, of_t1(shop, "write/"), text="On its way", how="reply", seen=newest(shop))


def test_a_reply_with_a_hole_comes_back_with_a_word(ann: Client, shop: Shop) -> None:
    text = post(ann, of_t1(shop, "write/"), 400, text="No. {{ order.number }}", how="reply", seen=newest(shop))
    assert "{{ order.number }} has no value here" in text


def test_a_note_is_added(ann: Client, shop: Shop) -> None:
    post(ann, of_t1(shop, "write/"), text="Do we know?", how="note")
    assert "Do we know?" in page(ann, of_t1(shop))


def test_a_macro_stands_in_the_editor(ann: Client, shop: Shop) -> None:
    macro = macros.keep(shop, "Hello", {"en": "Hello {{ customer.first_name }}, here is {{ agent.name }}"}, at=now())
    assert "Hello Kim, here is Ann</textarea>" in page(ann, of_t1(shop, f"?macro={macro.pk}"))
    assert ann.get(of_t1(shop, f"macro/{macro.pk}/")).json() == {"text": "Hello Kim, here is Ann"}


def test_an_open_page_asks_for_what_is_new(ann: Client, shop: Shop) -> None:
    text = page(ann, of_t1(shop, "lines/"))
    version = text.split("?version=")[1].split('"')[0]
    same = ann.get(of_t1(shop, f"lines/?version={version}"))
    assert (same["HX-Reswap"], "waiting for" in same.content.decode()) == ("none", True), "what time changes goes on"
    put(shop, [message("m2", "t1", "03-03 09:05", text="Found it!")])
    assert "Found it!" in page(ann, of_t1(shop, f"lines/?version={version}"))
    assert "snooze:tomorrow" not in same.content.decode()
    post(ann, of_t1(shop, "act/"), verb="close")
    text = page(ann, of_t1(shop, f"lines/?version={version}"))
    assert ('value="reopen"' in text, 'value="close"' in text) == (True, False), "the buttons are those of the status"


def test_who_else_is_there_is_told(ann: Client, shop: Shop) -> None:
    ben = signed_in(person(shop, Role.AGENT, name="ben", agent="ben"))
    assert post(ann, of_t1(shop, "here/"), 200).strip() == ""
    assert "ann is here too" in post(ben, of_t1(shop, "here/"), 200)
    post(ben, of_t1(shop, "draft/"), 204, text="Dear Kim")
    assert "ben is writing here" in post(ann, of_t1(shop, "here/"), 200)


def test_many_tickets_at_once(ann: Client, shop: Shop) -> None:
    put(shop, [ticket("t2", "03-03 09:01")])
    ticked = [number(shop), number(shop, "t2")]
    post(ann, at(shop, "act/"), ticket=ticked, verb="tag", tag_value="vip", seen=newest(shop))
    post(ann, at(shop, "act/"), ticket=ticked, verb="priority", priority_value="high", seen=newest(shop))
    post(ann, at(shop, "act/"), ticket=ticked, verb="close", seen=newest(shop), back=at(shop, "?view=all"))
    assert TicketState.objects.filter(ticket__shop=shop, status=4, tags='["vip"]', priority="high").count() == 2
    assert "2 tickets changed" in page(ann, at(shop))
    post(ann, at(shop, "act/"), verb="close")
    assert "Tick at least one ticket" in page(ann, at(shop))
    answer = ann.post(at(shop, "act/"), {"ticket": ticked, "verb": "reopen", "back": "https://evil.example/"})
    assert answer["Location"] == at(shop)


def test_views_are_kept_shown_with_their_count_and_taken_away(ann: Client, shop: Shop) -> None:
    put(shop, [customer("lee"), ticket("t2", "03-03 09:01", "lee", channel="chat")])
    post(ann, at(shop, "views/"), name="Chats", view="all", channel="chat")
    text = page(ann, at(shop, "?view=all&channel=chat"))
    assert '<span>Chats</span> <span class="faint">1</span>' in text
    assert "Where is my parcel?" not in text
    kept = text.split('name="forget" value="')[1].split('"')[0]
    post(ann, at(shop, "views/"), forget=kept)
    assert "Chats" not in page(ann, at(shop))


def test_closed_spam_and_found_tickets_have_their_lists(ann: Client, shop: Shop) -> None:
    put(shop, [ticket("t2", "03-03 09:01", subject="Casino"), flag("t2", "03-03 09:02")])
    post(ann, of_t1(shop, "act/"), verb="close")
    search_index.take_up(shop)
    assert "Where is my parcel?" in page(ann, at(shop, "?view=closed"))
    assert "Casino" in page(ann, at(shop, "?view=spam"))
    assert "Where is my parcel?" in page(ann, at(shop, "?q=parcel"))
    assert "No ticket has all of these words" in page(ann, at(shop, "?q=nothing"))


def test_the_next_who_waits(ann: Client, shop: Shop) -> None:
    assert ann.get(at(shop, "next/"))["Location"] == of_t1(shop)
    assert ann.get(at(shop, f"next/?after={number(shop)}"))["Location"] == at(shop)


def test_whoever_skips_tickets_comes_to_all_that_wait_one_after_the_other(ann: Client, shop: Shop) -> None:
    for day, name in ((4, "t2"), (5, "t3")):
        put(shop, [ticket(name, f"03-0{day} 09:00"), message(f"m-{name}", name, f"03-0{day} 09:00")])
    t1, t2, t3 = (number(shop, name) for name in ("t1", "t2", "t3"))
    walk = [ann.get(at(shop, f"next/?after={here}"))["Location"] for here in (t1, t2, t3, 0)]
    assert walk == [at(shop, f"{there}/") for there in (t2, t3, t1, t1)]


def test_a_ticket_keeps_the_list_that_it_was_opened_from(ann: Client, shop: Shop) -> None:
    for day, name, channel in ((4, "t2", "chat"), (5, "t3", "email"), (6, "t4", "chat"), (7, "t5", "chat")):
        put(shop, [ticket(name, f"03-0{day} 09:00", channel=channel), message(f"m-{name}", name, f"03-0{day} 09:00")])
    t2, t4, t5 = (number(shop, name) for name in ("t2", "t4", "t5"))
    listed = "?view=unassigned&channel=chat"
    assert f'href="{at(shop, f"{t2}/{listed}&then={t4}")}" class="one"' in page(ann, at(shop, listed))
    with CaptureQueriesContext(connection) as bare:
        page(ann, at(shop, f"{t2}/"))
    with CaptureQueriesContext(connection) as kept:
        shown = page(ann, at(shop, f"{t2}/{listed}&then={t4}"))
    assert len(kept) == len(bare), "the list is not read for the page of a ticket"
    assert f'href="{at(shop, listed)}" data-key="u"' in shown
    assert "Next in the list" in shown
    done = ann.post(at(shop, f"{t2}/act/{listed}&then={t4}"), {"verb": "close"})
    assert done["Location"] == at(shop, f"{t2}/{listed}&then={t4}")
    following = ann.get(at(shop, f"next/{listed}&then={t4}&after={t2}"))
    assert following["Location"] == at(shop, f"{t4}/{listed}&then={t5}"), "t2 has left the list"
    last = ann.get(at(shop, f"next/{listed}&then={t4}&after={t5}"))
    assert last["Location"] == at(shop, f"{t4}/{listed}&then={t5}"), "after the last the first"
    alone = f"next/?view=mine&after={t2}"
    assert ann.get(at(shop, alone))["Location"] == at(shop, "?view=mine")


def test_closed_tickets_and_what_was_found_are_gone_through_in_the_order_of_the_list(ann: Client, shop: Shop) -> None:
    for day, name in ((4, "t2"), (5, "t3"), (6, "t4")):
        put(shop, [ticket(name, f"03-0{day} 09:00", subject="Glove"), status(name, f"03-0{day} 09:01")])
    t2, t3, t4 = (number(shop, name) for name in ("t2", "t3", "t4"))
    put(shop, [status("t3", "03-07 09:00", "open")])
    closed = [ann.get(at(shop, f"next/?view=closed&after={here}"))["Location"] for here in (t4, t3, t2)]
    assert closed == [at(shop, f"{there}/?view=closed") for there in (t2, t2, t4)], "t3 is open, and has its place"
    search_index.take_up(shop)
    found = [ann.get(at(shop, f"next/?q=glove&after={here}"))["Location"] for here in (t4, t3, t2)]
    assert found == [at(shop, f"{there}/?view=waiting&q=glove") for there in (t3, t2, t4)]


def test_what_an_address_makes_up_goes_no_further(ann: Client, shop: Shop) -> None:
    told = "?view=//evil.example&order=no&page=x&then=-1&back=//evil.example&next=//evil.example&tag=%22><b>%0d%0aX:1"
    shown = ann.get(of_t1(shop, told)).content.decode()
    kept = "?view=waiting&amp;tag=%22%3E%3Cb%3E%0D%0AX%3A1"
    assert f'href="{at(shop, kept)}" data-key="u"' in shown
    assert not [place for place in re.findall('(?:href|action|hx-get)="([^"]*)"', shown) if "evil" in place]
    gone = ann.post(of_t1(shop, f"act/{told}"), {"verb": "take"})["Location"]
    assert gone == of_t1(shop, html.unescape(kept))


def test_a_split_and_a_merge_lead_to_the_other_ticket_from_both(ann: Client, shop: Shop) -> None:
    post(ann, of_t1(shop, "act/"), verb=f"split:{newest(shop)}")
    new = Ticket.objects.get(shop=shop, external_id__startswith="split-")
    there, here = at(shop, f"{new.pk}/"), of_t1(shop)
    assert f'split off into ticket <a href="{there}">{new.external_id}</a>.' in page(ann, here)
    assert f'Split off from ticket <a href="{here}">t1</a>.' in page(ann, there)
    post(ann, of_t1(shop, "act/"), verb="merge", value=new.external_id)
    assert f'Merged into ticket <a href="{there}">{new.external_id}</a> ·' in page(ann, here)
    assert f'Ticket <a href="{here}">t1</a> was merged into this one ·' in page(ann, there)


def test_macros_are_made_changed_and_taken_away(ann: Client, shop: Shop) -> None:
    post(ann, at(shop, "macros/new/"), name="Late", text_en="Sorry", tags="late", close="on", priority="high")
    macro = macros.of_shop(shop)[0]
    assert (macro.texts, macro.tags, macro.close, macro.assign) == ({"en": "Sorry"}, ["late"], True, False)
    assert "priority high" in page(ann, at(shop, "macros/"))
    assert '<option value="high" selected>' in page(ann, at(shop, f"macros/{macro.pk}/"))
    assert "variable" in post(ann, at(shop, f"macros/{macro.pk}/"), 400, name="Late", text_en="{{ no.such }}")
    post(ann, at(shop, f"macros/{macro.pk}/"), name="Too late", text_fr="Désolée")
    assert "Too late" in page(ann, at(shop, "macros/?q=desolee"))
    post(ann, at(shop, f"macros/{macro.pk}/"), forget="1")
    assert macros.of_shop(shop) == []


def test_ann_changes_her_own_macros_and_cleo_all(ann: Client, shop: Shop) -> None:
    post(ann, at(shop, "macros/new/"), name="Late", text_en="Sorry, it is late")
    place = at(shop, f"macros/{macros.of_shop(shop)[0].pk}/")
    ben, cleo = (signed_in(person(shop, role, agent=name)) for role, name in ((Role.AGENT, "ben"), (Role.LEAD, "")))
    shown = page(ben, place)
    assert "Sorry, it is late" in shown
    assert "Made by ann." in shown
    assert "<textarea" not in shown
    for told in ({"name": "Mine", "text_en": "Mine"}, {"forget": "1"}):
        assert ben.post(place, told).status_code == 403
    post(cleo, place, name="Too late", text_en="Sorry")
    post(ann, place, name="Later", text_en="Sorry")
    post(cleo, place, forget="1")
    assert macros.of_shop(shop) == []


@pytest.mark.parametrize(
    "told", ["page=0", "page=99999999999999999999", "view=nothing", "q=a%00", "tag=a%00", "channel=%F0%9F", "tag=%22"]
)
def test_an_address_that_means_little_shows_an_inbox(ann: Client, shop: Shop, told: str) -> None:
    page(ann, at(shop, f"?{told}"))
    page(ann, at(shop, f"?view=closed&{told}"))


def test_dan_gets_404_for_every_page_of_anns_desk(shop: Shop, dan: Client, dans_shop: Shop) -> None:
    macro = macros.keep(shop, "Hello", {"en": "Hello"}, at=now())
    mine, its = number(shop), f"/shops/{dans_shop.slug}/inbox"
    for place in ("", "macros/", f"{mine}/", f"{mine}/lines/", f"{mine}/macro/{macro.pk}/", "next/"):
        assert dan.get(at(shop, place)).status_code == 404
    for place in (f"{mine}/", f"{mine}/lines/", f"macros/{macro.pk}/", f"{mine}/macro/{macro.pk}/"):
        assert dan.get(f"{its}/{place}").status_code == 404
    for place in ("act", "write", "draft", "here", "held/1"):
        assert dan.post(f"{its}/{mine}/{place}/", {"text": "x", "how": "note", "verb": "close"}).status_code == 404
    dan.post(f"{its}/act/", {"ticket": [mine], "verb": "close"})
    assert not StatusChange.objects.filter(ticket__shop=shop).exists()
    assert Message.objects.filter(shop=shop).count() == 1


def test_vic_looks_on_and_has_no_desk(shop: Shop) -> None:
    vic = signed_in(person(shop, Role.VIEWER, name="vic"))
    assert vic.get(at(shop)).status_code == 403
    assert vic.post(of_t1(shop, "act/"), {"verb": "close"}).status_code == 403


@pytest.mark.parametrize("language", ["fr", "id"])
def test_the_desk_speaks_the_readers_language(shop: Shop, language: str) -> None:
    reader = signed_in(person(shop, Role.AGENT, agent="ann"), **{"Accept-Language": language})
    assert ">To do<" not in page(reader, at(shop))
    assert "Send and close" not in page(reader, of_t1(shop))


def test_lists_of_figures_lead_to_the_tickets(ann: Client, shop: Shop) -> None:
    listed = page(ann, f"/shops/{shop.slug}/metrics/tickets_created/?period=custom&first=2025-03-01&last=2025-03-31")
    assert f'href="{at(shop, "of/t1/")}"' in listed
    assert ann.get(at(shop, "of/t1/"))["Location"] == of_t1(shop)
    assert ann.get(at(shop, "of/no/such/")).status_code == 404
    vic = signed_in(person(shop, Role.VIEWER, name="vic"))
    assert "inbox/of" not in page(
        vic, f"/shops/{shop.slug}/metrics/tickets_created/?period=custom&first=2025-03-01&last=2025-03-31"
    )


def doubtful(shop: Shop, state: str = State.UNSURE) -> Outgoing:
    """Ann's reply, of which the mail came to that end."""
    put(shop, [message("m9", "t1", "03-03 09:30", "agent", agent="ann", text="On its way.")])
    told = Message.objects.select_related("ticket__customer", "shop").get(shop=shop, external_id="m9")
    mail = email.reply(told, text="On its way.", at=now())
    Outgoing.objects.filter(pk=mail.pk).update(state=state, error="the line broke")
    return mail


def test_replies_in_doubt_stand_at_the_ticket_in_which_theirs_ended_up(shop: Shop) -> None:
    wanted = []
    for name in ("t8", "t9"):
        said = message(f"{name}-m", name, "03-03 09:30", "agent", agent="ann")
        put(shop, [ticket(name, "03-03 09:00", customer="kim"), said])
        told = Message.objects.select_related("ticket__customer", "shop").get(shop=shop, external_id=f"{name}-m")
        wanted.append(email.reply(told, text="On its way.", at=now()))
    Outgoing.objects.filter(shop=shop).update(state=State.UNSURE)
    with CaptureQueriesContext(connection) as apart:
        unsent.of_shop(shop, now())
    put(shop, [merge("t8", "t9", "03-03 10:00"), merge("t9", "t1", "03-03 10:01")])
    with CaptureQueriesContext(connection) as merged:
        found = unsent.of_shop(shop, now())
    assert (len(apart), len(merged)) == (3, 5)
    assert [(one.pk, mail) for one, mail in found] == [(number(shop), mail) for mail in wanted]


def test_a_reply_in_doubt_is_decided_about_on_its_ticket(ann: Client, shop: Shop) -> None:
    mail = doubtful(shop)
    assert "Nobody knows whether a reply went out" in page(ann, at(shop))
    shown = page(ann, of_t1(shop))
    assert "Nobody knows whether this reply reached kim@example.com" in shown
    assert "the line broke" in shown
    post(ann, of_t1(shop, f"unsent/{mail.pk}/"), do="arrived")
    mail.refresh_from_db()
    assert (mail.state, mail.text) == (State.SENT, "")
    assert "Nobody knows" not in page(ann, of_t1(shop)) + page(ann, at(shop))
    post(ann, of_t1(shop, f"unsent/{mail.pk}/"), do="again")
    assert "decided about this reply already" in page(ann, of_t1(shop))


@pytest.mark.parametrize("state", [State.UNSURE, State.FAILED])
def test_a_reply_that_did_not_go_out_is_sent_again(ann: Client, shop: Shop, state: str) -> None:
    mail = doubtful(shop, state)
    post(ann, of_t1(shop, f"unsent/{mail.pk}/"), do="again")
    mail.refresh_from_db()
    assert (mail.state, mail.text) == (State.WAITING, "On its way.")


def test_an_open_page_is_told_of_a_reply_in_doubt_and_of_what_was_decided(ann: Client, shop: Shop) -> None:
    mail = doubtful(shop, State.SENDING)
    Outgoing.objects.filter(pk=mail.pk).update(lease_until=now())
    heard = [pulse.of([shop.pk])[shop.pk]]
    sending.send_due(now())
    heard.append(pulse.of([shop.pk])[shop.pk])
    post(ann, of_t1(shop, f"unsent/{mail.pk}/"), do="arrived")
    heard.append(pulse.of([shop.pk])[shop.pk])
    assert [one.changed_since(before.number, number(shop)) for before, one in pairwise(heard)] == [True, True]


def test_a_refused_reply_never_counts_as_arrived(ann: Client, shop: Shop) -> None:
    mail = doubtful(shop, State.FAILED)
    assert "A reply was not taken" in page(ann, at(shop))
    assert "It arrived" not in page(ann, of_t1(shop))
    post(ann, of_t1(shop, f"unsent/{mail.pk}/"), do="arrived")
    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_only_agents_of_the_shop_decide_about_its_own_tickets_replies(shop: Shop) -> None:
    mail, others = doubtful(shop), desk_shop()
    dan, vic = signed_in(person(others, Role.AGENT, agent="ann")), signed_in(person(shop, Role.VIEWER))
    for verb in ("again", "arrived"):
        post(dan, of_t1(shop, f"unsent/{mail.pk}/"), 404, do=verb)
        post(dan, of_t1(others, f"unsent/{mail.pk}/"), do=verb)
        post(vic, of_t1(shop, f"unsent/{mail.pk}/"), 403, do=verb)
    mail.refresh_from_db()
    assert mail.state == State.UNSURE
