"""Collection's verbs: keep uses, look through what was there before, take away what has none."""
