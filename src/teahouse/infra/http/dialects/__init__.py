"""How each API says no. A dialect turns a ``Refused`` into a status and a body."""
