import { z } from 'zod';
import { ConfigFault } from '../domain/faults.js';
import { FORMATS } from '../domain/format.js';
import { showJson } from './json-file.js';

const MAX_SECONDS = 7 * 24 * 3600;
const MAX_ID = 4_294_967_294;
const MAX_BYTES = Number.MAX_SAFE_INTEGER;
const MAX_DAYS = 36_500;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const PATH = 'a path, relative to the home folder';
const FILE_MODE: ModeRule = {
  pattern: /^0?[0-7]{3}$/,
  needed: 0o600,
  why: 'with at least 06.. so that the owner can read and write',
};
/** The first digit may be 2: what is made in the folder gets the folder's group. */
const FOLDER_MODE: ModeRule = {
  pattern: /^[0-3]?[0-7]{3}$/,
  needed: 0o700,
  why: 'with at least 07.. so that the owner can read, write and enter',
};

interface ModeRule {
  readonly pattern: RegExp;
  /** Bits that must be set. */
  readonly needed: number;
  readonly why: string;
}

/** A service owner's own inbox and outbox. What is null is as in the rest of the home. */
const mailboxSchema = z.strictObject({
  owner: z
    .string()
    .regex(/^[A-Za-z0-9]{3}$/)
    .describe('three letters or digits, the code of one of the serviceOwners in the catalogue'),
  inbox: path().describe(PATH),
  outbox: path().describe(PATH),
  fileMode: mode(FILE_MODE)
    .nullable()
    .default(null)
    .describe(`null or ${legalMode('0640', FILE_MODE)}`),
  folderMode: mode(FOLDER_MODE)
    .nullable()
    .default(null)
    .describe(`null or ${legalMode('2770', FOLDER_MODE)}`),
  /** Who gets the files and folders that are made in it. */
  user: account('a user'),
  group: account('a group'),
  /** Whether the common inbox takes this owner's files, too, as while its senders are moving over. */
  alsoCommon: flag(false),
});

