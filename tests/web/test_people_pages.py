"""Olga asks people to work for the shop, gives them roles, and takes them out again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from web.people import PASSWORD, person, signed_in

from counterbell.accounts.models import Membership, Role, Shop, User
from counterbell.audit.models import Note
from counterbell.mail.models import Outgoing
from counterbell.office.models import Invitation

LINK = re.compile(r"http://\S+(/invitations/\S+/)")


def at(shop: Shop, place: str = "") -> str:
    return f"/shops/{shop.slug}/settings/people/{place}"


def invite(olga: Client, shop: Shop, email: str = "kim@example.com", **told: str) -> str:
    """Olga invites Kim; returns the link that the mail has."""
    answer = olga.post(at(shop), {"email": email, "role": "lead", "language": "en", **told})
    assert answer.status_code == 302, answer.content.decode()
    mail = Outgoing.objects.filter(shop=shop, kind="invitation").latest("pk")
    assert mail.to == email
    found = LINK.search(mail.text)
    assert found
    return found[1]


@pytest.fixture
def kims_address() -> str:
    return f"kim-{datetime.now(UTC).timestamp()}@example.com"


def test_kim_accepts_by_the_mail_and_sees_the_shop(olga: Client, anns_shop: Shop, kims_address: str) -> None:
    link, kim = invite(olga, anns_shop, kims_address, agent="kim"), Client()
    assert kims_address in kim.get(link).content.decode()
    assert kim.post(link, {"name": "Kim", "password": PASSWORD}).status_code == 302
    membership = Membership.objects.get(shop=anns_shop, user__email=kims_address)
    assert (membership.role, membership.agent, membership.user.name) == (Role.LEAD, "kim", "Kim")
    assert kim.get(f"/shops/{anns_shop.slug}/overview/").status_code == 200
    assert "This device" in kim.get("/account/sessions/").content.decode()
    assert kim.get(link).status_code == 404
    assert list(Note.objects.filter(shop=anns_shop).order_by("pk").values_list("what", flat=True)) == [
        "person.invited",
        "person.joined",
    ]


def test_a_weak_password_is_refused_with_a_sentence(olga: Client, anns_shop: Shop, kims_address: str) -> None:
    answer = Client().post(invite(olga, anns_shop, kims_address), {"password": "password"})
    assert answer.status_code == 400
    assert "too common" in answer.content.decode()
    assert not User.objects.filter(email=kims_address).exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "invites you"), ("fr", "vous invite"), ("id", "mengundang Anda")]
)
def test_the_mail_speaks_the_language_that_was_chosen(
    olga: Client, anns_shop: Shop, kims_address: str, language: str, words: str
) -> None:
    invite(olga, anns_shop, kims_address, language=language)
    assert words in Outgoing.objects.get(shop=anns_shop).subject


def test_a_forged_an_old_and_a_withdrawn_link_open_nothing(olga: Client, anns_shop: Shop, kims_address: str) -> None:
    link = invite(olga, anns_shop, kims_address)
    assert Client().get("/invitations/MTc:forged:signature/").status_code == 404
    one = Invitation.objects.filter(shop=anns_shop)
    one.update(ends_at=datetime.now(UTC) - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    one.update(ends_at=datetime.now(UTC) + timedelta(days=1))
    assert Client().get(link).status_code == 200
    olga.post(at(anns_shop, f"invited/{one.get().pk}/"))
    assert Client().get(link).status_code == 404
    assert not Outgoing.objects.filter(shop=anns_shop).exists()


def test_asking_again_makes_the_first_link_worthless(olga: Client, anns_shop: Shop, kims_address: str) -> None:
    first, second = (invite(olga, anns_shop, kims_address) for _ in range(2))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_whoever_has_an_account_signs_in_and_accepts(olga: Client, anns_shop: Shop, dans_shop: Shop) -> None:
    user = person(dans_shop, Role.OWNER, name="dan")
    link = invite(olga, anns_shop, user.email)
    assert Client().get(link)["Location"].startswith("/account/login/")
    assert signed_in(person(dans_shop, Role.VIEWER)).get(link).status_code == 403
    assert signed_in(user).post(link).status_code == 302
    assert Membership.objects.filter(shop=anns_shop, user=user, role=Role.LEAD).exists()


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"email": "kim"}, "is no e-mail address"),
        ({"role": "boss"}, "There is no role"),
    ],
)
def test_a_bad_invitation_is_refused(olga: Client, anns_shop: Shop, told: dict[str, str], complaint: str) -> None:
    answer = olga.post(at(anns_shop), {"email": "kim@example.com", "role": "lead"} | told)
    assert answer.status_code == 400
    assert complaint in answer.content.decode()
    assert not Invitation.objects.filter(shop=anns_shop).exists()


def test_who_is_there_already_is_not_invited(olga: Client, anns_shop: Shop) -> None:
    there = person(anns_shop, Role.VIEWER)
    answer = olga.post(at(anns_shop), {"email": there.email.upper(), "role": "lead"})
    assert "works for the shop already" in answer.content.decode()


def test_a_role_and_an_agent_are_changed_and_noted(olga: Client, anns_shop: Shop) -> None:
    ben = Membership.objects.get(user=person(anns_shop, Role.AGENT, agent="ann"))
    olga.post(at(anns_shop, f"{ben.pk}/"), {"role": "agent", "agent": "ben"})
    olga.post(at(anns_shop, f"{ben.pk}/"), {"role": "agent", "agent": "ben"})
    ben.refresh_from_db()
    assert ben.agent == "ben"
    (note,) = Note.objects.filter(shop=anns_shop)
    assert (note.told["old"], note.told["new"]) == ("agent (ann)", "agent (ben)")


def test_open_sessions_of_whoever_is_taken_out_see_nothing_any_more(olga: Client, anns_shop: Shop) -> None:
    user = person(anns_shop, Role.OWNER, name="cleo")
    cleo = signed_in(user)
    cleo.get(f"/shops/{anns_shop.slug}/overview/")
    olga.post(at(anns_shop, f"{user.memberships.get().pk}/remove/"))
    for place in ("overview/", "settings/", "settings/people/", "metrics/", "report.csv"):
        answer = cleo.get(f"/shops/{anns_shop.slug}/{place}")
        assert answer.status_code in (302, 404)
        assert anns_shop.slug not in answer.content.decode().replace(f"/shops/{anns_shop.slug}/", "")
    assert "You do not work for any shop yet" in cleo.get("/").content.decode()


def test_the_last_owner_stays(olga: Client, anns_shop: Shop) -> None:
    own = Membership.objects.get(shop=anns_shop, role=Role.OWNER)
    for answer in (
        olga.post(at(anns_shop, f"{own.pk}/remove/")),
        olga.post(at(anns_shop, f"{own.pk}/"), {"role": "viewer"}),
    ):
        assert answer.status_code == 400
        assert "must keep an owner" in answer.content.decode()
    own.refresh_from_db()
    assert own.role == Role.OWNER


def test_people_of_another_shop_are_out_of_reach(dan: Client, dans_shop: Shop, anns_shop: Shop) -> None:
    ann = Membership.objects.get(user=person(anns_shop, Role.AGENT))
    assert dan.post(at(dans_shop, f"{ann.pk}/remove/")).status_code == 404
    assert dan.post(at(anns_shop, f"{ann.pk}/remove/")).status_code == 404
    assert Membership.objects.filter(pk=ann.pk).exists()


def test_kim_signs_one_other_device_out_and_then_all(anns_shop: Shop, dans_shop: Shop) -> None:
    kim, dan = (person(shop, Role.LEAD, password=PASSWORD) for shop in (anns_shop, dans_shop))
    here, phone, tablet, dans = (Client() for _ in range(4))
    for client, one in ((here, kim), (phone, kim), (tablet, kim), (dans, dan)):
        client.post("/account/login/", {"login": one.email, "password": PASSWORD})
    overview = f"/shops/{anns_shop.slug}/overview/"
    for client in (here, phone, tablet):
        assert client.get(overview).status_code == 200
    lost = UserSession.objects.get(session_key=phone.session.session_key)
    for thief in (dans, Client()):
        thief.post("/account/sessions/", {"session": lost.pk})
    assert phone.get(overview).status_code == 200
    assert here.post("/account/sessions/", {"session": lost.pk}).status_code == 302
    assert [client.get(overview).status_code for client in (here, phone, tablet)] == [200, 302, 200]
    here.post("/account/sessions/", {"session": "others"})
    assert [client.get(overview).status_code for client in (here, tablet)] == [200, 302]
    assert dans.get("/account/sessions/").status_code == 200
