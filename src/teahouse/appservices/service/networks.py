"""Other networks, as the services that bridge them tell of them ("Third-party networks").

What a service answers is looked at before it is told on: of another shape than the specification's
it is nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.appservices.model import (
    NETWORKS_KEPT_FOR,
    NETWORKS_KEPT_MAX,
    FoundPerson,
    FoundPlace,
    Network,
    NoSuchNetwork,
    Service,
    instance_of,
)
from teahouse.appservices.service.asking import Asking
from teahouse.appservices.service.registry import Registry
from teahouse.clock import Clock

Found = FoundPerson | FoundPlace


@dataclass(frozen=True, repr=False)
class Networks:
    """Knows what is bridged, and where somebody or something of another network is."""

    registry: Registry
    asking: Asking
    clock: Clock
    _kept: dict[tuple[str, str], tuple[datetime, Network]] = field(
        default_factory=dict[tuple[str, str], tuple[datetime, Network]]
    )

    async def every(self) -> dict[str, Network]:
        """Return the protocols that are bridged; without those of which no service tells now."""
        names = sorted({name for one in await self._bridging() for name in one.kept.protocols})
        told = await asyncio.gather(*(self._of(name) for name in names))
        return {name: one for name, one in zip(names, told, strict=True) if one is not None}

    async def one(self, protocol: str) -> Network:
        """Return what is told of a protocol. Raises ``NoSuchNetwork``."""
        found = await self._of(protocol)
        if found is None:
            raise NoSuchNetwork
        return found

    async def people(self, protocol: str | None, query: Mapping[str, str]) -> Sequence[Found]:
        """Return who is meant on another network, or by a Matrix id. Raises ``NoSuchNetwork``."""
        return await self._find("user", protocol, query, FoundPerson)

    async def places(self, protocol: str | None, query: Mapping[str, str]) -> Sequence[Found]:
        """Return which place is meant, or by which alias. Raises ``NoSuchNetwork``."""
        return await self._find("location", protocol, query, FoundPlace)

    async def _bridging(self, protocol: str | None = None) -> list[Service]:
        await self.registry.fresh()
        return [one for one in self.registry.every() if one.kept.url and one.bridges(protocol)]

    async def _of(self, protocol: str) -> Network | None:
        services = await self._bridging(protocol)
        told = await asyncio.gather(*(self._told_by(one, protocol) for one in services))
        known = [one for one in told if one is not None]
        if not known:
            return None
        every = [instance for one in known for instance in one.instances]
        return msgspec.structs.replace(known[0], instances=every)

    async def _told_by(self, service: Service, protocol: str) -> Network | None:
        """Return what one service tells of a protocol; remembered for some minutes."""
        of, now = (service.service_id, protocol), self.clock.now()
        kept = self._kept.get(of)
        if kept is not None and now < kept[0]:
            return kept[1]
        answer = await self.asking.third(service, ("protocol", protocol), {})
        try:
            told = msgspec.convert(answer, Network)
        except msgspec.ValidationError:
            return None
        found = _named(told, service.service_id)
        if len(self._kept) >= NETWORKS_KEPT_MAX:
            self._kept.clear()
        self._kept[of] = (now + NETWORKS_KEPT_FOR, found)
        return found

    async def _find(
        self, what: str, protocol: str | None, query: Mapping[str, str], shape: type[Found]
    ) -> Sequence[Found]:
        services = await self._bridging(protocol)
        place = (what,) if protocol is None else (what, protocol)
        told = await asyncio.gather(*(self.asking.third(one, place, query) for one in services))
        found = [one for answer in told for one in _of_shape(answer, shape)]
        if not found:
            raise NoSuchNetwork
        return found


def _named(network: Network, service_id: str) -> Network:
    """Return a protocol whose networks have the names by which clients ask for their rooms."""
    named = [
        msgspec.structs.replace(one, instance_id=instance_of(service_id, one.network_id))
        for one in network.instances
    ]
    return msgspec.structs.replace(network, instances=named)


def _of_shape(answer: object, shape: type[Found]) -> list[Found]:
    try:
        return msgspec.convert(answer, list[shape])
    except msgspec.ValidationError:
        return []
