"""What a run of the upgrade is: its states, its plan, and what goes wrong with it."""
