"""The gate's rules. Pure: doors, decisions, what a policy must say, and what people are told."""
