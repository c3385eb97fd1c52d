"""The rules of yearly reports: their life as a table, what they tell, and how they read."""
