import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { Catalogue, MOST_USAGE_DAYS } from '../domain/service.js';
import { readJsonFile, showJson } from './json-file.js';
import { ownerSettingsSchema } from './owner-settings.js';
import { legalSetting } from './settings.js';

const MOST_FAULTS_SHOWN = 20;
const USAGE_DAYS = `a whole number of days from 1 to ${MOST_USAGE_DAYS}, or null`;

const owner = object({
  code: text(/^[A-Za-z0-9]{3}$/, 'three letters or digits, such as "SKD"'),
  name: text(/\S/, 'a name'),
  orgNumber: text(/^\d{9}$/, 'an organisation number of 9 digits, in quotes, or null')
    .nullable()
    .default(null),
  ignoreServiceCodes: z
    .array(text(/^[A-Za-z0-9]{1,7}$/, 'a service code of 1 to 7 letters and digits'), {
      error: 'a list of service codes',
    })
    .default([]),
  settings: ownerSettingsSchema.default({}),
});

const form = object({
  dataFormatId: text(/\S/, 'a text such as "890"'),
  dataFormatVersion: text(/\S/, 'a text such as "10451"'),
  schema: text(/\S/, 'the path of an XSD, relative to the home folder, or null').nullable().default(null),
});

const message = object({
  title: text(/\S/, 'a title, or null').nullable().default(null),
  requireBody: flag(),
  requireConfirmation: flag(),
  confirmations: z.enum(['none', 'opened', 'confirmed'], { error: '"none", "opened" or "confirmed"' }).default('none'),
  usageReportDays: z
    .int({ error: USAGE_DAYS })
    .min(1, { error: USAGE_DAYS })
    .max(MOST_USAGE_DAYS, { error: USAGE_DAYS })
    .nullable()
    .default(null),
});

const service = object({
  serviceCode: text(/^[A-Za-z0-9]{1,7}$/, '1 to 7 letters and digits, such as "PSA"'),
  serviceEditionCode: text(/^\d{1,6}$/, '1 to 6 digits, in quotes, such as "2009"'),
  serviceOwner: text(/^[A-Za-z0-9]{3}$/, 'the code of one of the serviceOwners, or null')
    .nullable()
    .default(null),
  type: z.enum(['FormTask', 'Correspondence'], { error: '"FormTask" or "Correspondence"' }),
  name: text(/\S/, 'a name'),
  message: message.optional(),
  forms: z.array(form, { error: 'a list of forms' }).optional(),
});

const catalogueSchema = z.strictObject(
  {
    serviceOwners: z.array(owner, { error: 'a list of service owners' }),
    services: z.array(service, { error: 'a list of services' }),
  },
  { error: 'an object with the lists serviceOwners and services' },
);

type CatalogueJson = z.output<typeof catalogueSchema>;

export interface CatalogueFile {
  readonly catalogue: Catalogue;
  /** Of the file's bytes, lower-case hex: tells when the file has changed. */
  readonly sha256: string;
  readonly bytes: Buffer;
}

/**
 * Reads and checks a service catalogue, with the XSDs that it names.
 * @param home the folder that forms[].schema is relative to; the file's own when not given
 * @throws ConfigFault naming the JSON path of each fault, such as `services[3].type`
 */
export function readCatalogueFile(path: string, home: string = dirname(path)): CatalogueFile {
  const name = maskPersonNumbers(path);
  const file = readJsonFile(path);
  if (file === undefined) {
    throw new ConfigFault(
      `There is no catalogue ${name}: altinn-batch init writes an example, services import FILE takes one in.`,
    );
  }
  const parsed = catalogueSchema.safeParse(file.json);
  const faults = parsed.success
    ? [...faultsBetween(parsed.data), ...schemaFaults(parsed.data, home)]
    : parsed.error.issues.flatMap((one) => shapeFaults(one, file.json));
  if (!parsed.success || faults.length > 0) {
    throw new ConfigFault(`The catalogue ${name} can't be used. ${listed(faults)}`);
  }
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  return { catalogue: toCatalogue(parsed.data), sha256, bytes: file.bytes };
}

