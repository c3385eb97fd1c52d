"""End-to-end encryption: keys that devices show each other, and letters between devices.

What is kept here is public, or is ciphertext that only a device opens. Everything of a device ends
with its session, in the same transaction.

Owns: encryption_devices, encryption_one_time_keys, encryption_fallback_keys, encryption_cross_keys,
encryption_signatures, encryption_changes, encryption_letters, encryption_transactions

Announces: DeviceKeysChanged, KeyStockChanged, LettersSent

Listens: SessionOpened, SessionEnded, DeviceRenamed, and its own announcements, so that no worker
tells an old count or overlooks a letter

Invariants: a one-time key is given out once; a letter is kept until its device has shown, by the
place it goes on from, that it has it; a signature by a user-signing key is shown to its signer alone.
"""
