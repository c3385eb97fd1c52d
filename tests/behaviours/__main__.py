"""Write ``docs/behaviours.md``; ``make gen`` runs it."""

from tests.behaviours.register import page
from tests.house.source import ROOT

(ROOT / "docs" / "behaviours.md").write_text(page(), "utf-8")
