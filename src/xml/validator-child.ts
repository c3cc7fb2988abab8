/**
 * The child process that holds the native parser: it validates while its parent reads and stores, and a crash in
 * native code ends it alone. It ends with its parent: the channel closes, and so does it.
 */
import { resolve } from 'node:path';
import { ConfigFault } from '../domain/faults.js';
import { assemble } from './document-pieces.js';
import { type Document, EmbeddedChecker, textOf } from './embedded.js';
import { type NativeDocument, NotWellFormed, parseNative, validateNative } from './native.js';
import { loadSchemaSet } from './schema-set.js';
import type {
  Answer,
  CheckFormsAnswer,
  CheckFormsJob,
  DocumentFault,
  Job,
  SchemaKey,
  SetUp,
  ValidateAnswer,
  ValidateJob,
} from './validator-protocol.js';

const MAX_FAULTS_A_PART = 20;
/** Most documents die young, in a quick collection; some are missed by it. */
const QUICK_COLLECTION_BYTES = 2 * 1024 * 1024;
const FULL_COLLECTION_BYTES = 12 * 1024 * 1024;

let schemas: ReadonlyMap<SchemaKey, NativeDocument> = new Map();
let embedded: EmbeddedChecker | null = null;
let embeddedRoot = '.';
let sinceFull = 0;
let sinceQuick = 0;

process.on('disconnect', () => process.exit(0));
// The terminal sends these to the whole group; the parent decides when the work is done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
process.on('message', (message: SetUp | Job) => answer(message));

function answer(message: SetUp | Job): void {
  try {
    if (message.kind === 'set-up') setUp(message);
    else send(message.kind === 'check-forms' ? checkForms(message) : validate(message));
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
    const faults = firstOfEach(validateNative(document, schema), job.partLines);
    return { id: job.id, notWellFormed: null, faults, embedded: checkEmbedded(bytes, job) };
  } catch (error) {
    if (error instanceof NotWellFormed) return { id: job.id, notWellFormed: error.fault, faults: [], embedded: [] };
    throw error;
  } finally {
    collect(bytes.length);
  }
}

/** Faults come in the order of the document. */
function firstOfEach(faults: readonly DocumentFault[], partLines: Float64Array): readonly DocumentFault[] {
  if (faults.length <= MAX_FAULTS_A_PART || partLines.length === 0) return faults;
  let part = 0;
  let told = 0;
  return faults.filter(({ line }) => {
    const before = part;
    while (part + 1 < partLines.length && (partLines[part + 1] as number) <= line) part++;
    told = part === before ? told + 1 : 1;
    return told <= MAX_FAULTS_A_PART;
  });
}

function checkForms({ id, schema, documents }: CheckFormsJob): CheckFormsAnswer {
  try {
    return { id, failures: embedded?.check(documents.map(inBytes), resolve(embeddedRoot, schema)) ?? [] };
  } finally {
    collect(documents.reduce((sum, { length }) => sum + length, 0));
  }
}

function inBytes(text: string): Document {
  const bytes = Buffer.from(text);
  return { bytes, start: 0, end: bytes.length };
}

function bytesOf(document: ValidateJob['document']): Buffer {
  if ('pieces' in document) return assemble(document.path, document.pieces);
  return Buffer.from(document.buffer, document.byteOffset, document.byteLength);
}

function checkEmbedded(document: Buffer, { embedded: lists }: ValidateJob): ValidateAnswer['embedded'] {
  return lists.flatMap(({ schema, ranges }, list) => {
    const documents: Document[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      documents.push(textOf(document, ranges[i] as number, ranges[i + 1] as number));
    }
    const file = schema === null ? null : resolve(embeddedRoot, schema);
    return (embedded?.check(documents, file) ?? []).map((failure) => ({ list, ...failure }));
  });
}

/** V8 does not see the native documents behind their small handles: without this they pile up. */
function collect(bytes: number): void {
  sinceFull += bytes;
  sinceQuick += bytes;
  if (sinceQuick < QUICK_COLLECTION_BYTES) return;
  sinceQuick = 0;
  const isFull = sinceFull >= FULL_COLLECTION_BYTES;
  if (isFull) sinceFull = 0;
  globalThis.gc?.(!isFull);
}

function send(message: Answer): void {
  process.send?.(message);
}
