"""Which addresses are outside: those a stranger's URL may make us connect to."""

import ipaddress

_INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96",  # NAT64: any IPv4 address may stand behind it
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local
        "192.88.99.0/24",
    )
]


def is_outside(address: str) -> bool:
    """Tell whether ``address`` is a public unicast one; anything unclear is not.

    Private, loopback, link-local, shared (CGNAT), multicast, reserved, documentation and
    unspecified ones are inside, and so are all that wrap an IPv4 address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    return not any(parsed in network for network in _INSIDE if network.version == parsed.version)
