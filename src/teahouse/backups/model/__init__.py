"""What a back-up says of itself, and the ledger of erasures: pure."""
