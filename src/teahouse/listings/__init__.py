"""Listings: where the apps of the house can be had, and where an order keeps them from new people.

Owns: listings_listings, listings_holds, listings_steps

Announces: nothing

Listens: OrdersChanged

Invariants: the table of a listing's life is total. A listing is removed while anything holds it, and
becomes what it was when the last hold goes. What an order holds, only its end lets go. Nobody is signed
out and nothing that is installed stops by it: a listing is how new people come to an app.
"""