/** Every key of `altinn-batch.json`: its type, its default, and in `describe` what is legal, as an error text puts it. */
const settingsSchema = z.strictObject({
  /** Folders and files, relative to the home folder. Without the common inbox and outbox there are mailboxes only. */
  inbox: path().nullable().default('inbox').describe(`${PATH}, or null: none`),
  outbox: path().nullable().default('outbox').describe(`${PATH}, or null: none`),
  data: path().default('data').describe(PATH),
  schemas: path().default('schemas').describe(PATH),
  catalogue: path().default('services.json').describe(PATH),
  /** An inbox and an outbox for each of these service owners, beside or instead of the common ones. */
  mailboxes: z
    .array(mailboxSchema)
    .readonly()
    .default([])
    .describe('a list of mailboxes, such as [{"owner":"SKD","inbox":"inbox/skd","outbox":"outbox/skd"}]'),

  /** How long size and modification time must be seen to stand still before a file counts as complete. */
  stableSeconds: seconds(2, 0),
  /** How often `watch` looks through the inbox, whatever the file system's events say. */
  rescanSeconds: seconds(5, 0.1),
  /** How long `watch` waits before it tries again after a disk or folder failed it. */
  retrySeconds: seconds(30, 0.1),
  /** How often work is done again, within the same run, after a disk, a locked store or we ourselves failed it. */
  retries: whole(3, 0, 100, 'times'),
  /** How long to wait before the first of those times; before each of the others twice as long as before. */
  retryBackoffSeconds: seconds(1, 0),
  /** Polling instead of the file system's events, for network shares. */
  usePolling: flag(false),
  pollingSeconds: seconds(2, 0.1),
  /** Names taken from the inbox, and names that stand for a file still being written. */
  include: globs(['*.xml', '*.events.jsonl'], 1),
  temporaryNames: globs(['.*', '*.tmp', '*.part', '*.filepart', '*.crdownload', '*.uploading'], 0),
  /** When set, `x.xml` counts only once `x.xml<suffix>` is there. */
  doneFileSuffix: z
    .string()
    .regex(/^[^/\\\p{Cc}]{1,32}$/u)
    .nullable()
    .default(null)
    .describe('null (off) or a suffix of 1 to 32 characters without slashes, such as ".done"'),

  /** Limits of what is let through to the native XML parser. */
  maxItemBytes: whole(67_108_864, 1, 268_435_456, 'bytes'),
  maxFileBytes: whole(null, 1, MAX_BYTES, 'bytes'),
  maxDepth: whole(100, 1, 250, 'levels'),
  maxAttributes: whole(256, 1, 65_535, 'attributes'),
  maxNameLength: whole(1024, 1, 50_000, 'characters'),
  maxEnvelopeBytes: whole(1_048_576, 1024, 8_388_608, 'bytes'),
  /** More failed items than this refuse the whole shipment; a percentage is judged at the end. */
  maxFailedItems: z
    .union([z.int().min(0), z.string().refine(isPercentage).transform(asPercentage)])
    .nullable()
    .default(null)
    .describe('null (off), a whole number from 0, or a percentage from "0%" to "100%"'),

  /** How much is validated and stored at a time, and how many such chunks may be under way. */
  chunkItems: whole(300, 1, 100_000, 'items'),
  chunkBytes: whole(524_288, 1024, 8_388_608, 'bytes'),
  chunksAhead: whole(2, 1, 16, 'chunks'),

  /** The zone of times that carry none, in and out. */
  timeZone: z
    .string()
    .refine(isTimeZone)
    .default('Europe/Oslo')
    .describe('the IANA name of a time zone, such as "Europe/Oslo" or "UTC"'),
  acceptSyntheticPersons: flag(true),
  /** Months between two deadlines; the official text has these two so, which reads as if swapped (formats.md section 5). */
  periodMonths: z
    .strictObject({ Quarterly: months(4), Tertiary: months(3) })
    .prefault({})
    .describe('an object with the keys Quarterly and Tertiary, each a whole number of months from 1 to 12'),

  /** When `watch` activates the subscriptions that are due, and sends out confirmations and usage data, once a day. */
  activateAt: timeOfDay(),
  confirmationsAt: timeOfDay(),
  usageDataAt: timeOfDay(),
  /** A batch that goes out holds so many confirmations, or messages of usage data, at most; what is more goes into further ones. */
  maxOutboundEntries: whole(100_000, 1, 1_000_000, 'entries'),
  /** Which periods of a subscription are made up for that nobody activated in their time, and how many of them at most. */
  catchUp: z.enum(['all', 'latest', 'none']).default('all').describe('"all", "latest" or "none"'),
  maxCatchUpPeriods: whole(1000, 1, 100_000, 'periods'),

  /** Which items get a sub-receipt. */
  subReceipts: z.enum(['all', 'failed']).default('all').describe('"all" or "failed"'),
  fileMode: mode(FILE_MODE).prefault('0640').describe(legalMode('0640', FILE_MODE)),
  folderMode: mode(FOLDER_MODE).prefault('0750').describe(legalMode('0750', FOLDER_MODE)),

  /** How many days `purge` leaves each kind after it has had its day; null keeps it for ever. */
  keepDays: z
    .strictObject({
      archivedFiles: days(),
      rejectedFiles: days(),
      receiptFiles: days(),
      outboundFiles: days(),
      messages: days(),
      prefill: days(),
      subscriptions: days(),
      rawXml: days(),
    })
    .prefault({})
    .describe(
      'an object with the keys archivedFiles, rejectedFiles, receiptFiles, outboundFiles, messages, prefill, ' +
        'subscriptions and rawXml, ' +
        `each null (for ever) or a whole number of days from 0 to ${MAX_DAYS}`,
    ),

  /** A file that has killed its process this often is set aside. */
  maxKilledAttempts: whole(3, 1, 100, 'attempts'),
  /** A file is begun only when its size times this, and `minFreeBytes` besides, is free on the disk. */
  freeDiskFactor: z.number().min(0).max(100).default(3).describe('a number from 0 to 100'),
  minFreeBytes: whole(104_857_600, 0, MAX_BYTES, 'bytes'),
  /** How long to wait for another process that is writing to the store, and for the intake's lock. */
  busyTimeoutSeconds: seconds(30, 0),
  lockWaitSeconds: seconds(0, 0),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('warn')
    .describe('"trace", "debug", "info", "warn", "error", "fatal" or "silent"'),
  /** A file that the log is written to besides stderr. */
  logFile: file(),

  /** Where metrics go for Prometheus's node_exporter, and how often while a process is at work. */
  metricsFile: file(),
  metricsSeconds: seconds(15, 0.1),
  /** A file that has waited this long, in the inbox or in work, makes the home unhealthy. */
  maxWaitingSeconds: seconds(900, 0),
  /** Commands of the operator's, run without a shell. */
  hooks: z
    .strictObject({ beforeAcceptance: command(), afterShipment: command(), overdue: command() })
    .prefault({})
    .describe(
      'an object with the keys beforeAcceptance, afterShipment and overdue, ' +
        'each null or a list of a program and its arguments, such as ["/usr/local/bin/notify", "--batch"]',
    ),
  hookTimeoutSeconds: seconds(60, 0.1),
  /** Senders that a file is expected of each day. */
  expect: z
    .array(
      z.strictObject({
        systemUserCode: z.string().regex(/^\S(.{0,48}\S)?$/u),
        by: z.string().regex(TIME_OF_DAY),
        format: z.enum(FORMATS).nullable().default(null),
        days: z
          .array(z.enum(DAYS))
          .min(1)
          .readonly()
          .default([...DAYS]),
      }),
    )
    .readonly()
    .default([])
    .describe(
      'a list of objects such as {"systemUserCode": "SKD", "by": "06:00"}, ' +
        `with "format" (${FORMATS.join(', ')}) and "days" (a list of ${DAYS.join(', ')}) where wanted`,
    ),
});

