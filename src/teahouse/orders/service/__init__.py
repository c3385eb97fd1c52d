"""The verbs of orders: what people do with them, and what each worker does by them."""
