"""Teahouse (茶馆): an open, self-hostable super-app platform."""
