"""The routes of membership."""
