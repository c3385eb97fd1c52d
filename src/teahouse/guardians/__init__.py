"""Guardians: a child's account begins with a grown-up's consent, and ends when that ends.

Somebody under 14 [PIPL 28, 31] gets a code when everything else of the registration is done, and
shows it to a guardian who has an account here. The guardian reads what is kept of a child, shows
that it is they, and agrees or declines.

Owns: guardians_asks, guardians_links

Announces: nothing

Listens: nothing

Invariants: no account of a child is made before a guardian agreed. Of the guardian nothing is asked
but their account; of the child, the month of birth, sealed, and forgotten at fourteen.
"""
