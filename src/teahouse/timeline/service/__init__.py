"""The timeline's verbs: add events, come and go, make rooms, read."""
