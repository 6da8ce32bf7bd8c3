"""Mail servers that shops have named for their own addresses, instead of the installation's way out."""

from counterbell.accounts.models import Shop
from counterbell.credentials import decrypted, encrypted
from counterbell.errors import Problem
from counterbell.record.said import kept

from . import addresses, oauth, servers
from .carriers import NoWay, Server
from .models import OwnServer
from .ways import Way

PORTS = {"tls": 465, "starttls": 587, "off": 25}


def tried(shop: Shop, address: str, *, host: str, port: int | None, tls: str, user: str, password: str) -> OwnServer:
    """That server, signed in to once, and not kept yet: no transaction waits for it. Raises Problem."""
    bare = addresses.bare(addresses.address(address))
    servers.check_encryption(host, tls)
    told = {
        "host": host.strip(),
        "port": port or PORTS[tls],
        "tls": tls,
        "user": user or bare,
        "secret": encrypted(password),
        "error": "",
        "said": None,
    }
    server = OwnServer(shop=shop, address=bare, **told)
    _try(server)
    return server


def keep(server: OwnServer) -> None:
    """Let mails from its address leave by that server, which has been tried."""
    kept = ("host", "port", "tls", "user", "secret", "error", "said")
    told = {name: getattr(server, name) for name in kept}
    OwnServer.objects.update_or_create(shop=server.shop, address=server.address, defaults=told)


def keep_by_consent(shop: Shop, address: str, place: oauth.Place, user: str) -> None:
    """Let mails from that address leave by the provider's server, which lets in by the address's consent."""
    told = {
        "host": place.host,
        "port": place.port,
        "tls": place.tls,
        "user": user,
        "secret": "",
        "error": "",
        "said": None,
    }
    OwnServer.objects.update_or_create(shop=shop, address=addresses.bare(address), defaults=told)


def _try(server: OwnServer) -> None:
    told = way_of(server)
    within = {"timeout": servers.PATIENCE_SECONDS, "longest": servers.LONGEST_SECONDS}
    carrying = Server(Way(told.scheme, {**told.given, **within}, told.secrets))
    try:
        carrying.reach()
    except NoWay as trouble:
        raise Problem(str(trouble)) from None
    finally:
        carrying.close()


def remove(shop: Shop, address: str) -> bool:
    """Let mails from that address leave by the installation's way again; returns whether they did not."""
    return OwnServer.objects.filter(shop=shop, address=addresses.bare(address)).delete()[0] > 0


def of(shop: Shop, address: str) -> OwnServer | None:
    """The server of that address, if it has one of its own."""
    return OwnServer.objects.filter(shop=shop, address=addresses.bare(address)).first()


def all_of_them() -> dict[tuple[int, str], OwnServer]:
    """All servers of all shops, by the shop's number and the address."""
    return {(server.shop_id, server.address): server for server in OwnServer.objects.select_related("shop")}


def note(server: OwnServer, why: str) -> None:
    """Keep why nothing could go out by it; nothing where something could."""
    OwnServer.objects.filter(pk=server.pk).update(error=why, said=kept(why))


def way_of(server: OwnServer) -> Way:
    """The server as a way out. Raises Problem when its password was encrypted with another key."""
    password = decrypted(server.secret) if server.secret else ""
    given = {
        "host": server.host,
        "port": server.port,
        "username": server.user,
        "password": password,
        "use_ssl": server.tls == "tls",
        "use_tls": server.tls == "starttls",
        "careful": True,
    }
    if not server.secret:
        given["consent"] = oauth.of(server.shop, server.address)
    return Way("smtp", given, tuple(filter(None, [password])))
