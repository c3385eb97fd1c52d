"""What the vault counts for ``/metrics``."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

from teahouse.infra.vault.model import WRAPS_ALARM


class VaultMeters:
    """Counters, kept in ``registry`` or, without one, to themselves."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        kept = registry or CollectorRegistry()
        self.seals = Counter("teahouse_vault_seals", "Values sealed", registry=kept)
        self.opens = Counter("teahouse_vault_opens", "Values opened", registry=kept)
        self.no_ground = Counter(
            "teahouse_vault_no_ground", "Writes refused without a ground", registry=kept
        )
        self.unknown_key = Counter(
            "teahouse_vault_unknown_key", "Values naming a key that is not here", registry=kept
        )
        self.tampered = Counter("teahouse_vault_tampered", "Values changed or moved", registry=kept)
        self.keys_rolled = Counter(
            "teahouse_vault_keys_rolled", "Data keys replaced at their nonce budget", registry=kept
        )
        self.wraps = Gauge(
            "teahouse_vault_wraps", "Wraps by the key that wraps keys, of 2^32", registry=kept
        )
        self.wraps_alarm = Gauge(
            "teahouse_vault_wraps_alarm", "1 when they are half of what is safe", registry=kept
        )

    def watch_wraps(self, wraps: Callable[[], int]) -> None:
        """Tell how often the key that wraps keys has done so."""
        self.wraps.set_function(wraps)
        self.wraps_alarm.set_function(lambda: float(wraps() >= WRAPS_ALARM))
