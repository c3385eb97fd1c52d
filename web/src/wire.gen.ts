// Made by `make gen` from the server's wire structs: do not edit.

/** How old an account's person counts as, for operators. */
export interface AccountAgeWire {
  age: AgeWire;
  may: MayWire[];
  appeal: AgeAppeal | null;
}

/** One's own account. */
export interface AccountOut {
  account_id: string;
  user_id: string;
  account_class: string;
  region: string;
  state: string;
  display_name: string | null;
  avatar_url: string | null;
  phone_masked: string | null;
  email_masked: string | null;
  has_password: boolean;
  created_at: string;
}

/** Why an order is carried out, and why nothing narrower will do. */
export interface AcknowledgeBody {
  reason: string;
  answer?: string;
}

/** What bulk accounts need much of, and people little. Counted by the day, in UTC. */
export type Act = "direct_chats" | "invites" | "joins" | "public_rooms" | "searches" | "upload_bytes";

/** Why. It goes into the audit log. */
export interface ActBody {
  reason?: string;
}

/** A recommendation, or the answer to one, in both languages. */
export interface AdviceBody {
  text: Both;
}

/** A recommendation and its answer, as everybody reads them. */
export interface AdviceWire {
  advice_id: string;
  text: Both;
  given_at: string;
  answer: Both;
  answered_at: string | null;
}

/** Somebody affected, by account id, and in which tables. */
export interface Affected {
  account_id: string;
  tables: string[];
  told_at: string | null;
}

/** Some of who is affected; ``next_after`` is where the next page begins. */
export interface AffectedWire {
  affected: Affected[];
  next_after: string | null;
}

/** What somebody says of the age that they count as. */
export interface AgeAppeal {
  account_id: string;
  words: string;
  made_at: string;
}

/** What one says of the age that one counts as. */
export interface AgeAppealBody {
  words: string;
}

/** Appeals that wait, the oldest first. */
export interface AgeAppealsWire {
  appeals: AgeAppeal[];
}

/** How old somebody counts as; ``at_least: null``: nobody has told. */
export interface AgeWire {
  at_least: number | null;
  sources: string[];
  conflicting: boolean;
}

