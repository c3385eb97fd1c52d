/** What the client believes of the server's answers and takes for its questions, against the wire. */
import { describe, expectTypeOf, it } from "vitest";
import type { Finish } from "./accounts/api/registrations";
import type { Account } from "./accounts/api/sessions";
import type { AccountDetail, FoundAccount } from "./admin/api/accounts";
import type { AuditEntry } from "./admin/api/audit";
import type {
  Cell,
  Change,
  Draft,
  Given,
  InviteDraft,
  InviteUse,
  Policy,
  Preview,
  Suggestion,
} from "./admin/api/gate";
import type { Operator, SetupBegun, SetupLink } from "./admin/api/operators";
import type { Finding } from "./admin/api/screening";
import type { PolicyItem } from "./consent/api/policy";
import type { Receipt } from "./consent/api/receipts";
import type * as Wire from "./wire.gen";

/** An answer holds every field, also those that a question might leave out. */
type Told<T> = T extends (infer One)[]
  ? Told<One>[]
  : T extends object
    ? { [Key in keyof T]-?: Told<T[Key]> }
    : T;

describe("what the server answers", () => {
  it("is what the client reads", () => {
    expectTypeOf<Told<Wire.AccountOut>>().toExtend<Account>();
    expectTypeOf<Told<Wire.ItemWire>>().toExtend<Omit<PolicyItem, "necessity">>();
    expectTypeOf<Told<Wire.ReceiptWire>>().toExtend<Receipt>();
  });

  it("is what the console reads", () => {
    expectTypeOf<Told<Wire.Cell>>().toExtend<Cell>();
    expectTypeOf<Told<Wire.Change>>().toExtend<Change>();
    expectTypeOf<Told<Wire.Policy>>().toExtend<Policy>();
    expectTypeOf<Told<Wire.Preview>>().toExtend<Preview>();
    expectTypeOf<Told<Wire.Suggestion>>().toExtend<Suggestion>();
    expectTypeOf<Told<Wire.Given>>().toExtend<Given>();
    expectTypeOf<Told<Wire.Use>>().toExtend<InviteUse>();
    expectTypeOf<Told<Wire.ScreeningFinding>>().toExtend<Finding>();
    expectTypeOf<Told<Wire.OperatorOut>>().toExtend<Omit<Operator, "role">>();
    expectTypeOf<Told<Wire.SetupBegun>>().toExtend<SetupBegun>();
    expectTypeOf<Told<Wire.SetupLink>>().toExtend<SetupLink>();
    expectTypeOf<Told<Wire.EntryOut>>().toExtend<Omit<AuditEntry, "detail" | "reach">>();
    expectTypeOf<Told<Wire.FoundOut>>().toExtend<Omit<FoundAccount, "state">>();
    expectTypeOf<Told<Wire.FoundDetailOut>>().toExtend<Omit<AccountDetail, "account">>();
  });
});

describe("what the client asks", () => {
  it("is what the server takes", () => {
    expectTypeOf<Finish>().toExtend<Wire.FinishBody>();
    expectTypeOf<Draft>().toExtend<Wire.DraftBody>();
    expectTypeOf<InviteDraft>().toExtend<Wire.InviteBody>();
  });
});
