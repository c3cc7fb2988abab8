import { z } from 'zod';
import { ConfigFault } from '../domain/faults.js';
import { showJson } from './json-file.js';

const MAX_SECONDS = 7 * 24 * 3600;
const MAX_BYTES = Number.MAX_SAFE_INTEGER;

/** Every key of `altinn-batch.json`: its type, its default, and in `describe` what is legal, as an error text puts it. */
const settingsSchema = z.strictObject({
  /** Folders and files, relative to the home folder. */
  inbox: path('inbox'),
  outbox: path('outbox'),
  data: path('data'),
  schemas: path('schemas'),
  catalogue: path('services.json'),

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
  include: globs(['*.xml'], 1),
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
  chunkItems: whole(500, 1, 100_000, 'items'),
  chunkBytes: whole(1_048_576, 1024, 8_388_608, 'bytes'),
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

  /** Which items get a sub-receipt. */
  subReceipts: z.enum(['all', 'failed']).default('all').describe('"all" or "failed"'),
  fileMode: mode('0640', 0o600, 'with at least 06.. so that the owner can read and write'),
  folderMode: mode('0750', 0o700, 'with at least 07.. so that the owner can read, write and enter'),

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
});

/** Each key's own schema, for what may be set elsewhere, too. */
export const settingsShape = settingsSchema.shape;

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
  if (parsed.success) return deepFreeze(parsed.data);
  const held = json as Readonly<Record<string, unknown>>;
  const faults = new Set(parsed.error.issues.flatMap((one) => faultTexts(one, held)));
  throw new ConfigFault(`${file} can't be used. ${[...faults].join(' ')} Mend the file and run the command again.`);
}

/** Every setting with its default, in the form the file has: what `init` writes. */
export const defaultSettings: Readonly<Required<SettingsFile>> = deepFreeze({
  ...settingsSchema.parse({}),
  fileMode: '0640',
  folderMode: '0750',
});

function faultTexts(one: z.core.$ZodIssue, held: Readonly<Record<string, unknown>>): string[] {
  const key = one.path[0];
  if (typeof key !== 'string') {
    const unknown = one.code === 'unrecognized_keys' ? one.keys : [];
    return unknown.map((name) => `There is no setting ${showJson(name)}; ${nearestKey(name)}.`);
  }
  return [`${key} holds ${showJson(held[key])}; legal is ${legalValues(key)}.`];
}

/** What a setting may hold, as an error text puts it. */
export function legalValues(key: string): string {
  const shape: Readonly<Record<string, z.core.$ZodType>> = settingsSchema.shape;
  const schema = shape[key];
  return (schema && z.globalRegistry.get(schema)?.description) ?? 'another value';
}

/** Helps with a slip of the keyboard or of the shift key; otherwise says where all keys stand. */
function nearestKey(name: string): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const near = Object.keys(settingsSchema.shape).find((key) => plain(key) === plain(name));
  return near === undefined ? `legal are ${Object.keys(settingsSchema.shape).join(', ')}` : `it is spelled ${near}`;
}

function path(standard: string) {
  return z
    .string()
    .regex(/^[^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*$/u)
    .default(standard)
    .describe('a path, relative to the home folder');
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

function months(standard: number) {
  return z.int().min(1).max(12).default(standard);
}

/** An octal string, as chmod and every manual writes it; a bare number in JSON would be read as decimal. */
function mode(standard: string, needed: number, why: string) {
  return z
    .string()
    .regex(/^0?[0-7]{3}$/)
    .refine((text) => (Number.parseInt(text, 8) & needed) === needed)
    .prefault(standard)
    .transform((text) => Number.parseInt(text, 8))
    .describe(`an octal mode in quotes, such as "${standard}", ${why}`);
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
