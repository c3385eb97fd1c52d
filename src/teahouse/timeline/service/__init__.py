"""The timeline's verbs: add events, say things, read, erase."""
