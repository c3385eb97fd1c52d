"""What a report says and how it is proved; the sinks; the order after a theft. All of it is pure."""
