"""The care taken with servers that a person names: only those on the open internet are connected to.

A name is looked up once, every address it has must be public, and the connection goes to the address that was looked
at: who answers for the name cannot turn it to another machine in between.
"""

import ipaddress
import socket

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NoSuchName(OSError):
    """The name has no address, now: perhaps nobody can be asked for it at the moment."""


class NotPublic(OSError):
    """The name leads to an address that is not of the open internet."""


def public_address(host: str, port: int) -> str:
    """One of the addresses of a name, all of which are public. Raises NoSuchName and NotPublic."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoSuchName(host) from None
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic(host)
    return str(addresses[0])


def is_public(address: IPAddress) -> bool:
    """Whether it is an address of the open internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if hidden:
            return is_public(hidden)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