function shapeFaults(one: z.core.$ZodIssue, json: unknown): string[] {
  const at = one.path.length === 0 ? 'the file' : pathText(one.path);
  if (one.code === 'unrecognized_keys') {
    return one.keys.map((key) => `${at}: there is no key ${showJson(key)} here.`);
  }
  const held = valueAt(json, one.path);
  return [`${at}: ${held === undefined ? 'is missing' : `holds ${showJson(held)}`}; legal is ${legalAt(one)}.`];
}

/** Of a setting of an owner's own what the settings file says of it, too. */
function legalAt({ path, message }: z.core.$ZodIssue): string {
  const isSettings = path[0] === 'serviceOwners' && path[2] === 'settings';
  if (!isSettings) return message;
  const setting = path[3];
  return setting === undefined ? 'an object with settings of this owner' : legalSetting(String(setting));
}

/** What no single value shows: duplicates, owners that aren't there, parts that don't fit the type. */
function faultsBetween({ serviceOwners, services }: CatalogueJson): string[] {
  const faults: string[] = [];
  const owners = new Map<string, number>();
  for (const [index, { code }] of serviceOwners.entries()) {
    const first = owners.get(code);
    if (first === undefined) owners.set(code, index);
    else faults.push(`serviceOwners[${index}].code: "${code}" stands at serviceOwners[${first}] already.`);
  }
  const seen = new Map<string, number>();
  for (const [index, one] of services.entries()) {
    const at = `services[${index}]`;
    const key = `${one.serviceCode} ${one.serviceEditionCode}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else faults.push(`${at}: service ${key} stands at services[${first}] already.`);
    if (one.serviceOwner !== null && !owners.has(one.serviceOwner)) {
      faults.push(`${at}.serviceOwner: "${one.serviceOwner}" is none of the serviceOwners.`);
    }
    if (one.type === 'FormTask' && one.message) faults.push(`${at}.message: only a Correspondence service has one.`);
    if (one.type === 'Correspondence' && one.forms?.length)
      faults.push(`${at}.forms: only a FormTask service has them.`);
    faults.push(...formFaults(one.forms ?? [], at));
  }
  return faults;
}

function formFaults(forms: NonNullable<CatalogueJson['services'][number]['forms']>, at: string): string[] {
  const seen = new Set<string>();
  return forms.flatMap((one, index) => {
    const key = `${one.dataFormatId}/${one.dataFormatVersion}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [`${at}.forms[${index}]: form ${key} stands in this service already.`];
  });
}

function schemaFaults({ services }: CatalogueJson, home: string): string[] {
  return services.flatMap((one, index) =>
    (one.forms ?? []).flatMap(({ schema }, place) => {
      const fault = schema === null ? null : schemaFault(resolve(home, schema));
      return fault === null ? [] : [`services[${index}].forms[${place}].schema: ${showJson(schema)} ${fault}.`];
    }),
  );
}

/** A look at the first bytes only: whether the XSD is sound shows when it is compiled. */
function schemaFault(path: string): string | null {
  const start = Buffer.alloc(512);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, start, 0, start.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? `is not there (${maskPersonNumbers(path)})` : `can't be read (${code ?? String(cause)})`;
  }
  // UTF-16 is told from UTF-8 by its zero bytes; for a look at the first character it is enough to drop them.
  const plain = start.filter((byte) => byte !== 0 && byte < 0x80);
  return Buffer.from(plain).toString('latin1').trimStart().startsWith('<') ? null : 'is not XML';
}

function toCatalogue({ serviceOwners, services }: CatalogueJson): Catalogue {
  return new Catalogue(
    serviceOwners,
    services.map(({ message: definition, forms, ...one }) => ({
      ...one,
      message: one.type === 'Correspondence' ? (definition ?? message.parse({})) : null,
      forms: forms ?? [],
    })),
  );
}

function listed(faults: readonly string[]): string {
  const shown = faults.slice(0, MOST_FAULTS_SHOWN).join(' ');
  const more = faults.length - MOST_FAULTS_SHOWN;
  return more > 0 ? `${shown} And ${more} more.` : shown;
}

/** `services[3].type`, as a programmer would write it. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Readonly<Record<PropertyKey, unknown>>)[step], json);
}

function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: `an object with the keys ${Object.keys(shape).join(', ')}` });
}

function text(pattern: RegExp, legal: string) {
  return z.string({ error: legal }).regex(pattern, { error: legal });
}

function flag() {
  return z.boolean({ error: 'true or false' }).default(false);
}
