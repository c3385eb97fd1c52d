"""Write ``docs/requirements-status.md``; ``make gen`` runs it."""

from tests.house.source import ROOT
from tests.requirements.register import page

(ROOT / "docs" / "requirements-status.md").write_text(page(), "utf-8")
