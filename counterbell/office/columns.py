"""What a column of a table may tell, and which column tells it, guessed from the names of columns."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later


@dataclass(frozen=True)
class Target:
    """Something that a table may tell: its place in a mapping, how people call it, how headers do."""

    key: str
    label: Promise
    headers: tuple[str, ...]
    needed: bool = False


OF_ANY = (
    Target("ticket.subject", later("Subject"), ("subject", "title", "objet", "sujet", "titre", "subjek", "judul")),
    Target("ticket.tags", later("Tags"), ("tags", "labels", "etiquettes", "mots cles", "label", "tag")),
    Target("ticket.store", later("Store"),
        ("store", "shop", "brand", "magasin",
         "boutique", "marque", "toko", "merek"),
    ),
    Target("ticket.priority", later("Priority"), ("priority", "priorite", "prioritas")),
    Target("ticket.language", later("Language"), ("language", "locale", "langue", "bahasa")),
    Target(
        "customer.email",
        later("Customer's e-mail address"),
        (
            "customer email", "requester email", "email", "e mail", "client email", "email client", "courriel",
            "adresse e mail", "mail", "surel", "email pelanggan", "from",
        ),
    ),
    Target(
        "customer.name",
        later("Customer's name"),
        (
            "customer name", "requester", "requester name", "customer",
            "client", "nom du client", "pelanggan", "nama pelanggan",
        ),
    ),
    Target("customer.phone", later("Customer's phone number"),
        ("customer phone", "phone",
         "telephone", "telepon", "no hp"),
    ),
    Target("customer.id", later("Customer's id"), ("customer id", "requester id", "id client", "id pelanggan")),
)  # fmt: skip

CHANNEL = Target(
    "ticket.channel",
    later("Channel"),
    ("channel", "initial channel", "via", "ticket channel", "canal", "kanal", "saluran", "source"),
)

TICKETS = (
    Target(
        "ticket.id",
        later("Ticket's id"),
        (
            "ticket id", "id", "ticket", "ticket number", "number", "case number", "case id", "numero", "no ticket",
            "id du ticket", "numero du ticket", "id tiket", "nomor tiket", "no tiket",
        ),
        needed=True,
    ),
    Target(
        "ticket.created_at",
        later("Created at"),
        (
            "created at", "created", "creation date", "created date", "created datetime", "date created", "opened at",
            "date de creation", "cree le", "ouvert le", "dibuat", "dibuat pada", "tanggal dibuat", "waktu dibuat",
            "requested", "date",
        ),
        needed=True,
    ),
    CHANNEL,
    Target("ticket.status", later("Status"), ("status", "state", "ticket status", "statut", "etat", "status tiket")),
    Target(
        "ticket.closed_at",
        later("Closed at"),
        (
            "closed at", "closed", "closed date", "closed datetime", "solved at", "solved", "resolved at", "resolved",
            "date closed", "resolution date", "date de cloture", "date de fermeture", "ferme le", "resolu le",
            "ditutup", "ditutup pada", "tanggal ditutup", "selesai pada", "tanggal selesai",
        ),
    ),
    Target(
        "ticket.assignee",
        later("Agent"),
        (
            "assignee", "assignee name", "agent", "agent name", "assigned to", "owner", "assigne a", "agent assigne",
            "attribue a", "agen", "nama agen", "ditugaskan ke",
        ),
    ),
    Target("ticket.team", later("Team"), ("team", "group", "assignee team", "equipe", "groupe", "tim", "grup")),
    Target(
        "ticket.first_reply_at",
        later("First replied at"),
        (
            "first reply at", "first response at", "first replied at", "first response date", "premiere reponse le",
            "premiere reponse", "balasan pertama",
        ),
    ),
    Target(
        "ticket.score",
        later("Score, 1 to 5"),
        ("score", "csat", "survey score", "satisfaction score", "rating", "note", "satisfaction", "nilai", "penilaian"),
    ),
    Target(
        "ticket.comment",
        later("Comment on the score"),
        ("comment", "survey comment", "satisfaction comment", "commentaire", "komentar"),
    ),
    *OF_ANY,
)  # fmt: skip

MESSAGES = (
    Target(
        "ticket.id",
        later("Ticket's id"),
        ("ticket id", "ticket", "conversation id", "conversation", "id du ticket", "id tiket", "thread id"),
        needed=True,
    ),
    Target("message.id", later("Message's id"), ("message id", "id", "id du message", "id pesan"), needed=True),
    Target(
        "message.at",
        later("Written at"),
        (
            "sent at", "created at", "date", "time", "timestamp", "sent",
            "created", "envoye le", "date d envoi", "waktu", "dikirim",
        ),
        needed=True,
    ),
    Target(
        "message.by",
        later("Customer or agent"),
        (
            "by", "sender type", "author type", "from agent", "role",
            "type", "type d auteur", "jenis pengirim", "direction",
        ),
        needed=True,
    ),
    Target("message.author", later("Author's id"),
        ("author id", "sender id", "author", "sender",
         "auteur", "pengirim", "agent"),
    ),
    Target("message.text", later("Text"),
        ("text", "body", "message", "content", "texte",
         "contenu", "teks", "isi", "pesan"),
    ),
    Target("message.public", later("Public or not"), ("public", "is public", "visible", "publik")),
    CHANNEL,
    *OF_ANY,
)  # fmt: skip

LAYOUTS: dict[str, tuple[Target, ...]] = {"tickets": TICKETS, "messages": MESSAGES}

STATUSES = {
    "open": "open", "new": "open", "ouvert": "open", "nouveau": "open", "en cours": "open", "terbuka": "open",
    "buka": "open", "baru": "open", "in progress": "open", "reopened": "open",
    "pending": "pending", "on hold": "pending", "hold": "pending", "waiting": "pending", "en attente": "pending",
    "menunggu": "pending", "tertunda": "pending", "waiting on customer": "pending",
    "snoozed": "snoozed", "reporte": "snoozed", "reporté": "snoozed", "ditunda": "snoozed",
    "closed": "closed", "solved": "closed", "resolved": "closed", "done": "closed", "ferme": "closed",
    "fermé": "closed", "clos": "closed", "clôturé": "closed", "resolu": "closed", "résolu": "closed",
    "ditutup": "closed", "tertutup": "closed", "selesai": "closed", "terselesaikan": "closed",
}  # fmt: skip
"""What helpdesks call the statuses, in three languages."""

AUTHORS = {
    "customer": "customer", "client": "customer", "end-user": "customer", "end user": "customer", "user": "customer",
    "requester": "customer", "contact": "customer", "inbound": "customer", "incoming": "customer", "false": "customer",
    "pelanggan": "customer", "no": "customer", "0": "customer",
    "agent": "agent", "admin": "agent", "staff": "agent", "operator": "agent", "outbound": "agent",
    "outgoing": "agent", "true": "agent", "agen": "agent", "yes": "agent", "1": "agent", "support": "agent",
    "bot": "automation", "automation": "automation", "system": "automation", "rule": "automation",
    "automatique": "automation", "otomatis": "automation",
}  # fmt: skip

CHANNELS = {
    "e-mail": "email", "mail": "email", "courriel": "email", "surel": "email", "web": "contact_form",
    "web form": "contact_form", "formulaire": "contact_form", "contact form": "contact_form", "telephone": "phone",
    "téléphone": "phone", "telepon": "phone", "voice": "phone", "live chat": "chat", "messaging": "chat",
    "obrolan": "chat", "tchat": "chat",
}  # fmt: skip


def guess_layout(header: Sequence[str]) -> str:
    """One row a message where a column has its text or its author's kind, else one row a ticket."""
    named = {plain(column) for column in header}
    telling = {"message id", "body", "sender type", "author type", "from agent", "id pesan", "id du message"}
    return "messages" if named & telling else "tickets"


def guess(layout: str, header: Sequence[str]) -> dict[str, str]:
    """For each target the column that seems to tell it; a column tells one thing only."""
    free = {plain(column): column for column in reversed(header) if plain(column)}
    guessed: dict[str, str] = {}
    places = [
        (place, target, name) for target in LAYOUTS[layout] for place, name in enumerate(target.headers) if name in free
    ]
    for _place, target, name in sorted(places, key=lambda one: (not one[1].needed, one[0])):
        if target.key not in guessed and name in free:
            guessed[target.key] = free.pop(name)
    return guessed


def plain(header: str) -> str:
    """A column's name without case, accents and signs."""
    bare = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", bare))
