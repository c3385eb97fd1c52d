"""The security upgrade, measured: alone, under people, killed again and again, and beside a peer.

``alone`` seals and indexes a house anew with nobody about. ``run`` is the whole, with people about
and registration open. ``kills`` ends its processes at random. ``peer`` is one task done by another
tool, too. ``fill`` writes the accounts, ``people`` are the load, ``hands`` the run's processes,
and ``steps`` what is done to the keys.
"""