/** Each key's own schema, for what may be set elsewhere, too. */
export const settingsShape = settingsSchema.shape;
/** A sender that is expected to send every day, or on some days of the week. */
export type Expectation = Settings['expect'][number];

/** The places where a command of the operator's is run. */
export type HookName = keyof Settings['hooks'];

/** The settings of a home, frozen. Modes are numbers here; every other key is as `altinn-batch.json` holds it. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;

type SettingsFile = z.input<typeof settingsSchema>;

/**
 * Checks what a settings file holds and fills in the defaults.
 * @param json the parsed file; `{}` gives the defaults
 * @param file how error texts name the file
 * @throws ConfigFault naming each faulty key, what it holds and what is legal
 */
export function parseSettings(json: unknown, file = 'altinn-batch.json'): Settings {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ConfigFault(`${file} holds ${showJson(json)}, but must hold one JSON object with settings, or {}.`);
  }
  const parsed = settingsSchema.safeParse(json);
  const held = json as Readonly<Record<string, unknown>>;
  const faults = parsed.success
    ? faultsBetween(parsed.data)
    : [...new Set(parsed.error.issues.flatMap((one) => faultTexts(one, held)))];
  if (parsed.success && faults.length === 0) return deepFreeze(parsed.data);
  throw new ConfigFault(`${file} can't be used. ${faults.join(' ')} Mend the file and run the command again.`);
}

/** What no single value shows. */
function faultsBetween({ inbox, outbox, mailboxes }: Settings): string[] {
  const faults: string[] = [];
  if ((inbox === null) !== (outbox === null)) {
    const [none, there] = inbox === null ? ['inbox', 'outbox'] : ['outbox', 'inbox'];
    faults.push(`${none} holds null, but ${there} does not: they are there together, or both null.`);
  } else if (inbox === null && mailboxes.length === 0) {
    faults.push('inbox and outbox hold null and there are no mailboxes: nothing could come in.');
  }
  for (const [index, { owner }] of mailboxes.entries()) {
    const first = mailboxes.findIndex((one) => one.owner === owner);
    if (first < index)
      faults.push(`mailboxes[${index}].owner: "${owner}" has a mailbox at mailboxes[${first}] already.`);
  }
  return faults;
}

/** Every setting with its default, in the form the file has: what `init` writes. */
export const defaultSettings: Readonly<Required<SettingsFile>> = deepFreeze({
  ...settingsSchema.parse({}),
  mailboxes: [],
  fileMode: '0640',
  folderMode: '0750',
});

function faultTexts(one: z.core.$ZodIssue, held: Readonly<Record<string, unknown>>): string[] {
  const [key, index, part] = one.path;
  const unknown = one.code === 'unrecognized_keys' ? one.keys : [];
  if (typeof key !== 'string') {
    return unknown.map((name) => `There is no setting ${showJson(name)}; ${nearestKey(name, settingsSchema)}.`);
  }
  if (key === 'mailboxes' && typeof index === 'number') {
    const at = `mailboxes[${index}]`;
    const box = (held[key] as readonly unknown[])[index];
    if (unknown.length > 0) {
      return unknown.map((name) => `${at}: there is no key ${showJson(name)}; ${nearestKey(name, mailboxSchema)}.`);
    }
    if (typeof part !== 'string') return [`${at} holds ${showJson(box)}; legal is an object.`];
    const value = (box as Readonly<Record<string, unknown>>)[part];
    const found = value === undefined ? 'is missing' : `holds ${showJson(value)}`;
    return [`${at}.${part} ${found}; legal is ${legalValues(part, mailboxSchema)}.`];
  }
  return [`${key} holds ${showJson(held[key])}; legal is ${legalValues(key, settingsSchema)}.`];
}

