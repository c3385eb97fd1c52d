"""The vault: personal data is sealed before it is stored, under a key of its own person.

Owns: vault_keys, vault_subjects, vault_deks, vault_ring, vault_workers, vault_merges,
vault_quarantine, vault_late_opens, vault_wraps, vault_scopes
Announces: KeysChanged
Listens: its own announcement, which ``app`` hands to each worker's attendance
Invariants: every sealed value names its key and version; a value opens only in the table, column
and row it was sealed for; nothing is sealed without a ground on file; a destroyed key stays so;
behind a raised floor and its barrier nothing new comes under an older key.
"""