/** A guardian's consent, and the password or a code to show that it is they. */
export interface AgreeBody {
  birth_month: string;
  lang?: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** How it is stopped: ``at`` is a key or a place; ``off`` the key's value that stops it. */
export interface AlgorithmSwitch {
  kind: AlgorithmSwitchKind;
  at?: string;
  off?: string;
  why?: AlgorithmWords | null;
}

/** Who can stop it, and where. The names are stored and told. */
export type AlgorithmSwitchKind = "console" | "none" | "person" | "setting";

/** What decides, ranks or points by itself; ``runs`` is empty where each person chooses. */
export interface AlgorithmWire {
  id: string;
  name: AlgorithmWords;
  does: string;
  how: AlgorithmWords;
  data: AlgorithmWords;
  purposes: string[];
  touches: AlgorithmWords;
  person: AlgorithmWords;
  switch: AlgorithmSwitch;
  told: string;
  runs: boolean | null;
}

/** The same words in both languages. */
export interface AlgorithmWords {
  zh: string;
  en: string;
}

/** Everything that decides, ranks or points by itself in this house. */
export interface AlgorithmsWire {
  version: string;
  algorithms: AlgorithmWire[];
}

/** How much of an act is allowed today, and how much was used. */
export interface Allowance {
  act: Act;
  per_day: number;
  used: number;
}

/** A step: ``ask``, ``return``, ``publish`` or ``withdraw``. */
export interface AnnualActBody {
  act: string;
}

/** A report to begin: ``social`` or ``minors``, of a year. */
export interface AnnualBody {
  kind: string;
  year: number;
}

/** What is written, by section, in both languages. */
export interface AnnualTextsBody {
  texts: Record<string, Both>;
}

/** A report for operators; ``may``: what comes next. */
export interface AnnualWire {
  report_id: string;
  kind: string;
  year: number;
  title: Both;
  law: Both;
  figures: WordedFigure[];
  texts: WordedText[];
  state: string;
  drafted_by: string;
  counted_at: string;
  asked_by: string;
  published_by: string;
  published_at: string | null;
  may: string[];
}

/** Reports, what moved last first; the kinds that there are; recommendations. */
export interface AnnualsWire {
  reports: AnnualWire[];
  kinds: Record<string, Both>;
  advice: AdviceWire[];
}

/** The answer to a request. */
export interface AnswerBody {
  outcome: string;
  reasons: string;
}

/** An app that is signed in as somebody. */
export interface App {
  device_id: string;
  client_name: string;
  client_host: string;
  granted_at: string;
}

/** Why an app cannot be had anew, by which law, and since when. */
export interface AppNoticeWire {
  reason: Both;
  legal_basis: LegalBasis[];
  since: string;
}

/** An appeal as an operator sees it. */
export interface Appeal {
  account_id: string;
  region: string;
  version: number;
  words: string;
  appealed_at: string;
}

/** Why it should not be asked of one, or not so. */
export interface AppealBody {
  words: string;
}

/** The appeals that wait, oldest first. */
export interface AppealsWire {
  appeals: Appeal[];
}

/** The password or a code to show that it is the guardian. */
export interface AppearanceProofBody {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A review. ``hidden``: nobody sees the content now; ``may``: what the reader may do next. */
export interface AppearanceWire {
  case_id: string;
  kind: string;
  target: string;
  state: string;
  hidden: boolean;
  words: string;
  begun_at: string;
  moved_at: string;
  may: string[];
}

/** What an author says of what they have shown. */
export interface AppearanceWordsBody {
  words: string;
}

/** Reviews, the newest first. */
export interface AppearancesWire {
  appearances: AppearanceWire[];
}

/** Whether a scope needs approval; ``*`` is any. */
export interface ApprovalRuleBody {
  region?: string;
  account_class?: string;
  door?: string;
  needed?: boolean;
  asks_reason?: boolean;
}

/** The rules in force, and the reasons to choose from. */
export interface ApprovalRulesWire {
  rules: Rule[];
  templates: TemplateWire[];
}

/** The scope whose rule ends. */
export interface ApprovalScopeBody {
  region?: string;
  account_class?: string;
  door?: string;
}

/** Whether people may let other apps in: ``allow`` or ``refuse``. */
export interface AppsIn {
  apps: string;
}

/** The apps that are signed in as the caller. */
export interface AppsOut {
  apps: App[];
}

/** An account that was made for somebody, as their link shows it. */
export interface Arrival {
  user_id: string;
  expires_at: string;
  policy_version: string;
}

/** What the browser brought back. */
export interface ArrivalIn {
  arrival: string;
}

/** Who came back: nothing of this is stored here. */
export interface ArrivalOut {
  provider: string;
  provider_name: string;
  localpart: string;
  display_name: string;
  policy_version: string;
  expires_at: string;
}

/** Where a rule comes from, in both languages. */
export interface Article {
  zh: string;
  en: string;
}

/** The answer to something that the app asked by itself. */
export interface AskBody {
  ask: string;
  accepted: boolean;
}

/** A code that a child shows to a guardian. */
export interface AskedWire {
  code: string;
  link: string;
  qr_svg: string;
  expires_at: string;
}

/** Who wants something held. */
export type Asker = "authority" | "counsel";

/** All that was declined. */
export interface AsksWire {
  declined: ConsentAskWire[];
}

/** What is known now; ``level`` may be higher than the table's, and never lowers one. */
export interface AssessBody {
  facts: IncidentFacts;
  words: string;
  level?: string;
}

/** A step, with words for all but asking; ``days``: for how long an approved one holds. */
export interface AssessmentActBody {
  act: string;
  words?: string;
  days?: number;
}

/** A draft; ``feature`` is empty for an assessment of the whole house. */
export interface AssessmentBody {
  kind: string;
  feature?: string;
  text: AssessmentText;
}

/** An assessment with what was done with it. */
export interface AssessmentDetailWire {
  assessment: AssessmentWire;
  steps: AssessmentStep[];
}

/** Something that was done with an assessment. */
export interface AssessmentStep {
  act: string;
  state: string;
  actor: string;
  words: string;
  at: string;
}

/** What an assessment says. ``consulted``: whom, or why nobody. */
export interface AssessmentText {
  answers: Record<string, string>;
  consulted?: string;
  residual?: string;
  consultation?: string;
}

/** An assessment; ``may``: what comes next, ``forgotten_from``: until then it is kept. */
export interface AssessmentWire {
  assessment_id: string;
  kind: string;
  feature: string;
  text: AssessmentText;
  state: string;
  author: string;
  written_at: string;
  reviewer: string;
  decided_at: string | null;
  reason: string;
  valid_until: string | null;
  facts: CountedFacts | null;
  moved_at: string;
  forgotten_from: string | null;
  may: string[];
}

/** Where everything stands. ``required``: without one nothing is switched on; else only told. */
export interface AssessmentsWire {
  required: boolean;
  answers_for: string[];
  kinds: KindWire[];
  features: FeatureWire[];
  assessments: AssessmentWire[];
  duties: Duty[];
  declared: Declared[];
  declarations: string[];
}

/** How long a door was shut to at least somebody; overlapping times count once. */
export interface AtDoor {
  door: string;
  minutes: number;
  shut_now: boolean;
}

/** By when an audit is due, where a law says how often. */
export interface AuditDue {
  law_zh: string;
  law_en: string;
  due_at: string;
  late: boolean;
}

/** What is entered into a new authenticator, as an address, a picture, and letters. */
export interface AuthenticatorBegun {
  uri: string;
  qr_svg: string;
  secret: string;
  expires_at: string;
}

/** The first code that a new authenticator shows. */
export interface AuthenticatorIn {
  code: string;
}

/** A back-up. */
export interface BackupWire {
  backup_id: string;
  made_at: string;
  made_by: string;
  place: string;
  bytes_count: number;
  locked: boolean;
  missing_count: number;
  old_keys: boolean;
  gone_at: string | null;
  kept_by: string;
}

/** The newest back-ups, and whether the last one is too old. */
export interface BackupsWire {
  backups: BackupWire[];
  old: boolean;
}

/** Until when somebody may not vouch because of a friend; none: they may. */
export interface BarWire {
  until: string | null;
}

/** The same words in both languages. */
export interface Both {
  zh?: string;
  en?: string;
}

/** How many messages may still be sent in a window; ``low`` under a fifth. */
export interface Budget {
  rule: string;
  left: number;
  of: number;
  low: boolean;
}

/** A campaign as an operator writes it; ``campaign_id`` is a short name of its own. */
export interface CampaignBody {
  campaign_id: string;
  name: Both;
  aim: Both;
  mandate: Mandate;
  scope?: CampaignScope;
  rules: ContentRule[];
  starts_at: string;
  ends_at: string;
}

/** Why a campaign ends before its day. */
export interface CampaignEndBody {
  reason: string;
}

/** A campaign for everybody; ``report`` once it is over: what was done, appealed, taken back. */
export interface CampaignReport {
  campaign_id: string;
  name: Both;
  aim: Both;
  mandate: Mandate;
  scope: CampaignScope;
  rules: ContentRule[];
  starts_at: string;
  ends_at: string;
  phase: string;
  ended_at: string | null;
  end_reason: string;
  report: Tally | null;
  counted_at: string | null;
}

/** Campaigns for everybody, the newest first. */
export interface CampaignReportsWire {
  campaigns: CampaignReport[];
}

/** Whose accounts a campaign is about; ``*`` is everyone. */
export interface CampaignScope {
  region?: string;
  account_class?: string;
}

/** A campaign for operators; ``may`` is what comes next. */
export interface CampaignWire {
  campaign: CampaignBody;
  state: string;
  phase: string;
  drafted_by: string;
  drafted_at: string;
  announced_by: string | null;
  announced_at: string | null;
  ended_at: string | null;
  end_reason: string;
  tally: Tally;
  tallied_at: string | null;
  may: string[];
}

/** Campaigns for operators, the newest first. */
export interface CampaignsWire {
  campaigns: CampaignWire[];
}

/** A step: an act of the procedure, its statement of reasons, and words for whoever reported. */
export interface CaseActBody {
  act: string;
  statement?: Statement | null;
  answer?: string;
}

/** What becomes of an appeal: ``upheld`` leaves the decision, ``overturned`` takes it back. */
export interface CaseAppealBody {
  outcome: string;
  answer: string;
}

/** An appeal; ``outcome`` is null while it waits. */
export interface CaseAppealWire {
  appeal_id: string;
  case_id: string;
  filed_at: string;
  due_at: string;
  taken_by: string;
  outcome: string | null;
  decided_at: string | null;
  words?: string;
  answer?: string;
}

/** Appeals that wait, what is due first. */
export interface CaseAppealsWire {
  appeals: CaseAppealWire[];
}

/** What may have leaked. ``known_at`` is when you became aware of it; not given: now. */
export interface CaseBody {
  title: string;
  profile: Profile;
  scope: BreachesScope;
  known_at?: string | null;
}

/** A case with its evidence and steps. ``may`` is what an operator can do now. */
export interface CaseDetailWire {
  viewing: CaseViewingWire;
  case: QueuedCaseWire;
  rule: ContentRule | null;
  evidence: unknown;
  steps: CaseStepWire[];
  appeal: CaseAppealWire | null;
  may: string[];
}

/** What a case is to be about. */
export interface CaseOpenBody {
  kind: string;
  target: string;
  category?: string;
}

/** The case that was begun, or is under way. */
export interface CaseOpenedWire {
  case_id: string;
}

/** What was done, when, by whom, and why. Authors see ``operator`` for any of them. */
export interface CaseStepWire {
  act: string;
  state: string;
  actor: string;
  at: string;
  decider: string;
  statement: Statement | null;
  words: string;
}

/** How an operator wants to see pictures that are evidence. */
export interface CaseViewingWire {
  blur: boolean;
  greyscale: boolean;
  mute: boolean;
}

/** A case as it stands, without who asked for contacts. */
export interface CaseWire {
  case_id: string;
  title: string;
  profile: string;
  scope: BreachesScope;
  told: BreachesTold;
  state: string;
  known_at: string;
  due_at: string;
  opened_at: string;
  accounts: number;
  rows: number;
  unnamed: number;
  erased: number;
  counted_at: string | null;
  authority_told_at: string | null;
  published_at: string | null;
  spared_why: string;
  closed_at: string | null;
  contacts_asked: boolean;
  contacts_until: string | null;
}

/** Why an order is wrong, or a decision is appealed. */
export interface CaseWordsBody {
  words: string;
}

/** The newest first; ``tables`` are those in which something is sealed. */
export interface CasesWire {
  cases: CaseWire[];
  tables: string[];
}

/** Up to which age a ward sees things (``null``: as the house has it), and the proof. */
export interface CeilingBody {
  years: number | null;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** How open one region, class and door is. */
export interface Cell {
  region: string;
  account_class: string;
  door: string;
  number: number;
  built: boolean;
  counts_as_registration: boolean;
  state: State;
  policy_id: string | null;
}

/** Every place; ``unknown`` are those that could not be looked at. */
export interface CensusWire {
  sinks: SinkWire[];
  unknown: string[];
}

/** A scope whose state would become another. */
export interface Change {
  region: string;
  account_class: string;
  door: string;
  built: boolean;
  before: State;
  after: State;
}

/** One time that more was asked for about a change. */
export interface ChangeRound {
  number: number;
  template: string;
  words: string;
  asked_at: string;
  answered_at: string | null;
}

/** A purpose that was added, changed or removed; ``fields`` names what reads differently. */
export interface ChangeWire {
  kind: string;
  id: string;
  before: KeptItemWire | null;
  after: KeptItemWire | null;
  fields: string[];
}

/** How a channel does. */
export interface Channel {
  channel: string;
  is_on: boolean;
  is_fixed: boolean;
  sent_at: string | null;
  failures: Failure[];
}

/** An account that the caller is the guardian of. */
export interface ChildWire {
  user_id: string;
  since: string;
  of_age_on: string;
  erased_on: string | null;
}

/** The accounts that the caller is the guardian of, oldest first. */
export interface ChildrenWire {
  children: ChildWire[];
}

/** How far a class of data is, in words for everybody. */
export interface ClassPercentWire {
  name: string;
  zh: string;
  en: string;
  percent: number;
}

/** A class of data that can be made anew, and what that protects. */
export interface ClassWire {
  name: string;
  zh: string;
  en: string;
  place: number;
}

/** What can be made anew here. */
export interface ClassesWire {
  classes: ClassWire[];
  suite: number;
  normaliser: number;
  scope: string;
  soft_days: number;
  scopes: ScopeWire[];
}

/** What a finding can name: a rule that is broken, in both languages. */
export interface Clause {
  clause_id: string;
  programme: string;
  zh: string;
  en: string;
}

/** What a finding can name. */
export interface ClausesWire {
  clauses: Clause[];
}

/** What became of the data that an ended processor had, and how one knows. */
export interface Clearing {
  how: string;
  on: string;
  evidence: string;
  key_lost?: boolean;
}

/** How often a clock ran, was answered, and was late. */
export interface ClockCountWire {
  clock_id: string;
  count: number;
  answered: number;
  late: number;
}

/** Who must be told by when, of which incidents, and what that says at least. */
export interface ClockRule {
  id: string;
  whom: string;
  zh: string;
  en: string;
  article: string;
  article_zh: string;
  hours?: number | null;
  after?: string;
  least_level?: string;
  kinds?: string[];
  needs?: string[];
  unless?: string[];
  says: string[];
  may_say?: string[];
}

/** Sign-ups that look made by one hand, in numbers; nothing in it names anybody. */
export interface Cluster {
  cluster_id: string;
  began_at: string;
  decision: string;
  decided_by: string | null;
  decided_at: string | null;
  last_at: string;
  sign_ups: number;
  accounts: number;
  passed: number;
  staged: number;
  held: number;
  refused: number;
  prefixes: number;
  agents: number;
  contacts: number;
  door: string;
  region: string;
  shape: string;
}

/** What looks made by one hand. */
export interface ClustersWire {
  clusters: Cluster[];
}

/** Ask for a code to sign in with. ``kind`` is phone or email, ``lang`` zh or en. */
export interface CodeIn {
  kind: string;
  value: string;
  lang?: string;
}

/** A code is on its way, if there is anybody to send it to. Show ``code_id`` with the code. */
export interface CodeOut {
  resend_after_seconds: number;
  expires_at: string;
  code_id: string;
}

/** Files, and how many bytes they have with their thumbnails. */
export interface Collected {
  files_count: number;
  bytes_count: number;
}

/** For how many days files are kept that nothing names, and where an encrypted message may. */
export interface CollectionIn {
  days: number;
  encrypted_days: number;
}

/** For how many days files are kept that nothing names; 0: for ever. */
export interface CollectionOut {
  days: number;
  encrypted_days: number;
}

/** A change beside what is in force; ``proposed`` is gone once it was decided. */
export interface ComparedWire {
  change: OfficialChangeWire;
  in_force: Details;
  proposed: Details | null;
  rounds: ChangeRound[];
}

/** A report, and the event as it is now; ``event`` is null when it is of none, or erased. */
export interface ComplaintDetailWire {
  complaint: ComplaintWire;
  event: Record<string, unknown> | null;
}

/** A report in a list: by whom it is, about what, and where it stands; not what it says. */
export interface ComplaintLine {
  complaint_id: string;
  kind: string;
  account_id: string | null;
  user_id: string;
  room_id: string;
  event_id: string;
  about: string;
  made_at: string;
  decided_at: string | null;
  outcome: string | null;
}

/** A report as operators see it; ``account_id`` is gone when its maker's account is. */
export interface ComplaintWire {
  complaint_id: string;
  kind: string;
  account_id: string | null;
  user_id: string;
  room_id: string;
  event_id: string;
  about: string;
  reason: string;
  made_at: string;
  decided_at: string | null;
  outcome: string | null;
  answer: string | null;
}

/** Reports that wait, the oldest first; or those decided, the newest first; not what they say. */
export interface ComplaintsWire {
  complaints: ComplaintLine[];
}

/** Ask for a code to one's own phone or address. */
export interface ConfirmCodeIn {
  kind: string;
  lang?: string;
}

/** The answer to the policy. */
export interface ConsentBody {
  policy_version: string;
  accepted_purposes?: string[];
  lang?: string;
  under_14?: boolean;
}

/** The answer was taken. */
export interface ConsentedWire {
  policy_version: string;
}

/** What to accept, to withdraw, and to decline that was asked anew, by purpose id. */
export interface ConsentsBody {
  accept?: string[];
  withdraw?: string[];
  decline?: string[];
  policy_version?: string | null;
  lang?: string;
}

/** A session of the console. */
export interface ConsoleOut {
  token: string;
  expires_at: string;
  operator: OperatorOut;
  recovery_codes: string[];
}

/** A phone number or an e-mail address. */
export interface ContactBody {
  kind: string;
  value: string;
}

/** The code that came to the new contact; ``replace`` puts it instead of the main one. */
export interface ContactDoneIn {
  contact_kind: string;
  value: string;
  code: string;
  replace?: boolean;
}

/** Which contact goes, and proof. */
export interface ContactGoneIn {
  contact_kind: string;
  rank?: number;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A new contact, and proof of who adds it. */
export interface ContactIn {
  contact_kind: string;
  value: string;
  lang?: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A contact that is still the caller's: the code that came to it. */
export interface ContactKeptIn {
  contact_kind: string;
  code: string;
}

/** A contact, masked; ``rank`` 1 is the main one, 0 one that was replaced or removed. */
export interface ContactOut {
  kind: string;
  masked: string;
  rank: number;
  leaves_at: string | null;
  claimed: boolean;
}

/** A code is on its way. */
export interface ContactWire {
  resend_after_seconds: number;
  expires_at: string;
}

/** Up to which label somebody sees things, and the ceiling that a guardian set, if any did. */
export interface ContentBandWire {
  years: number;
  borderline: boolean;
  ceiling: number | null;
  choices: number[];
  articles: Article[];
}

/** One rule. ``articles`` are those of laws or of the house's own terms. */
export interface ContentRule {
  id: string;
  conduct: string;
  zh: string;
  en: string;
  articles: string[];
  days?: number;
  keywords?: string[];
  protects?: string[];
  campaign?: string;
}

/** What the house counted when an assessment was approved; ``purposes`` are ids with versions. */
export interface CountedFacts {
  people: number;
  active: number;
  purposes: string[];
  categories: Record<string, number>;
  columns: number;
  columns_sealed: number;
}

/** What holds on a day; ``minutes: null``: as the house has it, no hours: at any hour. */
export interface DayPlanBody {
  minutes?: number | null;
  begins_minute?: number | null;
  ends_minute?: number | null;
}

/** What a guardian set for a day; ``null`` is as the house has it. */
export interface DayPlanWire {
  minutes: number | null;
  begins_minute: number | null;
  ends_minute: number | null;
}

/** A decision about one request or several. */
export interface DecideBody {
  request_ids: string[];
  decision: string;
  template: string;
  words?: string;
}

/** What the house says of itself, and why. */
export interface DeclarationBody {
  holds: boolean;
  reason: string;
}

/** What a house says of itself, by whom and why. */
export interface Declared {
  name: string;
  holds: boolean;
  reason: string;
  by: string;
  at: string;
}

/** Why not, in words for the child. */
export interface DeclineBody {
  reason: string;
}

/** Where the configuration sends something, and whether the register has it. */
export interface DestinationWire {
  way: string;
  host: string;
  personal: boolean;
  fit: string;
  processor_id: string;
  held: boolean;
}

/** Something that was seen at a sink: a code of details.py, and what fills its blanks. */
export interface Detail {
  code: string;
  told?: Record<string, string>;
}

/** What the person who registers fills in. ``licence`` has the fields that the region asks. */
export interface Details {
  name: string;
  subject_kind: SubjectKind;
  subject_name: string;
  licence?: Record<string, string>;
}

/** A list to be made. ``ready`` names one that comes with the house, which is kept under ``list_id``. */
export interface DetectorAddBody {
  list_id?: string;
  kind?: string;
  category?: string;
  language?: string;
  name?: string;
  ready?: string;
}

/** A list's newest versions, and what it found of late. */
export interface DetectorDetailWire {
  list_id: string;
  kind: string;
  versions: ListVersion[];
  hits: DetectorHit[];
}

/** What is on a version of a list. */
export interface DetectorEntriesWire {
  entries: string[];
}

/** Something found: where, by which entry, and in which letters of the text. */
export interface DetectorHit {
  list_id: string;
  version: number;
  kind: string;
  target: string;
  room_id: string;
  mode: string;
  entry: string;
  begins: number;
  ends: number;
  found_at: string;
  case_id?: string | null;
  distance?: number | null;
}

/** What was found that a case was made of. ``lists``: what the lists are of, and called, by id. */
export interface DetectorHitsWire {
  hits: DetectorHit[];
  lists: Record<string, DetectorNameWire>;
}

/** A list, the version that counts now, the one that will next, and how it does. */
export interface DetectorListWire {
  list_id: string;
  kind: string;
  category: string;
  language: string;
  name: string;
  now: ListVersion | null;
  next: ListVersion | null;
  figures: ListFigures;
}

/** Every list. ``looks_at``: ``off``, ``public`` or ``all``. ``ready``: lists to take over. */
export interface DetectorListsWire {
  looks_at: string;
  ready: string[];
  lists: DetectorListWire[];
}

/** What a list is of, and what it is called. */
export interface DetectorNameWire {
  kind: string;
  name: string;
}

/** A picture that was uploaded, to be hashed. */
export interface DetectorPictureBody {
  media_id: string;
}

/** A picture's hash as it stands on a list, and of 100 how much there is to be seen in it. */
export interface DetectorPictureWire {
  hash: string;
  quality: number;
}

/** What entries would have found among the newest public messages. */
export interface DetectorPreview {
  looked_count: number;
  found_count: number;
  samples: DetectorSample[];
}

/** Entries that are to be tried on the newest public messages. */
export interface DetectorPreviewBody {
  kind: string;
  entries: string[];
}

/** What a list would have found: the words around it, for an operator to judge. */
export interface DetectorSample {
  event_id: string;
  room_id: string;
  entry: string;
  text: string;
}

/** A version of a list; no ``entries``: those of the version before; no moment: at once. */
export interface DetectorVersionBody {
  mode: string;
  entries?: string[] | null;
  effective_at?: string | null;
  note?: string;
}

/** What differs between two versions. */
export interface DifferenceWire {
  before: string;
  after: string;
  changes: ChangeWire[];
  recipients_added: string[];
  recipients_removed: string[];
  operator_changed: boolean;
  sections_changed: string[];
}

/** A request as it came in; ``approval`` is that of the competent authority, where one is needed. */
export interface DisclosureBody {
  authority: string;
  authority_country: string;
  reference: string;
  legal_basis: LegalBasis[];
  region?: string;
  asked: string;
  accounts_asked: number;
  received_at: string;
  approval?: string;
}

/** How often authorities asked for data, by year and country. */
export interface DisclosureFiguresWire {
  years: YearFigures[];
}

/** Why nothing is given. */
export interface DisclosureReasonBody {
  reason: string;
}

/** A request that was written down. */
export interface DisclosureRecordedWire {
  request_id: string;
}

/** A request; ``may`` is what comes next. */
export interface DisclosureWire {
  request_id: string;
  authority: string;
  authority_country: string;
  reference: string;
  legal_basis: LegalBasis[];
  region: string;
  asked: string;
  accounts_asked: number;
  received_at: string;
  approval: string;
  state: string;
  given: string;
  accounts_given: number;
  reason: string;
  recorded_by: string;
  first_by: string | null;
  second_by: string | null;
  decided_at: string | null;
  needs_approval: boolean;
  may: string[];
}

/** The register, the newest first. */
export interface DisclosuresWire {
  requests: DisclosureWire[];
}

/** What was taken away in the last days: messages whose time was over, files that nothing names. */
export interface DiskFreed {
  days: number;
  messages_count: number;
  messages_bytes: number;
  files_count: number;
  files_bytes: number;
  files_days: number;
  files_filled: boolean;
  files_unused: Collected;
  files_veiled: Collected;
  files_more: boolean;
}

/** How much a part takes; ``per_day`` is how fast it grows, where that is known. */
export interface DiskPart {
  part: string;
  bytes_count: number;
  per_day: number | null;
}

/** A room, and about how much what was said in it takes. */
export interface DiskRoom {
  room_id: string;
  bytes_count: number;
}

/** A table of the database, with about how many rows. */
export interface DiskTable {
  name: string;
  part: string;
  rows_count: number;
  table_bytes: number;
  index_bytes: number;
}

/** What fills the disk. ``days_left`` until it is full as it grows now, where that is known. */
export interface DiskUse {
  measured_at: string;
  disk_free: number;
  disk_total: number;
  disk_scarce: boolean;
  days_left: number | null;
  parts: DiskPart[];
  tables: DiskTable[];
  rooms: DiskRoom[];
  freed: DiskFreed;
}

/** How many places it was. */
export interface DoneWire {
  places: number;
}

/** A door, for a region and class, and whether it is at least as shut as was ordered. */
export interface DoorFact {
  region: string;
  account_class: string;
  door: string;
  state: string;
  covered: boolean;
}

/** What an order does to those who are not here yet: scopes that it shuts, and who is on the way. */
export interface DoorsReach {
  shut: [string, string, string][];
  left_open: number;
  in_flight_refused: number;
}

/** A regime that somebody is thinking of. */
export interface Draft {
  region: string;
  account_class?: string;
  realname?: string;
  limits_speaking?: boolean;
  per_day?: number;
  days?: number;
  reason?: Both;
  effective_from?: string | null;
}

/** A policy as an operator writes it. */
export interface DraftBody {
  state: State;
  region?: string;
  account_class?: string;
  door?: string;
  pace_per_minute?: number | null;
  effective_from?: string | null;
  effective_until?: string | null;
  reason?: Both;
  legal_basis?: LegalBasis[];
  own_decision?: boolean;
  justification?: string;
  technical_necessity?: string;
  expected_resume?: string | null;
  still_works?: Both | null;
  contact?: string;
  related_campaign?: string | null;
  resume_on?: string | null;
  resume_pace_per_minute?: number | null;
  waiting_list?: boolean;
}

/** What is to be answered anew, and from when on people are asked. */
export interface DueWire {
  policy_version: string;
  effective_at: string;
  in_force: boolean;
  changes: ChangeWire[];
}

/** An assessment that is due: of a feature that is on, or once a year of the house. */
export interface Duty {
  kind: string;
  feature: string;
  since: string;
  due_at: string;
  late: boolean;
}

/** Whether rooms may be end-to-end encrypted: ``allow`` or ``refuse``. */
export interface EncryptionIn {
  encryption: string;
}

/** Why a policy is ended. */
export interface EndBody {
  reason: string;
}

/** Why policies are ended at one moment. */
export interface EndTogetherBody {
  policy_ids: string[];
  reason: string;
}

/** Back in. */
export interface EnteredOut {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** One entry; hashes in hexadecimal. */
export interface EntryOut {
  seq: number;
  at: string;
  actor: string;
  act: string;
  target: string;
  reach: unknown;
  detail: unknown;
  hash: string;
}

/** Whether an erasure has been found to have happened; ``found`` is what was left. */
export interface ErasureWire {
  account_id: string;
  erase: boolean;
  ended_at: string;
  looked_at: string | null;
  times: number;
  found: string;
  done: boolean;
  held_until: string | null;
  held: string;
  combed_at: string | null;
  traces: string;
}

/** Erasures that are not done, then those done lately. */
export interface ErasuresWire {
  erasures: ErasureWire[];
}

/** When one's turn may come, in minutes from now. */
export interface Estimate {
  minutes_min: number;
  minutes_max: number;
}

/** The order's own document: a text, or a file in base64; ``sha256`` is of its bytes. */
export interface Evidence {
  name: string;
  text?: string | null;
  base64?: string | null;
  sha256?: string;
}

/** Name and number as in the document. ``consent`` is asked for by itself, and for this only. */
export interface EvidenceBody {
  name: string;
  number: string;
  consent: boolean;
  document?: string;
}

/** An order's document, in base64. */
export interface EvidenceWire {
  name: string;
  base64: string;
}

/** Whom to take off a line, and why. */
export interface ExpireBody {
  joined_before: string;
  reason: string;
  door?: string;
}

/** The export that was asked for. */
export interface ExportAsked {
  export_id: string;
}

/** Asking for an export, with the policy that was shown. */
export interface ExportBody {
  policy_version: string;
  lang?: string;
}

/** Everything that accounts keep about their owner, opened. */
export interface ExportOut {
  account: AccountOut;
  phone: string | null;
  email: string | null;
  profile: Record<string, unknown>;
  sessions: Session[];
}

/** An export. */
export interface ExportWire {
  export_id: string;
  state: string;
  asked_at: string;
  ready_at: string | null;
  expires_at: string | null;
  bytes: number | null;
}

/** The caller's exports, newest first. */
export interface ExportsWire {
  exports: ExportWire[];
}

/** A column over time. ``gravity`` 1 is the gravest, done first; 0 are keys, 9 indexes. */
export interface ExposedColumnWire {
  data_class: string;
  table: string;
  column: string;
  gravity: number;
  first: number;
  last: number;
  points: ExposedWire[];
}

/** The most that each serious open finding may cost, and which they are. */
export interface ExposedFindingsWire {
  exposure: Exposure;
  findings: FindingsFindingWire[];
}

/** How much was exposed at a moment; ``counted``, or else reckoned from how far the run was. */
export interface ExposedWire {
  at: string;
  exposed: number;
  counted: boolean;
}

/** The most that one serious violation may cost the house, and those responsible for it. */
export interface Exposure {
  currency: string;
  house_max_minor: number;
  person_min_minor: number;
  person_max_minor: number;
}

/** How much is still under keys that are to go, the gravest columns first. */
export interface ExposureWire {
  run_id: string;
  columns: ExposedColumnWire[];
}

/** What an operator shows beside the password: one of these. */
export interface Factor {
  code?: string;
  credential?: Record<string, unknown> | null;
  recovery_code?: string;
}

/** By what an operator may come in, and what owners ask of all. */
export interface Factors {
  passkeys: OperatorPasskey[];
  authenticator: boolean;
  recovery_codes_left: number;
  passkeys_required: boolean;
  passkeys_possible: boolean;
  authenticator_since: string | null;
}

/** A message that did not leave; ``why`` is a word of ours, ``status`` the other side's. */
export interface Failure {
  channel: string;
  at: string;
  why: string;
  status: number | null;
}

/** A risky feature. ``settings`` switch it on; none: it is part of the house. */
export interface FeatureWire {
  id: string;
  name_zh: string;
  name_en: string;
  does_zh: string;
  does_en: string;
  causes: string[];
  settings: string[];
  on: boolean;
  assessment_id: string | null;
  valid_until: string | null;
  owed: Owed | null;
}

/** A count and what it is made of; null where it is too small to be told. */
export interface Figures {
  total: number | null;
  parts: Record<string, number | null>;
}

/** How requests are dealt with; ``answered`` in the last 90 days. */
export interface FiguresWire {
  open: number;
  overdue: number;
  answered: number;
  answered_late: number;
  working_days_max: number;
}

/** A CSV file, and what to call its import. */
export interface FileBody {
  csv: string;
  label?: string;
}

/** A row as an authority is told of it. */
export interface FiledWire {
  id: string;
  name: AlgorithmWords;
  filing: string;
  does: string;
  how: AlgorithmWords;
  data: AlgorithmWords;
  touches: AlgorithmWords;
  person: AlgorithmWords;
  owner: string;
  switch: AlgorithmSwitch;
  code: string[];
  runs: boolean | null;
}

/** What is handed to an authority: who runs the house, and every row. */
export interface FilingWire {
  provider: string;
  contact: string;
  service: string;
  address: string;
  made_at: string;
  version: string;
  algorithms: FiledWire[];
}

/** A step; ``artefact`` is where what shows it is, ``due_at`` the deadline of what is open again. */
export interface FindingActBody {
  act: string;
  words: string;
  artefact?: string;
  version?: string;
  ruling_id?: string;
  due_at?: string | null;
}

/** A finding with what was done about it. */
export interface FindingDetailWire {
  finding: FindingsFindingWire;
  steps: FindingStepWire[];
}

/** Something that was done about a finding. */
export interface FindingStepWire {
  act: string;
  state: string;
  rung: string;
  actor: string;
  words: string;
  artefact: string;
  version: string;
  at: string;
}

/** A list of an authority, as ``csv`` or ``json``; a dry run keeps nothing. */
export interface FindingsBody {
  form: string;
  text: string;
  authority: string;
  dry_run?: boolean;
}

/** Findings, what is due first. */
export interface FindingsWire {
  findings: FindingsFindingWire[];
}

/** The last step. Without a password one signs in by codes. */
export interface FinishBody {
  username: string;
  password?: string | null;
  display_name?: string | null;
  device_name?: string | null;
}

/** Show a second factor for the first time: an authenticator's code, or a new passkey. */
export interface FinishIn {
  token: string;
  code?: string;
  credential?: Record<string, unknown> | null;
  label?: string;
}

/** A new account, signed in. */
export interface FinishedWire {
  user_id: string;
  access_token: string;
  device_id: string;
  home_server: string;
}

/** A step about a flaw; a repair names the version that has it. */
export interface FlawActBody {
  act: string;
  words: string;
  fixed_in?: string;
}

/** A flaw; ``reference`` is where the letter about it is, and names nobody. */
export interface FlawBody {
  title: string;
  source: string;
  severity: string;
  found_at: string;
  reference?: string;
  versions?: string;
  public_danger?: boolean;
}

/** How many flaws of a severity were found, and mended. */
export interface FlawCountWire {
  severity: string;
  count: number;
  fixed: number;
}

/** A flaw; ``may`` is what can be done next. */
export interface FlawWire {
  flaw_id: string;
  title: string;
  source: string;
  reference: string;
  severity: string;
  versions: string;
  public_danger: boolean;
  incident_id: string | null;
  state: string;
  found_at: string;
  fixed_in: string;
  fixed_at: string | null;
  told_at: string | null;
  why: string;
  noted_by: string;
  moved_at: string;
  may: string[];
}

/** Flaws, the newest first. */
export interface FlawsWire {
  flaws: FlawWire[];
}

/** The token of a link that was sent to the contact. */
export interface FollowBody {
  token: string;
}

/** A name for the registration on this device, and how far it has come. */
export interface FollowedWire {
  registration_id: string;
  progress: ProgressWire;
}

/** How many a newer normaliser would make one. Nobody is: each is kept apart, and listed. */
export interface ForeseenWire {
  count: number;
  opened: number;
  rows: number;
}

/** What screening said about a sign-up, and why. */
export interface Found {
  verdict?: Verdict;
  at?: string | null;
  findings?: ScreeningFinding[];
}

/** An account, its devices, and its contacts masked; ``withheld`` of a minor nobody opened. */
export interface FoundDetailOut {
  account: FoundOut;
  phone_masked: string | null;
  email_masked: string | null;
  sessions: Session[];
  withheld?: boolean;
}

/** Accounts that a search found. */
export interface FoundListOut {
  accounts: FoundOut[];
}

/** An account as operators see it: nothing personal but what its name tells. */
export interface FoundOut {
  account_id: string;
  user_id: string;
  account_class: string;
  region: string;
  state: string;
  state_reason: string;
  administrator: boolean;
  door: string;
  created_at: string;
  deactivated_at: string | null;
}

/** A person as a search shows them. */
export interface FoundPerson {
  user_id: string;
  display_name?: string | null;
  avatar_url?: string | null;
}

/** A room as the search shows it; ``name`` is empty for one that is called after its people. */
export interface FoundRoom {
  room_id: string;
  name: string;
  joined: boolean;
  members: number;
  avatar_url?: string;
  alias?: string;
  years?: number;
  borderline?: boolean;
}

/** An invitation, and how often it was used. */
export interface Given {
  invite: Invite;
  used: number;
}

/** A friend's way in: a code, a link that holds it, and its picture. Shown this once. */
export interface GivenWire {
  vouch: VouchWire;
  token: string;
  link: string;
  qr_svg: string;
}

/** Where the browser goes now; nowhere, when the app waits on another device. */
export interface GrantAnsweredOut {
  go_to: string | null;
}

/** A request as the owner sees it before they answer. */
export interface GrantTold {
  way: string;
  client_name: string;
  client_host: string;
  client_uri: string;
  policy_uri: string | null;
  tos_uri: string | null;
  back_to: string | null;
  device_id: string;
  known: boolean;
  expires_at: string;
}

/** What the browser brought from an app, or the code that a device shows. */
export interface GrantWordIn {
  word: string;
}

/** How open every scope is, to somebody uninvited. */
export interface GridWire {
  generated_at: string;
  cells: Cell[];
}

/** Accounts of a region and class, and how many of them the order touches. */
export interface Group {
  region: string;
  account_class: string;
  accounts: number;
  touched: number;
}

/** Whom a minor asks to be their guardian. */
export interface GuardianAskBody {
  user_id: string;
}

/** A process that works on a run. */
export interface HandWire {
  hand_id: string;
  host: string;
  pid: number;
  seen_at: string;
}

/** The record of what was handed over. */
export interface HandedWire {
  handing_id: string;
}

/** Data that somebody handed over by an act, and not by a way of the house. */
export interface Handing {
  handing_id: string;
  processor_id: string;
  at: string;
  by: string;
  what: string;
  people: number;
  purposes: string[];
}

/** A step: ``agree``, or ``refuse`` with a reason. */
export interface HandingActBody {
  act: string;
  reason?: string;
}

/** What was handed over, of how many people, for which purposes. */
export interface HandingBody {
  what: string;
  people: number;
  purposes: string[];
}

/** A handing; ``sha256`` is of the archive that was made last, ``may`` is what comes next. */
export interface HandingWire {
  handing_id: string;
  state: string;
  reference: string;
  reason: string;
  recipient: string;
  asked_by: string;
  asked_at: string;
  decided_by: string;
  decided_at: string | null;
  end_reason: string;
  taken_at: string | null;
  sha256: string;
  may: string[];
}

/** What an operator asks to hand out: by which paper, why, and to whose key of age. */
export interface HeldHandingBody {
  reference: string;
  reason: string;
  recipient: string;
}

/** All that is held of the caller. */
export interface HeldListWire {
  held: HeldWire[];
}

/** One thing that is held, by its address: a room's, a message's, a file's, a person's, a case's. */
export interface HeldObject {
  kind: ObjectKind;
  target: string;
}

/** Something that is held. */
export interface HeldObjectWire {
  kind: string;
  target: string;
}

/** How much of a kind is held, when the last of it came, and what deleting the account does. */
export interface HeldWire {
  id: string;
  zh: string;
  en: string;
  fields: string[];
  count: number;
  last_at: string | null;
  erasure: string;
  kept_because_zh: string;
  kept_because_en: string;
}

/** How operators let somebody back in; the contact is masked, and no secret is here. */
export interface Help {
  help_id: string;
  account_id: string;
  user_id: string;
  state: HelpState;
  contact_kind: string;
  contact_masked: string;
  evidence: string;
  reason: string;
  asked_by: string;
  asked_at: string;
  decided_by: string | null;
  ready_at: string | null;
  ended_at: string | null;
}

/** It has begun, and waits for another operator. */
export interface HelpBegunOut {
  help_id: string;
}

/** Why, and the operator's own password. */
export interface HelpDecisionIn {
  reason: string;
  password: string;
}

/** Whose account, why, what was shown, where the link goes, and the operator's own password. */
export interface HelpIn {
  account_id: string;
  reason: string;
  evidence: string;
  contact_kind: string;
  contact: string;
  password: string;
}

/** How far it is that operators let somebody back in. The names are stored and told. */
export type HelpState = "asked" | "declined" | "done" | "lapsed" | "sent" | "stopped" | "waiting";

/** The newest. */
export interface HelpsOut {
  recoveries: Help[];
}

/** A page of the public history, the newest first; each entry as it was signed. */
export interface HistoryWire {
  entries: Record<string, unknown>[];
  next_before: number | null;
  ledger: Ledger;
}

/** A step: ``agree``, ``refuse`` or ``release``; the last two with a reason. */
export interface HoldActBody {
  act: string;
  reason?: string;
}

/** A hold as an operator asks for it. */
export interface HoldBody {
  asker: Asker;
  requester: string;
  reference: string;
  legal_basis: LegalBasis[];
  reason: string;
  told?: string;
  objects: HeldObject[];
  until_at: string;
  covers_content?: boolean;
}

/** A later end. */
export interface HoldRenewBody {
  until_at: string;
}

/** A hold; ``kept_count`` messages were taken back since, ``values_count`` values changed. */
export interface HoldWire {
  hold_id: string;
  asker: string;
  requester: string;
  reference: string;
  legal_basis: LegalBasis[];
  reason: string;
  told: string;
  objects: HeldObjectWire[];
  state: string;
  until_at: string;
  wanted_at: string | null;
  wanted_by: string;
  asked_by: string;
  asked_at: string;
  agreed_by: string;
  agreed_at: string | null;
  ended_by: string;
  ended_at: string | null;
  end_reason: string;
  kept_count: number;
  values_count: number;
  covers_content: boolean;
  handings: HandingWire[];
  may: string[];
}

/** The name to which the number is registered, and the number of the document where it is asked for. */
export interface HolderBody {
  name: string;
  consent: boolean;
  number?: string;
  document?: string;
  lang?: string;
}

/** Whether one's age can be told by who knows the holder of one's number, and when it was. */
export interface HolderWire {
  offered: boolean;
  asks_number: boolean;
  has_phone: boolean;
  checked_at: string | null;
}

/** Holds: those that have not ended, then the newest first. */
export interface HoldsWire {
  holds: HoldWire[];
}

/** Days from the first to the last, both included, and what they are called. */
export interface Holiday {
  first: string;
  last: string;
  zh: string;
  en: string;
}

/** Somebody who is told of every entry of the history. */
export interface Hook {
  hook_id: string;
  url: string;
  state: string;
  created_by: string;
  created_at: string;
  delivered_seq: number;
  failures: number;
  next_at: string;
  last_result: string;
  last_at: string | null;
}

/** Where a webhook points. */
export interface HookBody {
  url: string;
}

/** Webhooks, the oldest first. */
export interface HooksWire {
  hooks: Hook[];
}

/** What the house is called, and whom to ask. */
export interface HouseIn {
  name: string;
  contact: string;
}

/** Name and number as in the document. ``consent`` is asked for by itself, and for this only. */
export interface IdentityBody {
  name: string;
  number: string;
  consent: boolean;
  document?: string;
  lang?: string;
}

/** A file that was brought, and how far it is. */
export interface Import {
  import_id: string;
  label: string;
  state: string;
  paused_for: string;
  created_by: string;
  created_at: string;
  finished_at: string | null;
  ready: number;
  made: number;
  refused: number;
  undone: number;
  declined: number;
  to_tell: number;
  told: number;
  not_told: number;
  arrived: number;
}

/** An import, and what of it could not be brought in. */
export interface ImportWire {
  about: Import;
  refused: RefusedWire[];
}

/** The imports, newest first. */
export interface ImportsWire {
  imports: Import[];
}

/** ``contain``, ``close`` or ``reopen``, with what was done. */
export interface IncidentActBody {
  act: string;
  words: string;
}

/** What went wrong, as far as it is known. ``profile`` not given: the house's own. */
export interface IncidentBody {
  title: string;
  facts: IncidentFacts;
  profile?: string;
  noticed_at?: string | null;
}

/** A clock: ``answered``, ``late``, ``running`` or ``released``. ``due_at`` is null for "at once". */
export interface IncidentClockWire {
  clock_id: string;
  whom: string;
  state: string;
  was_late: boolean;
  due_at: string | null;
  answered_at: string | null;
  answered_by: string;
  reference: string;
  late_why: string;
  name: Both;
  article: Both;
}

/** An incident with its facts, what belongs to it, and what was done. */
export interface IncidentDetailWire {
  incident: IncidentWire;
  facts: IncidentFacts;
  links: IncidentLinks;
  steps: IncidentStepWire[];
}

/** A report as it stands: its parts, what it lacks, and the same as text. */
export interface IncidentDraftWire {
  parts: ReportPartWire[];
  lacking: string[];
  text: Both;
}

/** What is known, in numbers, marks and words. It names nobody: inspectors read it. */
export interface IncidentFacts {
  kind: string;
  people?: number;
  records?: number;
  outage_minutes?: number;
  loss_minor?: number;
  views?: number;
  shares?: number;
  marks?: string[];
  texts?: Record<string, Both>;
}

/** What was noticed in a year (UTC), counted. */
export interface IncidentFiguresWire {
  year: number;
  groups: IncidentGroupWire[];
  clocks: ClockCountWire[];
  flaws: FlawCountWire[];
}

/** What makes an incident of a level: a number that is reached, and marks that are there or not. */
export interface IncidentGrade {
  level: string;
  article: string;
  article_zh: string;
  measure?: string;
  least?: number;
  needs?: string[];
  unless?: string[];
}

/** Incidents of a kind, level and profile; the median is from noticed to contained. */
export interface IncidentGroupWire {
  kind: string;
  level: string;
  profile: string;
  count: number;
  people: number;
  closed: number;
  median_seconds: number;
}

/** How serious an incident can be; the lowest stands first. */
export interface IncidentLevel {
  id: string;
  zh: string;
  en: string;
}

/** What belongs to an incident elsewhere: a case of a leak, an entry of the notices, an upgrade. */
export interface IncidentLinks {
  breach_id?: string;
  notice_seq?: number;
  run_id?: string;
}

/** A report as it went out; ``clock_id`` is empty for a supplementary one. */
export interface IncidentReportWire {
  clock_id: string;
  whom: string;
  told_at: string;
  parts: ReportPartWire[];
}

/** The reports that went out, the newest first. */
export interface IncidentReportsWire {
  reports: IncidentReportWire[];
}

/** Something that was done about an incident. */
export interface IncidentStepWire {
  act: string;
  state: string;
  level: string;
  actor: string;
  words: string;
  at: string;
}

/** Who was told, by which clock; without one it is a supplementary report. */
export interface IncidentTellBody {
  whom: string;
  words: string;
  clock_id?: string;
  reference?: string;
  late_why?: string;
}

/** An incident; ``next_clock`` is what is due first, ``may`` what can be done next. */
export interface IncidentWire {
  incident_id: string;
  title: string;
  profile: string;
  level: string;
  level_name: Both;
  state: string;
  kind: string;
  people: number;
  noticed_at: string;
  held_by: string;
  contained_at: string | null;
  closed_at: string | null;
  lower_level: string;
  lower_by: string;
  clocks: IncidentClockWire[];
  next_clock: string | null;
  late: number;
  may: string[];
}

/** Incidents, what is due first at the top. */
export interface IncidentsWire {
  incidents: IncidentWire[];
}

/** An invitation, or a pass of another kind, without its token. */
export interface Invite {
  invite_id: string;
  label: string;
  region: string;
  account_class: string;
  uses_left: number;
  expires_at: string;
  created_by: string;
  created_at: string;
  revoked_at?: string | null;
  kind?: PassKind;
  door?: string;
}

/** An invitation to be made. */
export interface InviteBody {
  label: string;
  uses: number;
  expires_at: string;
  region?: string;
  account_class?: string;
}

/** Which role the new operator will have. */
export interface InviteIn {
  role: string;
}

/** An invitation and its token, shown this once: a code, a link that holds it, a picture. */
export interface InviteMadeWire {
  token: string;
  invite: Invite;
  link: string;
  qr_svg: string;
}

/** Who came by an invitation, the first to come first. ``next`` asks for the next page. */
export interface InviteUsesWire {
  uses: Use[];
  next: string | null;
}

/** Invitations, newest first, without their tokens. */
export interface InvitesWire {
  invites: Given[];
}

/** One purpose in one language, and the classes of account that it concerns. */
export interface ItemWire {
  id: string;
  name: string;
  purpose: string;
  means: string;
  category: string;
  basis: string;
  necessity: string;
  function: string;
  retention: string;
  recipients: string;
  classes: string[];
}

/** Where somebody would like to wait, how to reach them, and what they agree to for that. */
export interface JoinBody {
  kind: string;
  value: string;
  policy_version: string;
  agreed: boolean;
  account_class?: string;
  service_region?: string;
  lang?: string;
  proof?: ScreeningProof | null;
}

/** A purpose as it read in a version. */
export interface KeptItemWire {
  id: string;
  name: string;
  purpose: string;
  means: string;
  category: string;
  basis: string;
  necessity: string;
  function: string;
  retention: string;
  recipients: string;
}

/** The particulars are in. */
export interface KeptWire {
  kept: boolean;
}

/** As whom one may sign in, and the password, which is told this once. */
export interface Key {
  user_id: string;
  name: string;
  password: string;
}

/** A key of a run, by its name only. ``role`` is ``old`` or ``new``. */
export interface KeyWire {
  purpose: string;
  key_id: string;
  version: number;
  state: string;
  role: string;
  opens_refused: number;
}

/** All passkeys of an account; ``only_way`` when there is no other way to sign in. */
export interface Keyring {
  passkeys: Passkey[];
  only_way: boolean;
}

/** As whom one may sign in; the passwords are told this once. */
export interface KeysOut {
  keys: Key[];
  url: string;
}

/** A kind of assessment: its article, what it answers, and for how long one holds at the most. */
export interface KindWire {
  kind: string;
  article_zh: string;
  article_en: string;
  questions: string[];
  days_max: number;
}

/** From which ages on what is published can be labelled, and whom a label keeps away. */
export interface LabelRule {
  labels: number[];
  unlabelled: number;
  unknown: number;
  borderline: number;
  articles: Article[];
}

/** A place where data lies. ``why`` says why what is sensitive is not sealed there. */
export interface LabelWire {
  name: string;
  kind: string;
  label: string;
  sealed: boolean;
  purpose: string;
  why: string;
}

/** Every place where data lies, with its label; ``version`` is that of our own list. */
export interface LabelsWire {
  version: string;
  labels: LabelWire[];
}

/** How it stands; ``by_rung`` leaves out what is mended. */
export interface LadderWire {
  count: number;
  by_state: TallyWire[];
  by_rung: TallyWire[];
  by_programme: TallyWire[];
  by_clause: TallyWire[];
  by_operator: TallyWire[];
}

/** The law of incidents, what facts can name, and the profile of this house. */
export interface LawBookWire {
  version: string;
  own: string;
  kinds: string[];
  marks: string[];
  written: string[];
  laws: LawWire[];
}

/** What holds under a profile. */
export interface LawWire {
  profile: string;
  currency: string;
  levels: IncidentLevel[];
  grades: IncidentGrade[];
  clocks: ClockRule[];
}

/** How long registration was shut since the history began. */
export interface Ledger {
  as_of: string;
  scopes: Scoped[];
  doors: AtDoor[];
}

/** Until when a deleted account can be called back; ``null``: it is gone. */
export interface LeftOut {
  until: string | null;
}

/** What a contact says to whoever has named them: ``confirm`` or ``decline``. */
export interface LegacyAnswerBody {
  user_id: string;
  act: string;
}

/** A claim about an account; ``words`` say who asks, and which papers they have shown. */
export interface LegacyClaimBody {
  user_id: string;
  wants: string[];
  words: string;
}

/** A claim as who filed it sees it; ``copy_id`` names the copy while it can be taken. */
export interface LegacyClaimWire {
  claim_id: string;
  user_id: string;
  wants: string[];
  words: string;
  state: string;
  filed_at: string;
  until_at: string | null;
  copy_id: string;
  reason: string;
}

/** Naming a legacy contact by their user id, with some of ``copy``, ``memorial``, ``erase``. */
export interface LegacyNameBody {
  contact: string;
  may: string[];
}

/** Why a claim is refused. */
export interface LegacyRefusalBody {
  reason: string;
}

/** The caller's wish, who has named the caller, and the caller's claims. */
export interface LegacyWire {
  wish: LegacyWishWire | null;
  named_by: LegacyWishWire[];
  claims: LegacyClaimWire[];
}

/** What somebody wants: by whom, and what; nobody's ``contact`` is empty. */
export interface LegacyWishWire {
  user_id: string;
  state: string;
  contact: string;
  may: string[];
  said_at: string;
  answered_at: string | null;
}

/** A citation: the law by its name, its article, the number of the order. */
export interface LegalBasis {
  law: string;
  article?: string;
  order?: string;
}

/** Which are let go, by what they were held. */
export interface LetGoBody {
  listing_ids: string[];
  kind: string;
  words: string;
  by_id?: string;
}

/** How many of a line to let in, and why. */
export interface LetInBody {
  count: number;
  reason: string;
  door?: string;
}

/** Why somebody may vouch again. */
export interface LiftBody {
  reason: string;
}

/** What a guardian sets; what is ``null`` is as the profile has it. Minutes are of the day. */
export interface LimitsBody {
  night_begins_minute?: number | null;
  night_ends_minute?: number | null;
  once_minor?: number | null;
  month_minor?: number | null;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** In which hours a minor does not write, what they may spend, and when they may play next. */
export interface LimitsWire {
  night_begins_minute: number | null;
  night_ends_minute: number | null;
  utc_offset_minutes: number;
  once_minor: number | null;
  month_minor: number | null;
  currency: string | null;
  spent_minor: number;
  play_begins_at: string | null;
  play_ends_at: string | null;
}

/** The challenge that somebody would rather not solve. */
export interface LineBody {
  challenge: string;
}

/** A line, as operators see it. */
export interface LineShown {
  region: string;
  account_class: string;
  door: string;
  state: State;
  policy_id: string | null;
  pace_per_minute: number | null;
  called_per_minute: number | null;
  waiting: number;
  called: number;
  used_lately: number;
  lapsed_lately: number;
  oldest_at: string | null;
  newest_at: string | null;
  estimate: Estimate | null;
  paused: boolean;
}

/** The lines in which people wait, or could. */
export interface LinesWire {
  lines: LineShown[];
}

/** A provider that one signs in by. */
export interface Link {
  provider: string;
  name: string;
  linked_at: string;
}

/** The word of a link in a message. */
export interface LinkIn {
  word: string;
}

/** What was taken back: changed, removed or return. */
export interface LinkOut {
  what: string;
}

/** What the browser brought back, and proof of whose account it is linked to. */
export interface LinkProviderIn {
  arrival: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
  lang?: string;
}

/** Who answers for a minor; ``since: null``: is asked to. */
export interface LinkWire {
  user_id: string;
  asked_at: string;
  since: string | null;
}

/** Rulings, the newest first. */
export interface LinkedRulingsWire {
  rulings: RulingWire[];
}

/** By which providers one signs in. */
export interface LinksOut {
  links: Link[];
}

/** How a list does: what it found, what people made of its newest suggestions. */
export interface ListFigures {
  found: number;
  suggested: number;
  upheld: number;
  dismissed: number;
  undecided: number;
  precision: number | null;
}

/** A version of a list, without its entries. */
export interface ListVersion {
  version: number;
  mode: string;
  effective_at: string;
  entries_count: number;
  note: string;
  made_by: string;
  made_at: string;
}

/** What an operator said about an e-mail domain or a network; ``None``: until taken off. */
export interface Listing {
  what: string;
  action: string;
  reason: string;
  expires_at: string | null;
  created_by: string;
  created_at: string;
}

/** An e-mail domain or a network, what to do, and why. */
export interface ListingBody {
  what: string;
  action: string;
  reason: string;
  expires_at?: string | null;
}

/** A listing with what was done about it. */
export interface ListingDetailWire {
  listing: ListingWire;
  steps: ListingStepWire[];
}

/** What keeps a listing removed. */
export interface ListingHoldWire {
  kind: string;
  by_id: string;
  reason: Both;
  legal_basis: LegalBasis[];
  since: string;
}

/** Something that was done about a listing. */
export interface ListingStepWire {
  act: string;
  state: string;
  actor: string;
  words: string;
  at: string;
}

/** An app in a channel: ``pending``, ``listed`` or ``removed``; ``may`` is what can be done. */
export interface ListingWire {
  listing_id: string;
  app: string;
  name: string;
  version: string;
  channel: string;
  store: string;
  url: string;
  state: string;
  since: string;
  holds: ListingHoldWire[];
  may: string[];
}

/** ``list`` or ``wait``, of some listings. */
export interface ListingsActBody {
  listing_ids: string[];
  act: string;
  words: string;
}

/** A list of apps, as ``csv`` or ``json``; a dry run keeps nothing. */
export interface ListingsBody {
  form: string;
  text: string;
  dry_run?: boolean;
}

/** Listings, by the apps' names. */
export interface ListingsWire {
  listings: ListingWire[];
}

/** Both lists. */
export interface ListsWire {
  domains: Listing[];
  networks: Listing[];
}

/** What happens at the doors, as of a moment. */
export interface Live {
  generated_at: string;
  scopes: ScopeFigures[];
  minutes: MinuteFigures[];
}

/** Why; ``cause`` is own_wish, stolen or guardian when it is for the account's own safety. */
export interface LockReasonIn {
  reason: string;
  cause?: string;
}

/** A look of an inspector: at what, or which register they took away. */
export interface LookWire {
  at: string;
  act: string;
  detail: unknown;
}

/** What was looked at in a visit, the newest first. */
export interface LooksWire {
  looks: LookWire[];
}

/** To which level it is lowered, and why; the second person says the same level. */
export interface LowerBody {
  level: string;
  words: string;
}

/** A report: of which run, which entry of the public history, when, and where the file is. */
export interface MadeWire {
  run_id: string;
  seq: number;
  made_at: string;
  file: string;
}

/** A mail server; no host turns mail off, no password keeps the one there is. */
export interface MailIn {
  host: string;
  port: number;
  tls: boolean;
  username: string;
  mail_from: string;
  password?: string | null;
}

/** The mail server, without its password. */
export interface MailOut {
  host: string;
  port: number;
  tls: boolean;
  username: string;
  mail_from: string;
  has_password: boolean;
}

/** On whose guidance, and on which law, a campaign stands. */
export interface Mandate {
  authority: string;
  reference: string;
  legal_basis: LegalBasis[];
}

/** Whether somebody may do something, why not, and by which rules; what guardians said of it. */
export interface MayWire {
  capability: string;
  allowed: boolean;
  why: string | null;
  articles: Article[];
  said: boolean | null;
}

/** Who is signed in to the console. */
export interface MeOut {
  operator_id: string;
  name: string;
  role: string;
}

/** One thing that an order has done: each kind has its own fields, and no others. */
export interface Measure {
  kind: MeasureKind;
  door?: string;
  state?: State;
  pace_per_minute?: number | null;
  targets?: string[];
  function?: string;
}

/** Policies that are decided together: in force at one moment, or none of them. */
export interface MeasureBody {
  policies: DraftBody[];
}

/** What can be ordered. The names are stored and told. */
export type MeasureKind = "delist" | "hide_from_search" | "restrict_country" | "stop_function" | "stop_registration";

/** On what a transfer stands. The names are stored and told; what asks more comes later. */
export type Mechanism = "assessment" | "certification" | "contract" | "exempt";

/** Two who a newer normaliser would have made one. Both sign in with what they always wrote. */
export interface MergeWire {
  table: string;
  kind: string;
  kept: string;
  apart: string;
  found_at: string;
  seen_by: string | null;
}

/** The merge report of a run; the first of the pairs, and how many there are. */
export interface MergesWire {
  normaliser: number | null;
  total: number;
  unseen: number;
  merges: MergeWire[];
}

/** A message that was found: a piece of its text, and what to mark in it. */
export interface MessageOut {
  room_id: string;
  event_id: string;
  sender: string;
  ts: number;
  text: string;
  marks: [number, number][];
}

/** How many messages would go to a kind of contact, and what sends them. */
export interface Messages {
  contact_kind: string;
  adapter: string;
  count: number;
}

/** What is known of one's own age, and what follows of it. */
export interface MineWire {
  age: AgeWire;
  may: MayWire[];
  guardians: LinkWire[];
  contacts: WardContactWire[];
  limits: LimitsWire;
  appealed_at: string | null;
}

/** How many had which answer in one minute. */
export interface MinuteFigures {
  at: string;
  admitted: number;
  refused: number;
  paced: number;
}

/** Whether a rule acts. ``WATCH`` counts what it would have done. */
export type Mode = "off" | "on" | "watch";

/** Something that would do less than a measure of the order. */
export interface Narrower {
  measure: string;
  why: Both;
}

/** What somebody has to look for. The names are stored and told. */
export type Need = "authority" | "case" | "danger" | "fault" | "recovery" | "request";

/** A new password, and proof: the old one, or a code. */
export interface NewPasswordIn {
  new_password: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
  logout_devices?: boolean;
}

/** What another session of an operator did: an act of the audit log. */
export interface News {
  act: string;
  at: string;
}

/** What the operator's other sessions did about the ways in, newest first. */
export interface NewsOut {
  news: News[];
}

/** What, for whom, since when, why, by whom, until when, what still works, whom to ask. */
export interface Notice {
  id: string;
  scope: GateScope;
  state: State;
  reason: Both;
  legal_basis: LegalBasis[];
  own_decision: boolean;
  justification: string;
  technical_necessity: string;
  since: string;
  until: string | null;
  expected_resume: string | null;
  still_works: Both;
  contact: string;
  related_campaign: string;
  decided_by: string;
  resumes_after?: string;
  resume_pace_per_minute?: number | null;
  promised_before?: string[];
  slip_reason?: Both | null;
}

/** What happened, when, and from which device. */
export interface NoticeOut {
  notice_id: string;
  what: string;
  at: string;
  device_name: string | null;
  here: boolean;
  seen: boolean;
  about: string | null;
  place: string | null;
}

/** A notice, and what is lacking in it. */
export interface NoticeWire {
  parts: PartWire[];
  lacking: string[];
}

/** The notices that people would get. */
export interface NoticesWire {
  notices: Notice[];
}

/** What a hold can name. An official account is an account. */
export type ObjectKind = "account" | "case" | "file" | "message" | "room";

/** What was found before anything was begun. ``stops``: so a run would go no further. */
export interface ObstacleWire {
  code: string;
  place: string;
  count: number;
  rows: string[];
  stops: boolean;
  words: Both;
}

/** An official account's particulars, opened. */
export interface Official {
  account_id: string;
  region: string;
  subject_kind: SubjectKind;
  name: string;
  subject_name: string;
  licence: Record<string, string>;
  state: string;
  created_at: string;
}

/** A change, without anything that is personal. */
export interface OfficialChangeWire {
  change_id: string;
  account_id: string;
  fields: string[];
  state: string;
  rounds: number;
  template: string;
  words: string;
  decided_by: string;
  decided_at: string | null;
  created_at: string;
  expires_at: string;
}

/** Changes that wait, oldest first, or that were decided, newest first. */
export interface OfficialChangesWire {
  changes: OfficialChangeWire[];
}

/** The answer to the policy and a name: the account is made of these. */
export interface OidcRegisterIn {
  arrival: string;
  policy_version: string;
  username: string;
  display_name?: string | null;
  device_name?: string | null;
  lang?: string;
}

/** A new account, signed in; ``return_to`` is where another client waits, with its token. */
export interface OidcRegisteredOut {
  user_id: string;
  access_token: string;
  device_id: string;
  return_to: string | null;
}

/** A claim for operators; ``family`` is filed for them by an operator. */
export interface OperatorClaimWire {
  claim: LegacyClaimWire;
  account_id: string;
  family: boolean;
  filed_by: string;
  first_by: string;
  second_by: string;
}

/** Claims: those that are open, then the newest first. */
export interface OperatorClaimsWire {
  claims: OperatorClaimWire[];
}

/** What to give to the browser's ``navigator.credentials``. */
export interface OperatorOptionsOut {
  options: Record<string, unknown>;
}

/** One operator. */
export interface OperatorOut {
  operator_id: string;
  name: string;
  role: string;
  state: string;
  created_at: string;
}

/** A passkey of an operator. */
export interface OperatorPasskey {
  passkey_id: string;
  label: string;
  created_at: string;
  last_used_at: string | null;
}

/** A new passkey, as the browser has made it. */
export interface OperatorPasskeyIn {
  credential: Record<string, unknown>;
  label?: string;
}

/** Another name for a passkey. */
export interface OperatorPasskeyNameIn {
  label: string;
}

/** The password once more. */
export interface OperatorPasswordIn {
  password: string;
}

/** A request as operators see it. */
export interface OperatorRequestWire {
  request_id: string;
  account_id: string | null;
  kind: string;
  lang: string;
  text: string;
  contact: string;
  opened_at: string;
  due_at: string;
  overdue: boolean;
  answered_at: string | null;
  outcome: string | null;
  answer: string | null;
  held_until: string | null;
  held_because: string;
}

/** Requests: the open ones by their day, or those answered, newest first. */
export interface OperatorRequestsWire {
  requests: OperatorRequestWire[];
}

/** A restriction for operators, and whose it is. */
export interface OperatorRestrictionWire {
  account_id: string;
  user_id: string;
  restriction: RestrictionWire;
  overdue: boolean;
}

/** Restrictions that have not ended, by the day by which they are to be looked at. */
export interface OperatorRestrictionsWire {
  restrictions: OperatorRestrictionWire[];
}

/** What owners ask of all operators. */
export interface OperatorRulesIn {
  passkeys_required: boolean;
}

/** Who is responsible. */
export interface OperatorWire {
  name: string;
  contact: string;
}

/** All operators. */
export interface OperatorsOut {
  operators: OperatorOut[];
}

/** What is carried out: an order without its evidence. */
export interface Order {
  order_id: string;
  authority: string;
  authority_country: string;
  number: string;
  legal_basis: LegalBasis[];
  scope: OrdersScope;
  measures: Measure[];
  received_at: string;
  effective_at: string;
  deadline_at: string;
  ends_at: string | null;
  confidential: boolean;
  reason: Both;
}

/** Why. */
export interface OrderActBody {
  reason: string;
}

/** An order as it is imported. */
export interface OrderBody {
  authority: string;
  authority_country: string;
  number: string;
  legal_basis: LegalBasis[];
  scope: OrdersScope;
  measures: Measure[];
  received_at: string;
  effective_at: string;
  deadline_at: string;
  ends_at?: string | null;
  confidential?: boolean;
  reason: Both;
  evidence: Evidence;
}

/** An order that was kept. */
export interface OrderBroughtWire {
  order_id: string;
}

/** What a report tells; ``workers_without`` live and have not said that they carry it out. */
export interface OrderFacts {
  order: Order;
  state: OrderState;
  evidence_sha256: string;
  imported_at: string;
  acknowledged_by: string[];
  in_force_at: string | null;
  ended_at: string | null;
  policies: PolicyFact[];
  doors: DoorFact[];
  workers: WorkerFact[];
  workers_without: string[];
}

/** What everybody may know of an order in force: what does not work, for whom, and what does. */
export interface OrderNotice {
  order_id: string;
  confidential: boolean;
  authority: string;
  number: string;
  legal_basis: LegalBasis[];
  scope: OrdersScope;
  stopped: Both[];
  still_works: Both;
  reason: Both;
  since: string;
  until: string | null;
}

/** What does not work by orders of authorities, for everybody to know. */
export interface OrderNoticesWire {
  orders: OrderNotice[];
}

/** Whom an order touches, as it stood when somebody looked. */
export interface OrderReach {
  at: string;
  accounts: number;
  touched: number;
  at_most: boolean;
  groups: Group[];
  doors: DoorsReach;
  rooms: number;
  people: number;
  missing: string[];
  narrower: Narrower[];
}

/** A compliance report with its signature, by the key that signs notices. */
export interface OrderReportWire {
  format: string;
  server_name: string;
  made_at: string;
  public: string;
  on_time: boolean;
  complete: boolean;
  facts: OrderFacts;
  key_id: string;
  signature: string;
}

/** Where an order stands. The names are stored and told. */
export type OrderState = "acknowledged" | "checked" | "complied" | "contested" | "declined" | "expired" | "in_force" | "lifted" | "received" | "seen";

/** A step that was taken. */
export interface OrderStepWire {
  act: string;
  state: string;
  actor: string;
  reason: string;
  answer: string;
  at: string;
}

/** An order in the list. */
export interface OrderSummaryWire {
  order_id: string;
  authority: string;
  number: string;
  state: string;
  confidential: boolean;
  measures: string[];
  scope: OrdersScope;
  effective_at: string;
  deadline_at: string;
  ends_at: string | null;
  imported_at: string;
}

/** An order with all that became of it; ``may`` is what comes next. */
export interface OrderWire {
  order_id: string;
  authority: string;
  authority_country: string;
  number: string;
  legal_basis: LegalBasis[];
  scope: OrdersScope;
  measures: Measure[];
  received_at: string;
  effective_at: string;
  deadline_at: string;
  ends_at: string | null;
  confidential: boolean;
  reason_zh: string;
  reason_en: string;
  state: string;
  evidence_name: string;
  evidence_sha256: string;
  imported_by: string;
  imported_at: string;
  checked_at: string | null;
  reach: OrderReach | null;
  first_by: string | null;
  second_by: string | null;
  in_force_at: string | null;
  ended_at: string | null;
  steps: OrderStepWire[];
  workers: WorkerApplied[];
  policy_ids: string[];
  may: string[];
}

/** Orders, the newest first, and the functions that one can stop. */
export interface OrdersWire {
  orders: OrderSummaryWire[];
  functions: string[];
}

/** Somebody's wish to open what still waits for its work; a second person decides. */
export interface Override {
  override_id: string;
  policy_id: string;
  proposed_by: string;
  proposed_name: string;
  reason: string;
  proposed_at: string;
  expires_at: string;
  confirmed_by?: string | null;
  confirm_reason?: string | null;
  confirmed_at?: string | null;
}

/** Wishes to open what waits for its work, which a second person may confirm. */
export interface OverridesWire {
  overrides: Override[];
}

/** A feature that is on without an assessment: since when, and by when one is due. */
export interface Owed {
  feature: string;
  since: string;
  due_at: string;
}

/** An account that is an operator's own. */
export interface OwnAccountBody {
  user_id: string;
}

/** One's own case. ``may`` is what one can do now: comply, contest, appeal. */
export interface OwnCaseWire {
  case_id: string;
  kind: string;
  target: string;
  place: string;
  user_id: string;
  account_class: string;
  state: string;
  hidden: boolean;
  rule: ContentRule | null;
  due_at: string | null;
  export_until: string | null;
  content: unknown;
  steps: CaseStepWire[];
  appeal: CaseAppealWire | null;
  may: string[];
  halted_at: string | null;
}

/** One's own cases, the newest first. */
export interface OwnCasesWire {
  cases: OwnCaseWire[];
}

/** How one's last change stands. ``said`` is what an operator told, in one's language. */
export interface OwnChangeWire {
  change_id: string;
  state: string;
  fields: string[];
  proposed: Details | null;
  said: string;
  created_at: string;
  decided_at: string | null;
  expires_at: string;
}

/** What is in force, which licence fields are asked of each kind of subject, and the last change. */
export interface OwnChangesWire {
  in_force: Details;
  needed: Record<string, string[]>;
  change: OwnChangeWire | null;
}

/** Something one has reported, and what became of it. */
export interface OwnComplaintWire {
  complaint_id: string;
  kind: string;
  room_id: string;
  event_id: string;
  about: string;
  reason: string;
  made_at: string;
  decided_at: string | null;
  outcome: string | null;
  answer: string | null;
}

/** What one has reported, the newest first. */
export interface OwnComplaintsWire {
  complaints: OwnComplaintWire[];
}

/** How one's registration stands. ``said`` is what an operator told, in one's language. */
export interface OwnRequestWire {
  state: string;
  waits_for: string[];
  asks_reason: boolean;
  reason_given: boolean;
  said: string;
  asks_particulars: boolean;
  account_class: string;
  created_at: string;
  expires_at: string;
}

/** A pack that was made; ``sha256`` is of the archive. */
export interface Pack {
  pack_id: string;
  made_at: string;
  made_by: string;
  sha256: string;
  bytes_count: number;
}

/** Packs that were made, the newest first; ``due`` is null where no law says how often. */
export interface PacksWire {
  packs: Pack[];
  due: AuditDue | null;
}

/** Entries, newest first; ``next_before`` asks for the older ones. */
export interface PageOut {
  entries: EntryOut[];
  next_before: number | null;
}

/** The number that the new device shows, where one is asked for. */
export interface PairingApproveIn {
  number?: string;
}

/** What a new device calls itself. */
export interface PairingAskIn {
  device_name?: string;
}

/** The code that a signed-in device shows, and what the new one calls itself. */
export interface PairingEnterIn {
  code: string;
  device_name?: string;
}

/** What a new device is told that came with a code: a number to show, and its secret. */
export interface PairingEntered {
  secret: string;
  number: string;
  expires_at: string;
}

/** The code that a new device shows. */
export interface PairingLookIn {
  code: string;
}

/** A session was opened. */
export interface PairingSessionOut {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** What the device that shows a code puts on its screen. */
export interface PairingShown {
  code: string;
  link: string;
  qr_svg: string;
  expires_at: string;
  pairing_id: string;
  secret: string;
}

/** The new device's secret. */
export interface PairingTakeIn {
  secret: string;
}

/** How far it is: shown, seen, refused or done; and the session, once. */
export interface PairingTakeOut {
  state: string;
  session: PairingSessionOut | null;
}

/** A pairing as the signed-in device sees it. ``place`` is part of a network address. */
export interface PairingTold {
  pairing_id: string;
  state: string;
  device_name: string | null;
  place: string | null;
  number_needed: boolean;
  expires_at: string;
}

/** One thing that a notice says. */
export interface PartWire {
  name: string;
  title: Both;
  said: Both;
}

/** Who gives a pass: an operator, the waiting list, or a member. */
export type PassKind = "invite" | "turn" | "vouch";

/** A passkey as its owner sees it. ``doubted_at``: since when there may be a copy of it. */
export interface Passkey {
  passkey_id: string;
  label: string;
  synced: boolean;
  created_at: string;
  last_used_at: string | null;
  doubted_at: string | null;
}

/** The passkey that the browser has made, and what its owner calls it. */
export interface PasskeyAddIn {
  credential: Record<string, unknown>;
  label: string;
}

/** Nothing for a session just opened; else the password, or a code to one's own contact. */
export interface PasskeyBeginIn {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** Another name. */
export interface PasskeyLabelIn {
  label: string;
}

/** What to give to the browser's ``navigator.credentials``. */
export interface PasskeyOptionsOut {
  options: Record<string, unknown>;
}

/** Whether the caller is sure, even if it is the only way in; proof as for adding one. */
export interface PasskeyRemoveIn {
  sure?: boolean;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A session was opened. */
export interface PasskeySessionOut {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** What the browser has shown, and how the device is called. */
export interface PasskeySignInIn {
  credential: Record<string, unknown>;
  device_name?: string | null;
  device_id?: string | null;
}

/** Whether to stop calling a line, and why. */
export interface PauseBody {
  paused: boolean;
  reason: string;
  door?: string;
}

/** A place, as operators see it. */
export interface PlaceShown {
  place_id: string;
  ordinal: number;
  joined_at: string;
  contact_kind: string;
  contact_masked: string;
}

/** A place in line: show it as the proof once its time has come. */
export interface PlaceWire {
  place: string;
  comes_up_at: string;
  wait_seconds: number;
}

/** The first who wait in a line. */
export interface PlacesWire {
  places: PlaceShown[];
}

/** What is to be made anew. ``suite`` 1 is AES and SHA-256, 2 is SM4 and SM3; none: as it is. */
export interface PlanBody {
  classes?: string[];
  suite?: number | null;
  mode?: string;
  reason?: string;
  rate_max?: number | null;
  scope?: string;
  stolen?: string | null;
  normaliser?: number | null;
}

/** One class of data in one table, counted, and what it will take. */
export interface PlanStepWire {
  data_class: string;
  table: string | null;
  rows: number;
  bytes: number;
  core_seconds: number;
  seconds: number;
  touches: string[];
  disruption_seconds: number;
}

/** What a run would do: nothing was changed. */
export interface PlanWire {
  classes: string[];
  suite: number;
  scope: string;
  mode: string;
  stolen: string | null;
  remains: Both | null;
  steps: PlanStepWire[];
  rows: number;
  core_seconds: number;
  seconds: number;
  disruption_seconds: number;
  registration_open: boolean;
  findings: ObstacleWire[];
  normaliser: number | null;
  merges: ForeseenWire | null;
}

/** Policies, newest first. */
export interface PoliciesWire {
  policies: Policy[];
}

/** A policy that was decided. */
export interface Policy {
  policy_id: string;
  region: string;
  account_class: string;
  door: string;
  state: State;
  pace_per_minute: number | null;
  effective_from: string;
  effective_until: string | null;
  words: Words;
  decided_by: string;
  created_at: string;
  ended_at?: string | null;
  ended_by?: string | null;
  end_reason?: string | null;
  resume_on?: string | null;
  resume_title?: string;
  resume_pace_per_minute?: number | null;
  slips?: Slip[];
}

/** A policy that the order had set: from which moment, and until when, by whose act. */
export interface PolicyFact {
  policy_id: string;
  since: string;
  ended_at: string | null;
  ended_by: string | null;
}

/** The privacy policy in one language. */
export interface PolicyWire {
  version: string;
  lang: string;
  operator: OperatorWire;
  effective_at: string;
  sections: SectionWire[];
  items: ItemWire[];
  recipients: RecipientWire[];
}

/** ``daily_limit`` is of disturbing cases; null: without end. ``categories``: empty for all. */
export interface Preferences {
  blur?: boolean;
  greyscale?: boolean;
  mute?: boolean;
  daily_limit?: number | null;
  categories?: string[];
}

/** How things stand at the doors now. */
export interface Pressure {
  seen_day: number;
  level: number;
  budgets: Budget[];
  tightened: Tightening[];
}

/** Whom a policy would reach, and whom not. */
export interface Preview {
  changed: Change[];
  unchanged_count: number;
  in_flight_refused: number;
  in_flight_untouched: number;
  existing_people: Both;
}

/** How many a rule would have met in the last day; none: it has to watch first. */
export interface PreviewWire {
  would: number | null;
}

/** Whether the server looks at pages that people link to: ``allow`` or ``refuse``. */
export interface PreviewsIn {
  previews: string;
}

/** Codes to print; the only time that anybody can read them here. */
export interface PrintedOut {
  codes: string[];
}

/** Why a request was refused (RFC 9457), with a stable ``code``. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
}

/** A processor as an operator writes it; ``processor_id`` is a short name of its own. */
export interface ProcessorBody {
  processor_id: string;
  name: Both;
  contact: string;
  country: string;
  role?: ProcessorRole;
  contract?: string;
  contract_until?: string | null;
  ways: string[];
  hosts: string[];
  purposes: string[];
  what: Both;
  why: Both;
  when: Both;
  others?: SubProcessor[];
}

/** The key under which lies what a processor keeps; ``digest`` is the SHA-256 of its secret half. */
export interface ProcessorKey {
  recipient: string;
  digest: string;
  made_at: string;
  destroying_at?: string | null;
  destroyed_at?: string | null;
  lost?: boolean;
}

/** The proof of a processor's end, with its signature. */
export interface ProcessorProofWire {
  format: string;
  server_name: string;
  made_at: string;
  public: string;
  processor_id: string;
  name: Both;
  country: string;
  contract: string;
  started_at: string;
  ended_at: string;
  end_reason: string;
  key: ProcessorKey | null;
  under: Under[];
  revoked: Revocation[];
  clearing: Clearing;
  key_id: string;
  signature: string;
}

/** Why a processor ends, or is dropped. */
export interface ProcessorReasonBody {
  reason: string;
}

/** As what somebody is given data. The names are stored and told. */
export type ProcessorRole = "controller" | "own" | "processor";

/** A processor for operators; ``may`` is what comes next. */
export interface ProcessorWire {
  processor: ProcessorBody;
  state: string;
  holds: boolean;
  proposed_by: string;
  proposed_at: string;
  agreed_by: string | null;
  agreed_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  end_reason: string;
  clearing: Clearing | null;
  key: ProcessorKey | null;
  may: string[];
}

/** The register for operators, the newest first; ``mode`` is ``off``, ``warn`` or ``on``. */
export interface ProcessorsWire {
  mode: string;
  processors: ProcessorWire[];
  destinations: DestinationWire[];
}

/** Whose law it is told by. */
export type Profile = "cn-mainland" | "eu" | "intl";

/** The service region of those who choose none. */
export interface ProfileIn {
  profile: string;
}

/** The rules by which ages are judged here. */
export interface ProfileWire {
  name: string;
  utc_offset_minutes: number;
  nodes: number[];
  rules: RuleWire[];
  time: TimeRule;
  content: LabelRule;
}

/** How far a registration has come: what it waits for, or why it was not accepted. */
export interface ProgressWire {
  stage: string;
  held_for: string[];
  turned_away: string;
  expires_at: string;
}

/** The password, or a code asked for with ``/api/v1/account/code``, and the act's own words. */
export interface ProofIn {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
  erase?: boolean;
}

/** What would be given, of how many accounts, and by whose approval where one is needed. */
export interface ProposalBody {
  given: string;
  accounts: number;
  approval?: string;
}

/** What an official account would like its particulars to be. */
export interface ProposeBody {
  details: Details;
  lang?: string;
}

/** An identity provider by which one may sign in. */
export interface ProviderOut {
  id: string;
  name: string;
}

/** Those there are. */
export interface ProvidersOut {
  providers: ProviderOut[];
}

/** How often something went, or was held back, by a way on a day. */
export interface Providing {
  day: string;
  way: string;
  processor_id: string;
  host: string;
  sent: number;
  held: number;
}

/** What was handed on, the newest first: by the day, and by acts. */
export interface ProvidingsWire {
  days: Providing[];
  handings: Handing[];
}

/** A finding as everybody reads it: ``ordered``, ``unmended``, ``fixed``, or a rung of the ladder. */
export interface PublicFindingWire {
  authority: string;
  number: string;
  name: string;
  version: string;
  store: string;
  operator_name: string;
  programme: string;
  clauses: string[];
  status: string;
  published_at: string;
  history: PublicStepWire[];
}

/** An app in a channel, for everybody; ``download`` is null for what cannot be had now. */
export interface PublicListingWire {
  name: string;
  version: string;
  channel: string;
  store: string;
  state: string;
  since: string;
  download: string | null;
  notices: AppNoticeWire[];
}

/** The apps of the house. Whoever has one goes on with it, whatever stands here. */
export interface PublicListingsWire {
  apps: PublicListingWire[];
}

/** A room and what was said in it lately. */
export interface PublicPageWire {
  room_id: string;
  name: string;
  topic: string;
  members: number;
  years: number;
  borderline: boolean;
  said: PublicSaidWire[];
}

/** A room that everybody may read. */
export interface PublicRoomWire {
  room_id: string;
  name: string;
  topic: string;
  members: number;
  years: number;
  borderline: boolean;
}

/** Such rooms, the fullest first. */
export interface PublicRoomsWire {
  rooms: PublicRoomWire[];
  next: string;
}

/** A decision as everybody may see it. */
export interface PublicRuling {
  ruling_id: string;
  year: number;
  month: string | null;
  measure: string;
  rule_id: string;
  conduct: string;
  decider: string;
  automated: boolean;
  emergency: boolean;
  content: string | null;
  account_class: string | null;
  days: number | null;
  lasted_days: number | null;
  ended_by: string;
  appeal: string;
}

/** Something said; ``who`` is empty where its author has not agreed to be named. */
export interface PublicSaidWire {
  event_id: string;
  who: string;
  kind: string;
  text: string;
  at: string;
}

/** A day on which a published finding came to be as it is. */
export interface PublicStepWire {
  status: string;
  version: string;
  at: string;
}

/** A published report; ``replaced``: there is a later one of the same year. */
export interface PublishedAnnual {
  report_id: string;
  kind: string;
  year: number;
  title: Both;
  law: Both;
  figures: WordedFigure[];
  texts: WordedText[];
  counted_at: string;
  published_at: string;
  replaced: boolean;
}

/** What everybody may read, the newest first. */
export interface PublishedAnnuals {
  reports: PublishedAnnual[];
  advice: AdviceWire[];
}

/** The public list, the newest first. */
export interface PublishedWire {
  findings: PublicFindingWire[];
}

/** An address of this house, to be shown as a picture. */
export interface QrIn {
  text: string;
}

/** The picture, as SVG without any style of its own. */
export interface QrOut {
  svg: string;
}

/** A value that could not be made anew; it is where it was. */
export interface QuarantinedWire {
  table: string;
  row_key: string;
  column: string;
  why: string;
}

/** Cases in a state, those that most independent people reported first. */
export interface QueueWire {
  cases: QueuedCaseWire[];
  spared: boolean;
}

/** A case in a queue. ``voices`` is how many independent people reported. */
export interface QueuedCaseWire {
  case_id: string;
  kind: string;
  target: string;
  place: string;
  category: string;
  user_id: string;
  account_class: string;
  state: string;
  voices: number;
  hidden: boolean;
  rule_id: string;
  due_at: string | null;
  claimed_by: string;
  claimed_at: string | null;
  asked_by: string;
  asked_at: string | null;
  opened_at: string;
  moved_at: string;
  halted_at: string | null;
  claimed_until?: string | null;
}

/** When a security upgrade goes slowest: stretches of each day, by the clock of a time zone. */
export interface QuietIn {
  stretches: Stretch[];
  zone: string;
}

/** When a security upgrade goes slowest. */
export interface QuietOut {
  stretches: Stretch[];
  zone: string;
}

/** How many rows a second at most; none: as fast as people do not notice. */
export interface RateBody {
  rate_max?: number | null;
}

/** A label that an official account gives itself; ``years: null`` takes it back. */
export interface RatingBody {
  years: number | null;
  borderline?: boolean;
}

/** A label that an operator gives, with the reason, which the author reads; by a case, if any. */
export interface RatingDecideBody {
  years: number;
  reason: string;
  borderline?: boolean;
  case_id?: string;
}

/** Why operators take their word back. */
export interface RatingLiftBody {
  reason: string;
}

/** A label as it stands: what counts, who said what, and what keeps the one who asks from it. */
export interface RatingWire {
  years: number;
  borderline: boolean;
  barrier: string | null;
  words: RatingWordWire[];
  labels: number[];
  articles: Article[];
}

/** What one of those who may say said: ``author``, ``operator`` or ``case``. */
export interface RatingWordWire {
  voice: string;
  years: number;
  borderline: boolean;
  reason: string;
  case_id: string;
  set_at: string;
}

/** How some of them can be reached. */
export interface ReachedWire {
  people: BreachesReached[];
  next_after: string | null;
}

/** How far one's own identity is known here. */
export interface RealnameWire {
  level: string;
  provider: string | null;
  proved_at: string | null;
  offered: boolean;
}

/** Why one would like to join. */
export interface ReasonBody {
  reason: string;
}

/** Why. */
export interface ReasonIn {
  reason: string;
}

/** Why a restriction ends, or goes on. */
export interface ReasonsBody {
  reasons: string;
}

/** A receipt as its owner sees it. */
export interface ReceiptWire {
  receipt_id: string;
  policy_version: string;
  lang: string;
  accepted: string[];
  declined: string[];
  basis: string;
  screen: string;
  at: string;
}

/** An account's receipts, newest first. */
export interface ReceiptsWire {
  receipts: ReceiptWire[];
}

/** Somebody who is given personal data, for everybody. */
export interface ReceiverWire {
  processor_id: string;
  name: Both;
  country: string;
  role: string;
  what: Both;
  why: Both;
  when: Both;
  since: string | null;
}

/** Who is given personal data by this house now, on a contract. */
export interface ReceiversWire {
  receivers: ReceiverWire[];
}

/** Somebody outside who is given something, in one language. */
export interface RecipientWire {
  id: string;
  name: string;
  host: string;
  role: string;
  what: string;
  why: string;
  when: string;
  purposes: string[];
}

/** That something was looked at. */
export interface RecordLookWire {
  looked_at: string;
  fields: UnsealedFieldWire[];
}

/** That a record could be looked at, as its minor and guardians are told. No operator is named. */
export interface RecordOpenedWire {
  need: string;
  urgent: boolean;
  confirmed: boolean;
  begins_at: string;
  ends_at: string;
  looks: RecordLookWire[];
}

/** All of them that are kept, the newest first. */
export interface RecordsOpenedWire {
  opened: RecordOpenedWire[];
}

/** How many hours a record opens for, by the first year of a band; others are not guarded. */
export interface RecordsRuleWire {
  hours: Record<string, number>;
  urgent_hours: number;
  articles: Article[];
}

/** Recovery codes, told this once. */
export interface RecoveryCodesOut {
  recovery_codes: string[];
}

/** Which of a ward's spendings is asked back, why, and the proof that it is the guardian. */
export interface RefundAskBody {
  reservation_id: string;
  words: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A claim as operators decide it: with the band of ages that the child counts as today. */
export interface RefundCaseWire {
  refund: RefundWire;
  child_id: string;
  at_least: number | null;
}

/** A claim in a list for operators: without what anybody said of it. */
export interface RefundLineWire {
  refund_id: string;
  guardian: string;
  child: string;
  reservation_id: string;
  amount_minor: number;
  currency: string;
  spent_at: string;
  state: string;
  asked_at: string;
  due_at: string;
  late: boolean;
  reference: string;
  acts: string[];
}

/** Claims in a list for operators. */
export interface RefundLinesWire {
  refunds: RefundLineWire[];
}

/** A claim. ``due_at``: when it is answered at the latest; ``acts``: what one may do now. */
export interface RefundWire {
  refund_id: string;
  guardian: string;
  child: string;
  reservation_id: string;
  amount_minor: number;
  currency: string;
  spent_at: string;
  state: string;
  asked_at: string;
  due_at: string;
  late: boolean;
  words: string;
  reason: string | null;
  appeal_words: string | null;
  appeal_reason: string | null;
  reference: string;
  acts: string[];
}

/** What is said with a step: reasons, or of a payment its reference. */
export interface RefundWordsBody {
  words?: string;
}

/** Claims. */
export interface RefundsWire {
  refunds: RefundWire[];
}

/** A row that could not be brought in. */
export interface RefusedWire {
  number: number;
  why: string;
}

/** A regime that was published. */
export interface Regime {
  region: string;
  account_class: string;
  version: number;
  realname: string;
  limits_speaking: boolean;
  per_day: number;
  days: number;
  reason: Both;
  effective_from: string;
  published_by: string;
  published_at: string;
}

/** What new accounts have to show, every version, newest first. */
export interface RegimesWire {
  regimes: Regime[];
}

/** A later version of something. */
export interface ReleaseBody {
  kind: string;
  target: string;
  version: string;
}

/** How many closed findings are to be tested again. */
export interface ReleasedWire {
  rechecked: number;
}

/** Which are removed, by what: ``order``, ``finding`` or ``store``. */
export interface RemovalBody {
  listing_ids: string[];
  kind: string;
  words: string;
  by_id?: string;
  reason?: Both;
  legal_basis?: LegalBasis[];
}

/** One thing that a report says. */
export interface ReportPartWire {
  name: string;
  title: Both;
  said: Both;
}

/** What a dry run found; nothing was written. */
export interface ReportWire {
  rows: number;
  ready: number;
  findings: ImportsFinding[];
  messages: Messages[];
}

/** The newest reports first. */
export interface ReportsWire {
  reports: MadeWire[];
}

/** A request, with the policy that was shown beside the form. */
export interface RequestBody {
  kind: string;
  text: string;
  policy_version: string;
  contact?: string;
  lang?: string;
}

/** A request with what its owner wrote. */
export interface RequestDetailWire {
  request: ApprovalsRequestWire;
  reason: string;
  rounds: RoundWire[];
}

/** A request and the reference by which it is found again; told once. */
export interface RequestFiled {
  reference: string;
  request: RightsRequestWire;
}

/** What somebody shows before their keys may be replaced. */
export interface ResetIn {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** Restricting one's data, with the policy that was shown. */
export interface RestrictBody {
  ground: string;
  words: string;
  policy_version: string;
  lang?: string;
}

/** A restriction; ``answer`` has the reasons of the last decision, which ends it at ``ends_at``. */
export interface RestrictionWire {
  restriction_id: string;
  ground: string;
  state: string;
  words: string;
  asked_at: string;
  due_at: string;
  decided_at: string | null;
  answer: string;
  ends_at: string | null;
  ended_at: string | null;
}

/** The caller's restrictions, the newest first. */
export interface RestrictionsWire {
  restrictions: RestrictionWire[];
}

/** For how many days messages are kept: where a room says nothing, and what rooms may set. */
export interface RetentionIn {
  default_days: number;
  least_days: number;
  most_days: number;
}

/** For how many days messages are kept; 0: for ever, or no limit. */
export interface RetentionOut {
  default_days: number;
  least_days: number;
  most_days: number;
}

/** The token of a way back, and a new password if one is wanted. */
export interface ReturnDoneIn {
  token: string;
  password?: string | null;
  device_name?: string | null;
}

/** A printed code. */
export interface ReturnIn {
  printed: string;
}

/** A way back that has begun; keep the token. */
export interface ReturnOut {
  token: string;
  ready_at: string;
}

/** A credential by which a processor spoke to this house, and since when it is nobody's. */
export interface Revocation {
  kind: string;
  credential_id: string;
  at: string;
}

/** Since when a key may be in other hands, and why that is thought; the reason is published. */
export interface RevokeBody {
  since: string;
  reason: string;
}

/** What an operator may do. */
export type Role = "auditor" | "inspector" | "moderator" | "owner" | "registrar";

/** The key that signs now. */
export interface RotatedWire {
  key_id: string;
}

/** One time that more was asked for. */
export interface RoundWire {
  number: number;
  template: string;
  words: string;
  asked_at: string;
  answered_at: string | null;
}

/** Whether new accounts of a scope need somebody's approval; ``*`` is any. */
export interface Rule {
  rule_id: string;
  region: string;
  account_class: string;
  door: string;
  needed: boolean;
  asks_reason: boolean;
  set_by: string;
  set_at: string;
}

/** How a rule is to be set. */
export interface RuleBody {
  mode: Mode;
  amount: number;
}

/** The rules of a house, with their version. */
export interface RuleBook {
  version: string;
  rules: ContentRule[];
}

/** A rule as it is set, and what it did in the last day, or would have done. */
export interface RuleShown {
  rule: string;
  mode: Mode;
  amount: number;
  usual_amount: number;
  least: number;
  most: number;
  unit: string;
  did: number;
  would: number;
}

/** A rule of the profile. */
export interface RuleWire {
  capability: string;
  effective_from: string;
  answers: Record<string, string>;
  articles: Article[];
}

/** What operators set. */
export interface Rules {
  newcomer_days?: number;
  burst_days?: number;
  member_after_days?: number;
  active_days?: number;
  at_most_days?: number;
  limits?: Record<string, Record<string, number>>;
}

/** Every rule. */
export interface RulesWire {
  rules: RuleShown[];
}

/** What an authority decided in writing; ``document`` is where the paper is, or its digest. */
export interface RulingBody {
  programme: string;
  authority: string;
  number: string;
  decided_on: string;
  shuts_down: boolean;
  document: string;
}

/** A written ruling of an authority. */
export interface RulingWire {
  ruling_id: string;
  programme: string;
  authority: string;
  number: string;
  decided_on: string;
  shuts_down: boolean;
  document: string;
  noted_at: string;
}

/** Decisions, the oldest first; ``after`` is what to ask for the next page with, if there is one. */
export interface RulingsWire {
  rulings: PublicRuling[];
  after: string | null;
}

/** A run, in a line. */
export interface RunSummaryWire {
  run_id: string;
  scope: string;
  state: string;
  paused: boolean;
  mode: string;
  stolen: string | null;
  reason: string;
  classes: string[];
  suite: number;
  planned_by: string;
  planned_at: string;
  started_at: string | null;
  verified_at: string | null;
  ended_at: string | null;
  done: number;
  total: number;
}

/** A run with all that there is to see. ``may`` are the acts that can be done now. */
export interface RunWire {
  summary: RunSummaryWire;
  says: string;
  said: SaidWire;
  steps: StepWire[];
  samples: SampleWire[];
  rate_max: number | null;
  waits_for: WaitsForWire[];
  findings: UpgradesFindingWire[];
  quarantined: QuarantinedWire[];
  quarantined_total: number;
  keys: KeyWire[];
  hands: HandWire[];
  soft_until: string | null;
  work_id: string | null;
  report: boolean;
  may: string[];
}

/** The runs, newest first. */
export interface RunsWire {
  runs: RunSummaryWire[];
}

/** What a run does or waits for: a code, what fills its blanks, and both in words. */
export interface SaidWire {
  of: string;
  code: string;
  values: Record<string, string>;
  words: Both;
}

/** How it was at a moment. ``exposed`` values are still under a key that is to go. */
export interface SampleWire {
  at: string;
  rate: number;
  p99_ms: number | null;
  queue_ms: number | null;
  exposed: number;
}

/** What a ward may or may not; ``allowed: null`` takes back what was said. */
export interface SayBody {
  capability: string;
  allowed?: boolean | null;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** The regions of which school holidays are known. */
export interface SchoolRegionsWire {
  regions: string[];
}

/** The holidays of a school year, which begins in the year ``school_year``, and who says so. */
export interface SchoolYear {
  region: string;
  school_year: number;
  source: string;
  holidays: Holiday[];
}

/** All school years, by region, the newest first. */
export interface SchoolYearsWire {
  years: SchoolYear[];
}

/** How many had an answer at a door in a region, by what decided it. */
export interface ScopeFigures {
  door: string;
  account_class: string;
  region: string;
  outcome: string;
  policy_id: string | null;
  minute: number;
  hour: number;
  day: number;
}

/** What can be made anew: the whole installation, ``*``, or a region of it by itself. */
export interface ScopeWire {
  name: string;
  own_keys: boolean;
  classes: string[];
}

/** How long a scope was shut, as it was decided. */
export interface Scoped {
  region: string;
  account_class: string;
  door: string;
  times: number;
  minutes: number;
  shut_now: boolean;
}

/** A chapter of the policy in one language. */
export interface SectionWire {
  id: string;
  title: string;
  body_paragraphs: string[];
}

/** All that keeps an account safe. */
export interface SecurityOut {
  notices: NoticeOut[];
  contacts: ContactOut[];
  printed_left: number;
  return_ready_at: string | null;
}

/** Notices that were shown. */
export interface SeenIn {
  notice_ids: string[];
}

/** A code is on its way. */
export interface SentCodeOut {
  resend_after_seconds: number;
  expires_at: string;
}

/** The notices that went out, the newest first. */
export interface SentListWire {
  notices: SentWire[];
}

/** A notice as it went out: to ``people`` or to the ``authority``. */
export interface SentWire {
  whom: string;
  told_at: string;
  parts: PartWire[];
}

/** A device that is signed in. ``last_seen_at`` is true to the hour. */
export interface Session {
  session_id: string;
  device_id: string;
  device_name: string | null;
  last_seen_at: string;
  last_seen_address: string | null;
  created_at: string;
}

/** Sign in: phone or email with ``value`` and ``code``, or password with ``user``. */
export interface SessionIn {
  kind: string;
  value?: string;
  code?: string;
  user?: string;
  password?: string;
  device_name?: string | null;
  device_id?: string | null;
  code_id?: string;
  restore?: boolean;
}

/** A session was opened. */
export interface SessionOut {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** What the console may change; ``fixed`` names what is set in the file instead. */
export interface SettingsOut {
  url: string;
  name: string;
  contact: string;
  profile: string;
  mail: MailOut;
  sms: SmsOut;
  quiet: QuietOut;
  encryption: string;
  previews: string;
  apps: string;
  retention: RetentionOut;
  collection: CollectionOut;
  fixed: string[];
  channels: Channel[];
}

/** How old somebody counts as from now on: a day of birth, which is not kept, or a band. */
export interface SettleBody {
  reason: string;
  born_on?: string | null;
  at_least?: number | null;
}

/** How far setting up has come; no step: it has not begun. */
export interface Setup {
  step: string | null;
  finished: boolean;
}

/** What is entered into an authenticator, as an address, a picture, and letters. */
export interface SetupBegun {
  uri: string;
  qr_svg: string;
  secret: string;
  passkey_options: Record<string, unknown> | null;
  passkeys_required: boolean;
}

/** Where one operator may set themselves up; the last time that anybody can read it here. */
export interface SetupLink {
  url: string;
  role: Role;
  expires_at: string;
}

/** A task as the person sees it. */
export interface Shown {
  demanded: string;
  state: string;
  due_at: string;
  reason: Both;
  limits_speaking: boolean;
  decision: string;
}

/** Sign in by the password and one of: an authenticator's code, a passkey, a recovery code. */
export interface SignInIn {
  name: string;
  password: string;
  code?: string;
  credential?: Record<string, unknown> | null;
  recovery_code?: string;
}

/** What many accounts are decided on for: ``label:…`` or ``rule:…``. */
export interface SignOffBody {
  reason: string;
}

/** A second sign-off; ``reviewed_at`` is null until another operator has reviewed it. */
export interface SignOffWire {
  sign_off_id: string;
  reason: string;
  operator_id: string;
  at: string;
  reviewed_by: string;
  reviewed_at: string | null;
}

/** Second sign-offs, the newest first. */
export interface SignOffsWire {
  sign_offs: SignOffWire[];
}

/** What was found where data may lie. ``sink`` and ``state`` are in sinks.py. */
export interface SinkSeen {
  sink: string;
  state: string;
  counted?: number | null;
  until?: string | null;
  detail?: string;
  said?: Detail[];
}

/** A place where data may lie, how it follows a change of keys, and what was found there. */
export interface SinkWire {
  name: string;
  follows: string;
  title: Both;
  how: Both;
  seen: SinkSeen | null;
  details: Both;
}

/** A promise that could not be kept, told before its time came. */
export interface Slip {
  at: string;
  promised: string;
  expected: string | null;
  reason: Both;
}

/** An SMS gateway; no address turns SMS off, no token keeps the one there is. */
export interface SmsIn {
  url: string;
  token?: string | null;
}

/** The SMS gateway, without its token. */
export interface SmsOut {
  url: string;
  has_token: boolean;
}

/** One payment of a ward that still counts. */
export interface SpendingWire {
  reservation_id: string;
  amount_minor: number;
  currency: string;
  made_at: string;
}

/** A ward's payments, the newest first. */
export interface SpendingsWire {
  spending: SpendingWire[];
}

/** The stage that an account is brought to, and why. */
export interface StageBody {
  stage: string;
  reason: string;
}

/** How many accounts are at each stage, and what rules would do to them. */
export interface StagesPreview {
  stages: Record<string, number>;
  newcomers: Record<string, number>;
  promoted: number;
  reached: StandingReached[];
}

/** How somebody would like to register. */
export interface StartBody {
  account_class?: string;
  door?: string;
  service_region?: string;
  invite_token?: string | null;
  proof?: ScreeningProof | null;
}

/** A registration that has begun; its id is a secret of the person's. */
export interface StartedWire {
  registration_id: string;
  expires_at: string;
  steps: string[];
  policy_version: string;
}

/** How open a scope is. */
export type State = "invite_only" | "open" | "paced" | "suspended" | "waitlist";

/** A statement of reasons (DSA 17; Anti-Telecom-Fraud Law 32): why, by whom, and what to do. */
export interface Statement {
  rule_id: string;
  facts: string;
  decider: string;
  redress: string;
  materials: string;
  label?: string;
}

/** The step of the set-up that is next. */
export interface StepIn {
  step: string;
}

/** Until when what is sensitive is shown. */
export interface StepUpOut {
  until: string;
}

/** How far a class of data is, in one table. ``phase`` is the last that it has come through. */
export interface StepWire {
  data_class: string;
  table: string | null;
  phase: string;
  total: number;
  done: number;
  quarantined: number;
  rate_per_second: number;
  eta_seconds: number | null;
}

/** A class of data at its place in the order, and why it is there. */
export interface StolenStepWire {
  data_class: string;
  why: Both;
  sensitive_first: boolean;
}

/** What was stolen, what to do in order, and what stays open whatever one does. */
export interface StolenWire {
  stolen: string;
  name: Both;
  steps: StolenStepWire[];
  remains: Both;
}

/** Everything that can be stolen. */
export interface StolensWire {
  stolen: StolenWire[];
}

/** A part of each day, by the clock, such as 18:00 to 23:00; one may pass midnight. */
export interface Stretch {
  begins: string;
  ends: string;
}

/** Somebody whom a processor may give the data in its turn. */
export interface SubProcessor {
  name: string;
  country: string;
}

/** Who is behind an official account. */
export type SubjectKind = "company" | "media" | "organisation" | "person" | "public_body";

/** A narrower measure: what to set instead, and how much less it would close. */
export interface Suggestion {
  region: string;
  account_class: string;
  door: string;
  state: State;
  pace_per_minute: number | null;
  refused_scopes: number;
  refused_scopes_of_draft: number;
  why: Both;
}

/** Narrower measures, the least restrictive first. */
export interface SuggestionsWire {
  suggestions: Suggestion[];
}

/** A password of one's own for the account that was made for one, and the policy that was shown. */
export interface TakeBody {
  password: string;
  policy_version: string;
  lang?: string;
  device_name?: string | null;
}

/** What came of a list, or would; of the rows left out the first hundred say why. */
export interface TakenListWire {
  new: number;
  known: number;
  left_out: number;
  wrong: WrongRowWire[];
}

/** How many of a list are new, and how many were there. */
export interface TakenListingsWire {
  new: number;
  known: number;
}

/** The account is its person's now, who is signed in. */
export interface TakenWire {
  user_id: string;
  access_token: string;
  device_id: string;
}

/** What came of a campaign: steps of cases under its rules, appeals, and what was taken back. */
export interface Tally {
  cases?: number;
  actions?: Record<string, number>;
  appeals?: number;
  reversals?: number;
}

/** How many there are of something; ``percent`` of all findings, with one digit. */
export interface TallyWire {
  name: string;
  count: number;
  percent: number;
}

/** What is asked of the caller. */
export interface TasksWire {
  tasks: Shown[];
}

/** A reason to choose from. */
export interface TemplateWire {
  decision: string;
  template: string;
  zh: string;
  en: string;
}

/** A message to be sent as a test. */
export interface TestIn {
  to: string;
  lang?: "en" | "zh";
}

/** What became of a test: ``why`` is empty when it was handed over. */
export interface Tested {
  sent: boolean;
  why: string;
  status: number | null;
  took_ms: number;
}

/** What a law asks from there on. */
export interface ThresholdDuty {
  article: string;
  article_zh: string;
  zh: string;
  en: string;
}

/** A threshold: ``below``, ``near`` (from 80 %) or ``reached``, and since when it was. */
export interface ThresholdWire {
  id: string;
  counts: string;
  least: number;
  people: number;
  level: string;
  near_since: string | null;
  reached_since: string | null;
  duties: ThresholdDuty[];
}

/** The newest count, and every threshold beside it; ``day`` is null before the first count. */
export interface ThresholdsWire {
  version: string;
  day: string | null;
  individuals: number;
  active: number;
  thresholds: ThresholdWire[];
}

/** What was given out for a place that is not proved yet. */
export interface Ticket {
  ticket: string;
  resend_after_seconds: number;
  expires_at: string;
}

/** Ask for a code to another contact of an account that one has a ticket for. */
export interface TicketCodeIn {
  ticket: string;
  kind: string;
  lang?: string;
}

/** A ticket, and one of the things that it needs; ``restore`` calls a deleted account back. */
export interface TicketIn {
  ticket: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
  printed?: string | null;
  restore?: boolean;
  device_name?: string | null;
}

/** A policy that screening has set by itself. */
export interface Tightening {
  policy_id: string;
  region: string;
  account_class: string;
  door: string;
  state: string;
  since: string;
  until: string | null;
}

/** How many minutes of a day were used. */
export interface TimeDayWire {
  day: string;
  minutes: number;
}

/** How many minutes of today a ward has besides, and the proof that it is the guardian. */
export interface TimeGrantBody {
  minutes: number;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** What there is of today. ``measured: false``: nothing is limited, so nothing is counted. */
export interface TimeLeftWire {
  measured: boolean;
  used_minutes: number;
  cap_minutes: number | null;
  granted_minutes: number;
  left_minutes: number | null;
  begins_minute: number;
  ends_minute: number;
  utc_offset_minutes: number;
  open: boolean;
  opens_at: string | null;
}

/** What a guardian sets for each day of the week, Monday first, and for days off school. */
export interface TimePlanBody {
  week: DayPlanBody[];
  off?: DayPlanBody | null;
  region?: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** How many minutes of a day each band has, where it is limited; and on days off, if others. */
export interface TimeRule {
  minutes?: Record<string, number>;
  off_minutes?: Record<string, number>;
  guardian_minutes_max?: number;
  articles?: Article[];
}

/** What there is about somebody's time: today, the days before, and what a guardian set. */
export interface TimesWire {
  today: TimeLeftWire;
  days: TimeDayWire[];
  week: DayPlanWire[];
  off: DayPlanWire | null;
  region: string;
  minutes_max: number;
}

/** How far the town has come; no state: there is none. */
export interface TownOut {
  state?: string | null;
  done?: number;
  total?: number;
  fault?: string;
}

/** A transfer as an operator writes it; ``transfer_id`` is a short name of its own. */
export interface TransferBody {
  transfer_id: string;
  recipient: string;
  country: string;
  mechanism: Mechanism;
  reference: string;
  until: string;
  purposes: string[];
}

/** Why a transfer ends, or is dropped. */
export interface TransferReasonBody {
  reason: string;
}

/** A transfer for operators; ``may`` is what comes next. */
export interface TransferWire {
  transfer: TransferBody;
  state: string;
  holds: boolean;
  enough: boolean;
  people: number;
  sensitive: number;
  proposed_by: string;
  proposed_at: string;
  agreed_by: string | null;
  agreed_at: string | null;
  ended_at: string | null;
  end_reason: string;
  may: string[];
}

/** The register, the newest first; of how many people at most since 1 January, and what that asks. */
export interface TransfersWire {
  profile: string;
  year: number;
  people: number;
  sensitive: number;
  asks: string;
  limits: VolumeLimit[];
  transfers: TransferWire[];
}

/** What was reported, decided and appealed between two days. Null: from one to four. */
export interface Transparency {
  first_day: string;
  last_day: string;
  reports: Figures;
  cases: Figures;
  measures: Figures;
  rules: Figures;
  contents: Figures;
  account_classes: Figures;
  deciders: Figures;
  by_rule_and_measure: Figures;
  median_hours_to_decision: number | null;
  appeals: Figures;
  median_hours_to_answer: number | null;
  sign_offs: Figures;
  after_reviews: Figures;
}

/** A turn: by it one person can register. */
export interface Turn {
  token: string;
  expires_at: string;
}

/** For which registration a turn is. */
export interface TurnOf {
  region: string;
  account_class: string;
  door: string;
  contact_kind: string;
  expires_at: string;
}

/** What was found while somebody typed; ``next`` goes on with the messages. */
export interface TypedOut {
  people: FoundPerson[];
  rooms: FoundRoom[];
  messages: MessageOut[];
  next?: string;
}

/** Something that lies with a processor under its key. */
export interface Under {
  kind: string;
  object_id: string;
  sha256: string;
  bytes_count: number;
  at: string;
}

/** Which provider goes, and proof. */
export interface UnlinkProviderIn {
  provider: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** What was opened: its name in the policy, in both languages. */
export interface UnsealedFieldWire {
  zh: string;
  en: string;
}

/** What is said with a step; a no needs a reason. */
export interface UnsealingActBody {
  words?: string;
}

/** What somebody asks for. ``reference``: the number of the case, request or paper, if any. */
export interface UnsealingWanted {
  account_id: string;
  need: Need;
  words: string;
  reference?: string;
  urgent?: boolean;
  confidential?: boolean;
}

/** An unsealing. ``open``: its asker may look now; ``may``: what the reader may do next. */
export interface UnsealingWire {
  unsealing_id: string;
  account_id: string;
  user_id: string;
  at_least: number;
  need: string;
  reference: string;
  words: string;
  confidential: boolean;
  urgent: boolean;
  hours: number;
  state: string;
  open: boolean;
  overdue: boolean;
  asked_by: string;
  asked_at: string;
  decided_by: string;
  decided_at: string | null;
  decided_words: string;
  opens_until: string | null;
  due_at: string | null;
  looks: RecordLookWire[];
  may: string[];
}

/** Unsealings: what is not over first, then the newest. ``guarded``: of the account asked about. */
export interface UnsealingsWire {
  unsealings: UnsealingWire[];
  rule: RecordsRuleWire;
  guarded: boolean;
}

/** Until when contacts may be read. */
export interface UntilWire {
  until: string;
}

/** What everybody may know of an upgrade. ``downtime_seconds`` is of registration. */
export interface UpgradeStatusWire {
  running: boolean;
  since: string | null;
  until: string | null;
  words: WordsWire;
  classes: ClassPercentWire[];
  registration_open: boolean;
  downtime_seconds: number;
  scope?: string;
}

/** That somebody came by an invitation; of an account that ended it is not known any more who. */
export interface Use {
  use_id: string;
  account_id: string | null;
  used_at: string;
}

/** What screening says to a sign-up, from mild to strict. */
export type Verdict = "hold" | "pass" | "refuse" | "stage";

/** A decision about a change, with its reason. */
export interface VerdictBody {
  decision: string;
  template: string;
  words?: string;
}

/** The contact is proved; ``taken`` when an account has it, which only its owner is told. */
export interface VerifiedWire {
  verified: boolean;
  taken?: boolean;
}

/** Whether the chain is whole; if not, the first number that is wrong. */
export interface VerifyOut {
  intact: boolean;
  first_wrong: number | null;
}

/** A version of the policy: when it was published, from when on it counts, and why. */
export interface VersionWire {
  version: string;
  published_at: string;
  effective_at: string;
  reason: string;
  current: boolean;
}

/** Every version there ever was, newest first. */
export interface VersionsWire {
  versions: VersionWire[];
}

/** A register as an inspector reads it: on which pages of the console, and which parts by themselves. */
export interface VisitRegister {
  register: string;
  pages: string[];
  parts: string[];
}

/** A visit that is asked for: who comes, from which authority, by what paper, and what they read. */
export interface VisitWanted {
  inspector_id: string;
  authority: string;
  mandate: string;
  registers: string[];
  opens_at: string;
  closes_at: string;
}

/** A visit: ``asked``, ``agreed``, ``open`` or ``over``. */
export interface VisitWire {
  visit_id: string;
  state: string;
  inspector_id: string;
  authority: string;
  mandate: string;
  registers: string[];
  opens_at: string;
  closes_at: string;
  asked_by: string;
  agreed_by: string;
  ended_by: string;
}

/** Visits, the newest first, and which registers there are, and where they are read. */
export interface VisitsWire {
  visits: VisitWire[];
  registers: VisitRegister[];
}

/** From how many people on what is asked. */
export interface VolumeLimit {
  id: string;
  counts: string;
  least: number;
  asks: Mechanism;
}

/** For how long a friend's way in is to be good. */
export interface VouchBody {
  minutes: number;
}

/** A vouch: that a friend joined is told, and not who. */
export interface VouchWire {
  vouch_id: string;
  created_at: string;
  expires_at: string;
  state: string;
}

/** Whether one may vouch now, why not, and the vouches one gave. */
export interface VouchingWire {
  left: number;
  hindrance: string | null;
  until: string | null;
  vouches: VouchWire[];
}

/** What one person wants and a second has to agree to: ``retire``, ``destroy``, ``force``. */
export interface WaitsForWire {
  act: string;
  first: string;
  at: string;
  expires_at: string;
  mine: boolean;
}

/** A minor's month of birth, and the password or a code to show that it is the guardian. */
export interface WardAgreeBody {
  birth_month: string;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** Whether a ward may write with somebody, and the proof that it is the guardian. */
export interface WardAnswerBody {
  user_id: string;
  agreed: boolean;
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** With whom a minor asks to write. */
export interface WardContactBody {
  user_id: string;
}

/** Somebody whom a minor asked to write with; ``agreed_at``: since when they may. */
export interface WardContactWire {
  user_id: string;
  asked_at: string;
  agreed_at: string | null;
}

/** The password or a code to show that it is the guardian. */
export interface WardEndBody {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A minor for whom one answers, or is asked to: then nothing of them is told. */
export interface WardWire {
  user_id: string;
  asked_at: string;
  since: string | null;
  age: AgeWire;
  may: MayWire[];
  contacts: WardContactWire[];
  limits: LimitsWire | null;
}

/** Those for whom one answers, or is asked to. */
export interface WardsWire {
  wards: WardWire[];
}

/** The subscription that the browser has made for ``sender_key``, and what may be shown. */
export interface WebPushIn {
  endpoint: string;
  p256dh: string;
  auth: string;
  sender_key: string;
  lang?: string;
  shows_text?: boolean;
}

/** Whether this device's browser is told of what is new. */
export interface WebPushOut {
  sender_key: string;
  on: boolean;
  shows_text: boolean;
  endpoint: string | null;
}

/** What an operator has chosen, and how much that is disturbing they have seen today. */
export interface Wellbeing {
  preferences: Preferences;
  seen_today: number;
}

/** What brought an account to its stage. */
export type Why = "age" | "burst" | "operator" | "screening" | "setting" | "vouch";

/** Why people need not be told. */
export interface WhyBody {
  why: string;
}

/** The password or a code to show that it is the guardian who withdraws. */
export interface WithdrawBody {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** A figure with its words; null: from one to four, or not known. */
export interface WordedFigure {
  id: string;
  words: Both;
  count: number | null;
}

/** A section: what it is about, and what was written. */
export interface WordedText {
  id: string;
  words: Both;
  text: Both;
}

/** What a policy tells people. */
export interface Words {
  reason?: Both;
  legal_basis?: LegalBasis[];
  own_decision?: boolean;
  justification?: string;
  technical_necessity?: string;
  expected_resume?: string | null;
  still_works?: Both;
  contact?: string;
  related_campaign?: string | null;
  waiting_list?: boolean;
}

/** The same in both languages. */
export interface WordsWire {
  zh: string;
  en: string;
}

/** A piece of work, as it was last heard of. */
export interface Work {
  work_id: string;
  kind: string;
  title: string;
  state: WorkState;
  done: number;
  total: number;
  opened_by: string;
  opened_at: string;
  heartbeat_at: string;
  ended_at?: string | null;
  report_digest?: string | null;
  reason?: string | null;
}

/** How a work stands. */
export type WorkState = "failed" | "running" | "stalled" | "verified";

/** Since when a worker carries an order out. */
export interface WorkerApplied {
  worker_id: string;
  host: string;
  pid: number;
  at: string;
}

/** A worker that carries the order out, since when, and how long after it began to hold. */
export interface WorkerFact {
  worker_id: string;
  host: string;
  pid: number;
  since: string;
  after_milliseconds: number;
}

/** Works, the newest first. */
export interface WorksWire {
  works: Work[];
}

/** What is found wrong with a row. The words are stored and told. */
export type Wrong = "bad_email" | "bad_name" | "bad_phone" | "contact_in_use" | "contact_twice" | "gate_closed" | "name_taken" | "name_twice" | "no_contact" | "unknown_hash";

/** Why a row is not taken in; from 1, without the heading. */
export interface WrongRowWire {
  row: number;
  why: string;
}

/** What authorities of a country asked in a year, and what came of it. */
export interface YearFigures {
  year: number;
  country: string;
  requests: DisclosuresTold;
  given: DisclosuresTold;
  refused: DisclosuresTold;
  accounts_given: DisclosuresTold;
}

/** Which requests were decided; the others had been, or waited no more. */
export interface ApprovalsDecidedWire {
  decided: string[];
}

/** Somebody who waits, or waited, without anything that names them. */
export interface ApprovalsRequestWire {
  request_id: string;
  waits_for: string[];
  account_class: string;
  region: string;
  doors: string[];
  signals: ScreeningFinding[];
  contact_masked: string;
  has_reason: boolean;
  state: string;
  rounds: number;
  template: string;
  words: string;
  decided_by: string;
  decided_at: string | null;
  created_at: string;
  expires_at: string;
}

/** A page of requests, and how many there are by state. ``next`` asks for the next page. */
export interface ApprovalsRequestsWire {
  requests: ApprovalsRequestWire[];
  counts: Record<string, number>;
  next: string | null;
}

/** Somebody affected, with how they can be reached. */
export interface BreachesReached {
  account_id: string;
  user_id: string;
  contacts: string[];
}

/** What may have leaked: the tables (none named: all), the time, and with a key its life. */
export interface BreachesScope {
  began_at: string;
  ended_at: string;
  tables?: string[];
  purpose?: string | null;
  version?: number | null;
  dek_id?: string | null;
}

/** What a notice says besides the figures, in both languages. */
export interface BreachesTold {
  kinds?: Both;
  cause?: Both;
  harm?: Both;
  measures?: Both;
  self_help?: Both;
  contact?: Both;
  late_why?: Both;
}

/** What operators decide: ``acted`` or ``dismissed``, and what whoever reported it reads. */
export interface ComplaintsDecisionBody {
  outcome: string;
  answer: string;
}

/** Showing once more that it is you: the password, or a code sent to the phone or address. */
export interface ConsentProof {
  password?: string | null;
  kind?: string | null;
  code?: string | null;
}

/** Something declined: the app asks by itself again from ``again_at`` on. */
export interface ConsentAskWire {
  ask: string;
  times: number;
  again_at: string;
}

/** Build the town; ``yes`` also in a house that has people of its own. */
export interface DemoBeginIn {
  yes?: boolean;
}

/** A published number: exact from ten on, else a range. */
export interface DisclosuresTold {
  least: number;
  most: number;
}

/** A finding. ``may``: the steps that may come next; ``proposed``: after a missed deadline. */
export interface FindingsFindingWire {
  finding_id: string;
  authority: string;
  number: string;
  programme: string;
  clauses: string[];
  severity: string;
  kind: string;
  target: string;
  name: string;
  version: string;
  store: string;
  operator_name: string;
  facts: string;
  found_at: string;
  due_at: string;
  state: string;
  rung: string;
  ruling_id: string | null;
  regressions: number;
  evidence_by: string;
  asked_by: string;
  published_at: string | null;
  moved_at: string;
  may: string[];
  proposed: string[];
}

/** For whom; ``*`` is everyone. */
export interface GateScope {
  region: string;
  account_class: string;
  door: string;
}

/** A code is one that a child shows now. */
export interface GuardiansAskWire {
  expires_at: string;
  policy_version: string;
}

/** Something wrong with a row; rows are numbered from 1, without the heading. */
export interface ImportsFinding {
  number: number;
  wrong: Wrong;
}

/** What a verification of the history found. */
export interface NoticesFindingWire {
  intact: boolean;
  entries: number;
  first_wrong: number | null;
  why: string;
  key_ids: string[];
}

/** Begin to set up an operator. */
export interface OperatorsBeginIn {
  token: string;
  name: string;
  password: string;
}

/** Whom an order is about; ``*`` is everyone, and no country is every country. */
export interface OrdersScope {
  region?: string;
  account_class?: string;
  country?: string;
}

/** Whose document an operator has seen, and what it was. */
export interface RealnamesSeenBody {
  user_id: string;
  reason: string;
}

/** Whether an appeal is upheld, and why; the person reads it. */
export interface RegimesDecisionBody {
  uphold: boolean;
  reason: string;
}

/** The code that came. */
export interface RegistrationsCodeBody {
  code: string;
}

/** What comes of it, in words. It goes into the audit log. */
export interface RenewalsSeenBody {
  reason?: string;
}

/** A request as whoever made it sees it. */
export interface RightsRequestWire {
  request_id: string;
  kind: string;
  lang: string;
  text: string;
  opened_at: string;
  due_at: string;
  overdue: boolean;
  answered_at: string | null;
  outcome: string | null;
  answer: string | null;
  held_until: string | null;
  held_because: string;
}

/** The caller's requests, newest first. */
export interface RightsRequestsWire {
  requests: RightsRequestWire[];
}

/** A rule that spoke: how many sign-ups are alike, and since when. It names nobody. */
export interface ScreeningFinding {
  rule: string;
  alike?: number;
  since?: string | null;
}

/** An answer to a challenge: its token, and a number for each part. None: a place in line. */
export interface ScreeningProof {
  challenge: string;
  answers?: number[];
}

/** How many accounts a decision reached. */
export interface ScreeningDecidedWire {
  accounts: number;
}

/** stage, review or ignore. */
export interface ScreeningDecisionBody {
  decision: string;
}

/** How many accounts of a stage have used an act today as much as a limit allows, or more. */
export interface StandingReached {
  stage: string;
  act: string;
  accounts: number;
}

/** How far an account has come. The names are stored and told. */
export type StandingStage = "member" | "newcomer" | "trusted";

/** Where an account stands, what that allows, and how it gets further. */
export interface StandingStanding {
  stage: StandingStage;
  since: string | null;
  why: Why | null;
  reason: string;
  allowances: Allowance[];
  member_from: string | null;
  member_at: string | null;
  active_days: number;
  active_days_needed: number;
}

/** Something that was found and has to be looked at. ``stops``: the run goes no further. */
export interface UpgradesFindingWire {
  code: string;
  place: string;
  count: number;
  rows: string[];
  stops: boolean;
  words: Both;
}

/** What has become of a place. */
export type WaitlistStage = "asked" | "called" | "expired" | "lapsed" | "left" | "used" | "waiting";

/** How somebody stands in line, honestly: ``None`` for what is not known. */
export interface WaitlistStanding {
  stage: WaitlistStage;
  region: string;
  account_class: string;
  door: string;
  joined_at: string;
  ahead: number | null;
  waiting: number;
  pace_per_minute: number | null;
  estimate: Estimate | null;
  paused: boolean;
  state: State;
  turn: Turn | null;
  poll_after_seconds: number;
}

/** The code that was sent. */
export interface WaitlistCodeBody {
  code: string;
}
