import type { IconName } from "../../design/icons";
import type { Key } from "../../i18n/index.svelte";

/** The gate; who comes in by it; who is in; what is decided; authorities; what is answered for; the house. */
export const GROUPS: readonly (readonly [string, Key, IconName])[][] = [
  [
    ["gate", "admin.gate.title", "gate"],
    ["live", "admin.live.title", "pulse"],
    ["notices", "admin.notices.title", "globe"],
    ["history", "admin.history.title", "clock"],
    ["regimes", "admin.regimes.title", "scales"],
  ],
  [
    ["waitlist", "admin.wait.title", "list"],
    ["approvals", "admin.approvals.title", "check"],
    ["invites", "admin.invites.title", "invite"],
    ["rules", "admin.rules.title", "shield"],
    ["stages", "admin.stages.title", "seen"],
    ["imports", "admin.imports.title", "down"],
  ],
  [
    ["accounts", "admin.accounts.title", "contacts"],
    ["recoveries", "admin.recoveries.title", "key"],
    ["requests", "admin.requests.title", "file"],
    ["minors", "admin.minors.title", "group"],
    ["refunds", "admin.refunds.title", "receipt"],
    ["unsealings", "admin.unsealing.title", "seen"],
  ],
  [
    ["complaints", "admin.complaints.title", "shield"],
    ["cases", "admin.cases.title", "scales"],
    ["rulings", "admin.ruling.title", "receipt"],
    ["detectors", "admin.detectors.title", "search"],
    ["campaigns", "admin.campaign.title", "clock"],
  ],
  [
    ["orders", "admin.order.title", "receipt"],
    ["disclosures", "admin.disclosure.title", "file"],
    ["holds", "admin.hold.title", "pin"],
    ["listings", "admin.listing.title", "down"],
    ["findings", "admin.findings.title", "scales"],
    ["visits", "admin.visit.title", "seen"],
  ],
  [
    ["incidents", "admin.incident.title", "alert"],
    ["breaches", "admin.breach.title", "alert"],
    ["assessments", "admin.assess.title", "check"],
    ["registers", "admin.registers.title", "list"],
    ["thresholds", "admin.thresholds.title", "group"],
    ["reports", "admin.report.title", "receipt"],
  ],
  [
    ["operators", "admin.operators.title", "group"],
    ["adapters", "admin.adapters.title", "send"],
    ["house", "admin.house.title", "house"],
    ["storage", "admin.storage.title", "down"],
    ["upgrades", "admin.upgrade.title", "retry"],
    ["audit", "admin.audit.title", "receipt"],
    ["security", "admin.security.title", "key"],
  ],
];

const TITLES = new Map(GROUPS.flat().map(([id, key]) => [id, key]));

/** What a page of the console is called; nothing for one that this console does not have. */
export const placeKey = (id: string): Key | undefined => TITLES.get(id);
