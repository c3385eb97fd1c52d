"""The import contract that import-linter does not ship: a domain's private files stay private."""

from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class PrivateFiles(Contract):
    """Files named in ``private`` may be imported only from inside their own domain."""

    root = fields.StringField()
    private = fields.ListField(subfield=fields.StringField())
    open_to = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        """Collect every import that reaches into another domain's private file."""
        root = str(self.root)  # a field is declared as itself and read as its value
        depth = len(root.split("."))
        broken: list[tuple[str, str]] = []
        for target in sorted(graph.modules):
            parts = target.split(".")
            inside = target.startswith(root + ".") and len(parts) > depth + 1
            if (
                not inside
                or parts[depth] in ("infra", "cli")
                or parts[depth + 1] not in self.private
            ):
                continue
            home = f"{root}.{parts[depth]}"
            for importer in sorted(graph.find_modules_that_directly_import(target)):
                at_home = importer == home or importer.startswith(home + ".")
                if not at_home and importer not in self.open_to:
                    broken.append((importer, target))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say what to do instead."""
        for importer, target in check.metadata["broken"]:
            output.print_error(f"{importer} reaches into {target}; call that domain's service.")
