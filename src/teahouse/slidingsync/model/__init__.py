"""Rules of sliding sync: what is asked, what a client has, which rooms a list shows."""
