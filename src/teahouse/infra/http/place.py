"""Where somebody comes from, as far as others may be told: a network, and no subscriber."""

import ipaddress

_V4_PREFIX, _V6_PREFIX = 24, 48


def place_of(address: str) -> str:
    """Return the part of an address that tells a network and no subscriber; "" when unknown."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    prefix = _V4_PREFIX if found.version == 4 else _V6_PREFIX
    return str(ipaddress.ip_network((found, prefix), strict=False))
