"""Holds: what must not be deleted while somebody who may ask for that needs it, named one by one.

Owns: holds_holds, holds_objects, holds_kept, holds_values, holds_handings, holds_due

Announces: nothing

Listens: nothing

Invariants: the table of a hold's life is total. One operator asks, another agrees, and whoever asked does
not release it. It ends by itself on a day that is no further than a year away. It stops the deletion of
what it names, and of nothing else: what people take back is put aside under a key of the hold's own,
and is destroyed with that key when the hold ends; what was asked to be deleted meanwhile is deleted then.
It leaves the house in one way: one operator asks, another agrees, and the package opens by nobody's key but
that of whoever may have it. What messages say is in it only where the hold says that it covers that.
"""
