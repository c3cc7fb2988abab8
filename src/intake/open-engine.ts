import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Home, makeDataFolders, makeMailbox } from '../config/home.js';
import { checkFoldersApart, type Mailbox } from '../config/mailboxes.js';
import type { Catalogue } from '../domain/service.js';
import { removeLeftovers } from '../receipts/leftovers.js';
import { Checkpointer } from '../store/checkpointer.js';
import { Store } from '../store/store.js';
import { Hooks } from '../watchkeeping/hooks.js';
import { MetricsFile } from '../watchkeeping/metrics-file.js';
import { Validator } from '../xml/validator.js';
import { CurrentCatalogue } from './current-catalogue.js';
import type { Engine } from './engine.js';
import { acquireLock } from './lock.js';
import { MailboxTroubles } from './mailbox-troubles.js';
import { checkMailboxesOfWork } from './mailboxes-of-work.js';
import { retryingBy } from './retries.js';
import type { IntakeOptions } from './run.js';

/** The XSDs that come with the product. */
export const BUNDLED_SCHEMAS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'schemas');

/**
 * Holds the lock, the store and the validating child while `work` goes on. Settings, catalogue and schemas are proven
 * before a file is touched.
 */
export async function withEngine<T>(
  home: Home,
  options: IntakeOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const retrying = retryingBy(home.settings, options);
  await retrying('The folders of the home', () => makeDataFolders(home));
  const lock = await acquireLock(home.lock, options.wait, options.signal, home.settings.fileMode);
  try {
    const { busyTimeoutSeconds, fileMode } = home.settings;
    const store = await retrying('Opening the store', () =>
      Store.open(home.store, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode }),
    );
    const metrics = MetricsFile.begin(home, store, options.log);
    try {
      const current = await retrying('Taking in the catalogue', () => new CurrentCatalogue(home, store, options));
      return await withStore(home, options, store, current, work);
    } finally {
      await metrics?.end();
      store.close();
    }
  } finally {
    lock.release();
  }
}

async function withStore<T>(
  home: Home,
  options: IntakeOptions,
  store: Store,
  current: CurrentCatalogue,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const hooks = new Hooks(home, options.log, options.signal);
  checkMailboxesOfWork(home, store);
  const troubles = new MailboxTroubles(home, (text) => options.onNotice(text));
  await retryingBy(home.settings, options)('The mailboxes', () => {
    for (const mailbox of home.mailboxes) troubles.attempt(mailbox, () => makeReady(home, mailbox));
  });
  checkFoldersApart(home, true);
  const checkpointer = new Checkpointer(home.store);
  let started = options.validator ?? null;
  let validator: Promise<Validator> | null = null;
  const engine: Engine = {
    home,
    store,
    checkpointer,
    troubles,
    get catalogue() {
      return current.catalogue;
    },
    log: options.log,
    signal: options.signal,
    hooks,
    validator: async () => {
      // One that died with a file, or did not come up, is replaced for the next.
      const known = await validator?.catch(() => null);
      if (known === undefined || known === null || known.isBroken) {
        validator = setUpValidator(started ?? new Validator(), home, formSchemasOf(current.catalogue));
        started = null;
        return validator;
      }
      return known;
    },
    refreshCatalogue: async () => {
      if (!current.refresh()) return;
      await closeQuietly(validator);
      validator = null;
    },
    onShipment: (result) => options.onShipment(result),
    onNotice: (text) => options.onNotice(text),
    onProgress: (progress) => options.onProgress(progress),
    onStep: (step) => options.onStep?.(step),
  };
  try {
    return await work(engine);
  } finally {
    await started?.close();
    await closeQuietly(validator);
    await checkpointer.close();
  }
}

function makeReady(home: Home, mailbox: Mailbox): void {
  makeMailbox(home, mailbox);
  removeLeftovers(mailbox.outbox);
}

/**
 * Gives the validating child the schemas of a home, or the bundled ones alone.
 * @param formSchemas paths relative to the home; proven now, not when the first form comes
 */
export async function setUpValidator(
  validator: Validator,
  home: Home | null,
  formSchemas: readonly (string | null)[],
): Promise<Validator> {
  const { maxDepth = 100, maxAttributes = 256, maxNameLength = 1024 } = home?.settings ?? {};
  await validator.setUp({
    schemaFolders: home === null ? [BUNDLED_SCHEMAS] : [BUNDLED_SCHEMAS, home.schemas],
    embeddedRoot: home?.root ?? null,
    formSchemas: [...new Set(formSchemas.filter((schema) => schema !== null))],
    limits: { maxDepth, maxAttributes, maxNameLength },
  });
  return validator;
}

/** The same with a child that is started for it. @throws as setUpValidator does; the child has then ended */
export async function startValidator(home: Home | null, formSchemas: readonly (string | null)[]): Promise<Validator> {
  const validator = new Validator();
  try {
    return await setUpValidator(validator, home, formSchemas);
  } catch (error) {
    await validator.close();
    throw error;
  }
}

/** Of all forms in the catalogue; null where a form has none. */
export function formSchemasOf(catalogue: Catalogue): readonly (string | null)[] {
  return catalogue.services.flatMap(({ forms }) => forms.map(({ schema }) => schema));
}

async function closeQuietly(validator: Promise<Validator> | null): Promise<void> {
  if (validator === null) return;
  try {
    await (await validator).close();
  } catch {
    // That it could not start has been told where it was asked for.
  }
}
