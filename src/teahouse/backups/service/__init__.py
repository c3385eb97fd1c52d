"""Making back-ups, bringing them back, the ledger, and which ones are known."""
