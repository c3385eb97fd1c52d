"""For a process that does nothing but sweep."""

import gc

YOUNG_MAX = 50_000  # of new things, before the collector looks at them


def collect_seldom() -> None:
    """Have the collector of circles look seldom, and never again at what is there already.

    A sweep makes many small things and no circles among them. To look for some after every few
    hundred things costs a third of all the time, as was measured.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 100)
