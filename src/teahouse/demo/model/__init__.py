"""The town on paper: who lives there, where they meet, what they say, and how it all looks."""
