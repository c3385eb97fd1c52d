"""Orders of authorities: what is asked, by whom, on what basis; who acknowledged it; what it does here.

Owns: orders_orders, orders_steps, orders_policies, orders_workers

Announces: OrdersChanged

Listens: its own announcements, so that every worker does what is ordered, and says since when.

Invariants: the table of the procedure is total. Nothing is done before two operators have acknowledged
an order, each after seeing what it touches and what less would do. What is done is a function of the
orders in force and of the time: nothing of what was before is kept or put back, so that lifting one
leaves exactly what the others, and everybody else, have decided meanwhile. An account outside of an
order's scope is never touched by it, and nobody is signed out. Evidence is sealed.
"""
