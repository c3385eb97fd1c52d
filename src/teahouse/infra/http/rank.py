"""How important a request is when not all can be served."""

import enum


class Rank(enum.IntEnum):
    """What is served first, from the most important on (DAGOR's business priority).

    Nobody chooses it for a route of their own: ``app/ranks.py`` says it for all.
    """

    HOUSE = 0  # whoever runs or watches the house: never refused
    SIGN_IN = 1  # coming in and going out, and paying
    TALK = 2  # what is said, and hearing it
    READ = 3  # what was said before
    SEEK = 4  # looking for something
    JOIN = 5  # what leads to a new account
