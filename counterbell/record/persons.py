"""Who is one person: the person key of each customer, kept right whenever customers come or change.

The rule is the log format's. Customers with the same `person` are one; so are those with the same e-mail address
(trimmed, without case); and a customer without an e-mail address is one with the customer who has the same phone number
(of several, one with an e-mail address first, then the lowest id). Whoever is one with one of them is one with all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from .entries import Customer
from .sql import Row, listed_texts, listing


@dataclass(frozen=True)
class Known:
    """What the record holds of a customer that matters to who they are."""

    pk: int
    external_id: str
    email_key: str | None
    phone: str | None
    person: str | None
    person_key: str


@dataclass(frozen=True)
class Changed:
    """What a change of customers touches: their ids in the source, person keys before and after, primary keys."""

    replaced: set[str]
    persons: set[str]
    customers: set[int]


def trimmed(text: str | None) -> str | None:
    """The text without white space around it; null when nothing is left."""
    return (text or "").strip() or None


def email_key(email: str | None) -> str | None:
    """How e-mail addresses are compared."""
    return email.casefold() if (email := trimmed(email)) else None


def alone_key(external_id: str) -> str:
    """The person key of a customer of whom nothing but the id is known."""
    return f"customer:{external_id}"


def replace(cursor: CursorWrapper, shop_id: int, declared: dict[str, Customer]) -> Changed:
    """Insert these customers or replace what is known of them; whoever was erased stays erased."""
    before = _known(cursor, shop_id, declared)
    rows = {
        name: (trimmed(e.email), trimmed(e.phone), e.name, e.language, e.country, e.person)
        for name, e in declared.items()
    }
    changed = {
        name: row
        for name, row in rows.items()
        if name not in before or (before[name][1:7] != row and (not _erased(before[name][1:7]) or _erased(row)))
    }
    if not changed:
        return Changed(set(), set(), set())
    cursor.executemany(
        "insert into record_customer "
        "(shop_id, external_id, email, phone, name, language, country, person, email_key, person_key) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (shop_id, external_id) do update set "
        "email = excluded.email, phone = excluded.phone, name = excluded.name, language = excluded.language, "
        "country = excluded.country, person = excluded.person, email_key = excluded.email_key",
        [(shop_id, name, *row, email_key(row[0]), alone_key(name)) for name, row in changed.items()],
    )
    was = [before[name] for name in changed if name in before]
    settled = settle(
        cursor,
        shop_id,
        people={row[5] for row in changed.values()} | {row[6] for row in was},
        emails={email_key(row[0]) for row in changed.values()} | {email_key(row[1]) for row in was},
        phones={row[1] for row in changed.values()} | {row[2] for row in was},
        names=set(changed),
    )
    moved = {before[name][0] for name, row in changed.items() if name in before and before[name][5] != row[4]}
    keys = {key for before_and_now in settled.values() for key in before_and_now}
    return Changed(set(changed), keys, moved | set(settled))


IS_ERASED = "person is not null and email is null and phone is null and name is null"
"""A customer of whom nothing but the person is left has been erased, here or where the log comes from."""


def _erased(known: Row) -> bool:
    """The same of (email, phone, name, language, country, person)."""
    email, phone, name, _, _, person = known
    return person is not None and email is None and phone is None and name is None


def settle(
    cursor: CursorWrapper,
    shop_id: int,
    *,
    people: Iterable[str | None],
    emails: Iterable[str | None],
    phones: Iterable[str | None],
    names: Iterable[str],
) -> dict[int, tuple[str, str]]:
    """Give everybody who is or was one with these the right person key; returns {id: (key before, key now)}."""
    around = _everybody_around(cursor, shop_id, [set(people), set(emails), set(phones), set(names)])
    changed: dict[int, tuple[str, str]] = {}
    for group in _groups(around):
        key = _key_of(group)
        changed |= {one.pk: (one.person_key, key) for one in group if one.person_key != key}
    cursor.executemany(
        "update record_customer set person_key = %s where id = %s", [(now, pk) for pk, (_, now) in changed.items()]
    )
    return changed


def _everybody_around(cursor: CursorWrapper, shop_id: int, wanted: list[set[str | None]]) -> list[Known]:
    """The customers that share a person, e-mail address or phone number with these, and with those, and so on."""
    columns = ("person", "email_key", "phone", "external_id")
    asked: list[set[str | None]] = [{None}, {None}, {None}, {None}]
    around: dict[int, Known] = {}
    while new := [
        (column, values - seen) for column, values, seen in zip(columns, wanted, asked, strict=True) if values - seen
    ]:
        asked = [seen | values for values, seen in zip(wanted, asked, strict=True)]
        for column, values in new:
            cursor.execute(
                "select id, external_id, email_key, phone, person, person_key from record_customer "
                f"where shop_id = %s and {column} is not null and {column} in {listed_texts()}",
                [shop_id, listing(values)],
            )
            around |= {row[0]: Known(*row) for row in cursor.fetchall()}
        wanted = [
            {one.person for one in around.values()},
            {one.email_key for one in around.values()},
            {one.phone for one in around.values()},
            asked[3],
        ]
    return list(around.values())


def _groups(customers: list[Known]) -> list[list[Known]]:
    """The customers by person."""
    leader = {one.pk: one.pk for one in customers}

    def find(pk: int) -> int:
        while leader[pk] != pk:
            leader[pk] = leader[leader[pk]]
            pk = leader[pk]
        return pk

    for name in ("person", "email_key"):
        first: dict[str, int] = {}
        for one in customers:
            if (value := getattr(one, name)) is not None:
                leader[find(one.pk)] = find(first.setdefault(value, one.pk))
    by_phone: dict[str, list[Known]] = defaultdict(list)
    for one in customers:
        if one.phone is not None:
            by_phone[one.phone].append(one)
    for sharing in by_phone.values():
        whose = min(sharing, key=lambda one: (one.email_key is None, one.external_id))
        for one in sharing:
            if one.email_key is None:
                leader[find(one.pk)] = find(whose.pk)
    groups: dict[int, list[Known]] = defaultdict(list)
    for one in customers:
        groups[find(one.pk)].append(one)
    return list(groups.values())


def _key_of(group: list[Known]) -> str:
    """A key that depends on nothing but who is in the group."""
    for kind, values in (
        ("person", [one.person for one in group if one.person]),
        ("email", [one.email_key for one in group if one.email_key]),
        ("phone", [one.phone for one in group if one.phone]),
    ):
        if values:
            return f"{kind}:{min(values)}"
    return alone_key(min(one.external_id for one in group))


def _known(cursor: CursorWrapper, shop_id: int, names: Iterable[str]) -> dict[str, Row]:
    if not (wanted := list(names)):
        return {}
    cursor.execute(
        "select external_id, id, email, phone, name, language, country, person from record_customer "
        f"where shop_id = %s and external_id in {listed_texts()}",
        [shop_id, listing(wanted)],
    )
    return {row[0]: row[1:] for row in cursor.fetchall()}
