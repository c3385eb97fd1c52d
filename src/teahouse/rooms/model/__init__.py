"""The rules of rooms, as values: versions, state, power, authorisation, redaction, creation."""
