"""Previews: what a page that somebody links to says of itself, so that clients need not ask it.

Owns: previews_pages
Announces: nothing
Listens: nothing
Invariants: nothing is fetched unless operators let it be, nothing from inside, and nothing from a
host that they named. Who asked for a page is not kept; the page is found by its address's digest and
forgotten within a day, its picture with it. A picture is drawn anew before it is served.
"""
