"""The waiting list: who asked to be told when they may register, in the order in which they asked.

A place is had with a contact that was proved, and one consent of its own; it is told with a ticket.
A turn is a pass of the gate, good for one person and two days [R-043].

Owns: waitlist_lines, waitlist_places, waitlist_gaps, waitlist_calls

Announces: nothing

Listens: nothing

Invariants: nobody is passed over, and nobody is called before those who joined earlier. A contact
has one place in a line. It is erased when the account is made, when its owner leaves, and once they
were told that their turn has passed. While people wait, the gate knows it.
"""
