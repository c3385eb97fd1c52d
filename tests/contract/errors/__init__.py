"""Every error that the specification names for a call, and a request that provokes it.

`named.py` reads what is named out of `matrix.json`, and out of `prose.tsv` what only the prose says.
`people.py`, `rooms.py`, `keys.py` and `media.py` hold the requests, one row each; `cannot.py` says
of the rest why a server that stands alone gives no such answer. Who asks is on the `stage.py`.
"""
