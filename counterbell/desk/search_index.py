"""The words of each ticket, as the database finds them: FTS5 on SQLite, a tsvector on PostgreSQL.

Both get the same words, made here (`words.py`), so both find the same. The record is only read: what is new in it is
taken up in the order of its rows, under the lock of the shop's writers, so that nothing is passed by. When a person is
erased or renamed, triggers say which tickets are to be read again.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from counterbell.accounts.models import Shop
from counterbell.record.models import Message, Ticket
from counterbell.record.sql import listed_numbers, listing, one_at_a_time

from .models import SearchProgress, StaleSearch
from .words import words_of

AT_A_TIME = 400
"""Rows of the record in one transaction: nobody who writes waits for long."""


def of_shop(shop: Shop) -> str:
    """The word that every ticket of the shop has, and no other."""
    return f"0shop{shop.pk}"


def take_up_all(at: datetime) -> int:
    """Bring the search of every shop up to date; returns how many tickets were read."""
    return sum(take_up(shop) for shop in Shop.objects.order_by("pk"))


def take_up(shop: Shop) -> int:
    """Bring the search of the shop up to date; returns how many tickets were read."""
    read = 0
    while not _is_up_to_date(shop):
        read += _take_up_some(shop)
    return read


def _newest() -> tuple[int, int]:
    newest = [model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (Ticket, Message)]
    return newest[0], newest[1]


def _is_up_to_date(shop: Shop) -> bool:
    progress = SearchProgress.objects.filter(shop=shop).first()
    reached = progress is not None and (progress.ticket, progress.message) == _newest()
    return reached and not StaleSearch.objects.filter(shop_id=shop.pk).exists()


@transaction.atomic
def _take_up_some(shop: Shop) -> int:
    with connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
    progress, _new = SearchProgress.objects.get_or_create(shop=shop)
    newest_ticket, newest_message = _newest()
    tickets = _after(Ticket, shop, progress.ticket, "pk")
    messages = _after(Message, shop, progress.message, "ticket")
    stale = list(StaleSearch.objects.filter(shop_id=shop.pk)[:AT_A_TIME])
    wanted = {ticket for _row, ticket in (*tickets, *messages)} | {row.ticket_id for row in stale}
    _read_again(shop, wanted)
    StaleSearch.objects.filter(pk__in=[row.pk for row in stale]).delete()
    progress.ticket = tickets[-1][0] if len(tickets) == AT_A_TIME else newest_ticket
    progress.message = messages[-1][0] if len(messages) == AT_A_TIME else newest_message
    progress.save()
    if stale and connection.vendor == "sqlite":
        _forget_for_good()
    return len(wanted)


def _after(model: type[Ticket] | type[Message], shop: Shop, row: int, ticket: str) -> list[tuple[int, int]]:
    """The next rows of the shop, with their tickets."""
    following = model.objects.filter(shop=shop, pk__gt=row).order_by("pk")
    return list(following.values_list("pk", ticket)[:AT_A_TIME])


def _read_again(shop: Shop, tickets: Iterable[int]) -> None:
    texts: dict[int, list[str | None]] = {}
    told = Ticket.objects.filter(shop=shop, pk__in=list(tickets))
    for pk, number, *of_ticket in told.values_list(
        "pk", "external_id", "subject", "customer__name", "customer__email", "customer__phone"
    ):
        texts[pk] = [number, *of_ticket]
    for ticket, text in Message.objects.filter(ticket__in=list(texts)).order_by("pk").values_list("ticket", "text"):
        texts[ticket].append(text)
    rows = [(pk, [of_shop(shop), *words_of(said)]) for pk, said in texts.items()]
    with connection.cursor() as cursor:
        column = "ticket_id" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"delete from desk_search where {column} in {listed_numbers()}", [listing(texts)])
        if connection.vendor == "postgresql":
            sql = "insert into desk_search (ticket_id, words) values (%s, array_to_tsvector(%s::text[]))"
            cursor.executemany(sql, rows)
        else:
            sql = "insert into desk_search (rowid, words) values (%s, %s)"
            cursor.executemany(sql, [(pk, " ".join(words)) for pk, words in rows])


def _forget_for_good() -> None:
    """Let FTS5 put its index in order, by which deleted words leave the file."""
    with connection.cursor() as cursor:
        cursor.execute("insert into desk_search (desk_search) values ('optimize')")


def matching(shop: Shop, words: list[str], most: int) -> list[int]:
    """The shop's tickets that have all the words, the last one as the beginning of a word; the newest first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = " & ".join([*(f"'{word}'" for word in [of_shop(shop), *words[:-1]]), f"'{words[-1]}':*"])
            found, key = "words @@ %s::tsquery", "ticket_id"
        else:
            asked = " AND ".join([*(f'"{word}"' for word in [of_shop(shop), *words[:-1]]), f'"{words[-1]}"*'])
            found, key = "desk_search match %s", "rowid"
        cursor.execute(f"select {key} from desk_search where {found} order by {key} desc limit %s", [asked, most])
        return [row[0] for row in cursor.fetchall()]
