"""Sliding sync: what is new in the rooms that a client looks at, and in no others.

After MSC4186, "simplified sliding sync", under its unstable name, as the clients that are about speak
it. What is new, and when to wake, ``sync`` knows; here lies what each connection has been given.

Owns: slidingsync_connections, slidingsync_rooms

Announces: nothing

Listens: nothing

Invariants: a client that applies every answer in turn holds, of each room in its windows, what a new
connection would give it; an answer that did not arrive is given again; what cannot be gone on with is
refused, and the client begins anew.
"""
