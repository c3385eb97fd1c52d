"""What an entry, a key, the ledger, a page, a feed and a webhook are."""