/** What a setting may hold, as an error text puts it. */
export function legalSetting(key: string): string {
  return legalValues(key, settingsSchema);
}

type Keys = { readonly shape: Readonly<Record<string, z.core.$ZodType>> };

function legalValues(key: string, { shape }: Keys): string {
  const schema = shape[key];
  return (schema && z.globalRegistry.get(schema)?.description) ?? 'another value';
}

/** Helps with a slip of the keyboard or of the shift key; otherwise says where all keys stand. */
function nearestKey(name: string, { shape }: Keys): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const near = Object.keys(shape).find((key) => plain(key) === plain(name));
  return near === undefined ? `legal are ${Object.keys(shape).join(', ')}` : `it is spelled ${near}`;
}

function path() {
  return z.string().regex(/^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u);
}

function file() {
  return z
    .string()
    .regex(/^[^\p{Cc}]*[^\p{Cc}\s/]$/u)
    .nullable()
    .default(null)
    .describe('null (off) or the path of a file, relative to the home folder');
}

/** A program and its arguments, as they are handed to the system. */
function command() {
  return z
    .array(z.string().regex(/^[^\0]*$/))
    .min(1)
    .refine(([program = '']) => program.trim() !== '')
    .readonly()
    .nullable()
    .default(null);
}

function seconds(standard: number, least: number) {
  return z
    .number()
    .min(least)
    .max(MAX_SECONDS)
    .default(standard)
    .describe(`a number of seconds from ${least} to ${MAX_SECONDS}`);
}

function flag(standard: boolean) {
  return z.boolean().default(standard).describe('true or false');
}

function globs(standard: readonly string[], least: number) {
  return z
    .array(z.string().regex(/^[^/\\\p{Cc}]+$/u))
    .min(least)
    .readonly()
    .default([...standard])
    .describe(`a list of ${least} or more file name patterns without slashes, such as ["*.xml"]`);
}

function whole(standard: number, least: number, most: number, unit: string): z.ZodDefault<z.ZodInt>;
function whole(standard: null, least: number, most: number, unit: string): z.ZodDefault<z.ZodNullable<z.ZodInt>>;
function whole(standard: number | null, least: number, most: number, unit: string) {
  const number = z.int().min(least).max(most);
  const legal = `a whole number of ${unit} from ${least} to ${most}`;
  return standard === null
    ? number.nullable().default(null).describe(`null (no limit) or ${legal}`)
    : number.default(standard).describe(legal);
}

function timeOfDay() {
  return z
    .string()
    .regex(TIME_OF_DAY)
    .nullable()
    .default(null)
    .describe('null (off) or a time of day from "00:00" to "23:59"');
}

function months(standard: number) {
  return z.int().min(1).max(12).default(standard);
}

function days() {
  return z.int().min(0).max(MAX_DAYS).nullable().default(null);
}

/** An octal string, as chmod and every manual writes it; a bare number in JSON would be read as decimal. */
function mode({ pattern, needed }: ModeRule) {
  return z
    .string()
    .regex(pattern)
    .refine((text) => (Number.parseInt(text, 8) & needed) === needed)
    .transform((text) => Number.parseInt(text, 8));
}

function legalMode(example: string, { why }: ModeRule): string {
  return `an octal mode in quotes, such as "${example}", ${why}`;
}

function account(what: string) {
  return z
    .union([z.int().min(0).max(MAX_ID), z.string().regex(/^[^-\s:,/\p{Cc}][^\s:,/\p{Cc}]{0,255}$/u)])
    .nullable()
    .default(null)
    .describe(`null, or ${what} by name or number`);
}

function isPercentage(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3})?%$/.test(text) && Number.parseFloat(text) <= 100;
}

function asPercentage(text: string): `${number}%` {
  return `${Number.parseFloat(text)}%`;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const one of Object.values(value)) if (typeof one === 'object' && one !== null) deepFreeze(one);
  return Object.freeze(value);
}
