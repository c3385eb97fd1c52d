"""The gate's rules. Pure: doors, decisions, what a policy must say, the steps of a registration."""
