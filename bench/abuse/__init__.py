"""``python -m bench abuse``: scripted sign-ups among people, against a real house.

The house is whole (its server, its PostgreSQL, its jobs), asked over HTTP in this process by way of
a trusted proxy, on a clock that we move: a day passes in minutes. Who comes, and how, is in
``people.py`` and ``farms.py``; nothing there was fitted to what screening looks for, and the style
``mimic`` was written after screening's numbers were fixed.
"""
