"""The rules of orders: the procedure, what an order says, whom it reaches. All of it is pure."""
