/**
 * The child process that holds the native parser: it validates while its parent reads and stores, and a crash in
 * native code ends it alone. It ends with its parent: the channel closes, and so does it.
 */
import { resolve } from 'node:path';
import { ConfigFault } from '../domain/faults.js';
import { assemble } from './document-pieces.js';
import { EmbeddedChecker } from './embedded.js';
import { type NativeDocument, NotWellFormed, parseNative, validateNative } from './native.js';
import { loadSchemaSet } from './schema-set.js';
import type { Answer, EmbeddedJob, Job, SchemaKey, SetUp, ValidateAnswer, ValidateJob } from './validator-protocol.js';

const COLLECT_EVERY_BYTES = 8 * 1024 * 1024;

let schemas: ReadonlyMap<SchemaKey, NativeDocument> = new Map();
let embedded: EmbeddedChecker | null = null;
let embeddedRoot = '.';
let sinceCollection = 0;

process.on('disconnect', () => process.exit(0));
// The terminal sends these to the whole group; the parent decides when the work is done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
process.on('message', (message: SetUp | Job) => answer(message));

function answer(message: SetUp | Job): void {
  try {
    if (message.kind === 'set-up') setUp(message);
    else if (message.kind === 'validate') send(validate(message));
    else send(checkEmbedded(message));
  } catch (error) {
    send({
      id: message.kind === 'set-up' ? null : message.id,
      broken: error instanceof Error ? error.message : String(error),
      isConfiguration: error instanceof ConfigFault,
    });
  }
}

function setUp(message: SetUp): void {
  schemas = loadSchemaSet(message.schemaFolders);
  embedded = new EmbeddedChecker(message.limits);
  embeddedRoot = message.embeddedRoot ?? '.';
  for (const schema of message.formSchemas) embedded.check([], resolve(embeddedRoot, schema));
  send({ ready: true });
}

function validate(job: ValidateJob): ValidateAnswer {
  const schema = schemas.get(job.schema);
  if (schema === undefined) throw new Error(`no schema ${job.schema}`);
  const bytes = bytesOf(job.document);
  try {
    const document = parseNative(bytes, { huge: job.huge });
    return { id: job.id, notWellFormed: null, faults: validateNative(document, schema) };
  } catch (error) {
    if (error instanceof NotWellFormed) return { id: job.id, notWellFormed: error.fault, faults: [] };
    throw error;
  } finally {
    collect(bytes.length);
  }
}

function bytesOf(document: ValidateJob['document']): Buffer {
  if ('pieces' in document) return assemble(document.path, document.pieces);
  return Buffer.from(document.buffer, document.byteOffset, document.byteLength);
}

function checkEmbedded(job: EmbeddedJob): Answer {
  if (embedded === null) throw new Error('asked before set up');
  const file = job.schema === null ? null : resolve(embeddedRoot, job.schema);
  const failed = embedded.check(job.documents, file);
  collect(job.documents.reduce((sum, text) => sum + text.length, 0));
  return { id: job.id, failed };
}

/** V8 does not see the native documents behind their small handles: without this they pile up. */
function collect(bytes: number): void {
  sinceCollection += bytes;
  if (sinceCollection < COLLECT_EVERY_BYTES) return;
  sinceCollection = 0;
  globalThis.gc?.();
}

function send(message: Answer): void {
  process.send?.(message);
}
