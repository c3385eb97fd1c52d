"""The security upgrade, measured: alone, under people, killed again and again, and beside a peer.

``run`` is the whole, with people about and registration open: ``operators`` plan it by the API, the
product does it. ``kills`` ends the processes of such runs at random. ``races`` has two sign up with
one number while the index key changes. ``alone`` seals and indexes a house anew with nobody about,
``peer`` is one task done by another tool, too. ``fill`` writes the accounts, ``people`` are the load.
"""
