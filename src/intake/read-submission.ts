/** A file read from end to end: what `run` stores and `validate` prints comes from here. */
import type { Settings } from '../config/settings.js';
import type { DataItem } from '../domain/data-item.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { checkReportee } from '../domain/reportee.js';
import type { Catalogue } from '../domain/service.js';
import type { MapContext, RuleSettings } from '../formats/item-mapper.js';
import type { FileLayout } from '../formats/layouts.js';
import { MAPPERS } from '../formats/mappers.js';
import type { Chunk, GroupCheck } from '../xml/chunk.js';
import { Refusal } from '../xml/refusal.js';
import { type EnvelopeEnd, type RootFound, type ShipmentStart, splitFile } from '../xml/split.js';
import { parseItem } from '../xml/tree.js';
import type { Validator } from '../xml/validator.js';
import { type CheckedChunk, checkChunk, envelopeIssues, type FaultyGroup } from './check-chunk.js';

export interface SubmissionSource {
  /** UTF-8, cut anywhere. */
  readonly blocks: Iterator<Buffer>;
  /** File offset of the first block's first byte. */
  readonly firstOffset: number;
  /** The file that the blocks were read from, when it is UTF-8. */
  readonly utf8File: string | null;
}

export interface ReadOptions {
  readonly settings: Settings;
  readonly validator: Validator;
  /** Null: no catalogue checks. */
  readonly catalogue: Catalogue | null;
  /** xs:dateTime without zone, in `timeZone`. */
  readonly timeOfIntake: string;
  readonly signal?: AbortSignal | undefined;
}

/** Takes what is found, in file order; a shipment by its place in the file, from 0. */
export interface SubmissionSink {
  onRoot(layout: FileLayout): void;
  /** Tells who owns the shipment; sets `start.passOver` for items that need not be looked at. */
  onShipment(start: ShipmentStart): { readonly systemUserCode: string; readonly ownerCode: string };
  onItems(shipment: number, items: readonly DataItem[]): void;
  /** A Reportee is at fault outside its items; those of it that were given before fail too. */
  onFaultyReportee(shipment: number, reporteeOrdinal: number, fault: FaultyGroup): void;
  /** Faults that stand on no item. */
  onShipmentIssues(shipment: number, issues: readonly Issue[]): void;
  onShipmentEnd(shipment: number, items: number): void;
  /** The file is valid, and holds no shipment. */
  onNoShipment(systemUserCode: string | null): void;
}

/** Thrown when the signal came; the chunks that were under way have been given. */
export class Interrupted extends Error {}

/** A root element of none of the four formats. */
export class UnknownRoot extends Error {
  constructor(
    readonly issue: Issue,
    readonly root: Pick<RootFound, 'name' | 'namespace'>,
  ) {
    super(issue.message);
  }
}

/** One thing to hand over, when its turn has come and it is ready. */
interface Pending {
  readonly ready: Promise<() => void>;
}

/**
 * Splits, validates and maps a file while the sink takes what is done; up to `chunksAhead` chunks are on their way.
 * @throws Refusal when the file must be refused whole, UnknownRoot, Interrupted
 */
export async function readSubmission(
  source: SubmissionSource,
  options: ReadOptions,
  sink: SubmissionSink,
): Promise<void> {
  const reading = new Reading(source.utf8File, options, sink);
  try {
    for (const event of splitFile(source.blocks, options.settings, source.firstOffset)) {
      if (options.signal?.aborted) {
        await reading.drain(0);
        throw new Interrupted();
      }
      switch (event.kind) {
        case 'root':
          reading.root(event);
          break;
        case 'shipment':
          reading.shipment(event);
          break;
        case 'chunk':
          reading.chunk(event);
          await reading.drain(options.settings.chunksAhead);
          break;
        case 'shipmentEnd':
          reading.later(() => sink.onShipmentEnd(event.index, event.items));
          break;
        case 'envelope':
          await reading.drain(0);
          await reading.envelope(event);
          break;
      }
    }
  } catch (error) {
    await reading.abandon();
    throw error;
  }
}

class Reading {
  readonly #utf8File: string | null;
  readonly #options: ReadOptions;
  readonly #sink: SubmissionSink;
  readonly #queue: Pending[] = [];
  readonly #shipments = new Map<
    number,
    { start: ShipmentStart; owner: { systemUserCode: string; ownerCode: string } }
  >();
  #layout: FileLayout | undefined;

  constructor(utf8File: string | null, options: ReadOptions, sink: SubmissionSink) {
    this.#utf8File = utf8File;
    this.#options = options;
    this.#sink = sink;
  }

  root(event: RootFound): void {
    if (event.layout === undefined) {
      const namespace = event.namespace === '' ? 'in no namespace' : `in the namespace ${event.namespace}`;
      const message = `The root element <${event.name}> ${namespace} belongs to none of the formats: ServiceOwner (prefill, subscription), Correspondences or GovOrgan (AltUt). Nor is it a ReceiptSave, which updates a receipt.`;
      throw new UnknownRoot(issue(IssueCode.GeneralError, 'Error', message, event.place), event);
    }
    this.#layout = event.layout;
    this.#sink.onRoot(event.layout);
  }

  shipment(start: ShipmentStart): void {
    this.#shipments.set(start.index, { start, owner: this.#sink.onShipment(start) });
  }

  chunk(chunk: Chunk): void {
    const layout = this.#layout;
    const shipment = this.#shipments.get(chunk.shipment);
    if (layout === undefined || shipment === undefined) return;
    const { settings, validator, catalogue, timeOfIntake } = this.#options;
    const context: Omit<MapContext, 'reporteeId' | 'reporteePlace'> = {
      ...shipment.owner,
      catalogue,
      rules: settings satisfies RuleSettings,
      timeOfIntake,
    };
    const mapper = MAPPERS[shipment.start.layout.format];
    const checked = checkChunk(chunk, { layout, mapper, validator, utf8File: this.#utf8File, context });
    const ready = checked.then((done) => () => this.#give(chunk.shipment, done));
    // Faults are met when its turn comes; until then nobody waits for it.
    ready.catch(() => {});
    this.#queue.push({ ready });
  }

  later(give: () => void): void {
    this.#queue.push({ ready: Promise.resolve(give) });
  }

  /** Hands over what is ready, in order, until no more than so many are left. */
  async drain(left: number): Promise<void> {
    while (this.#queue.length > left) {
      const next = this.#queue.shift();
      if (next !== undefined) (await next.ready)();
    }
  }

  /** The envelope against the schema, its items replaced by placeholders. */
  async envelope({ layout, skeleton }: EnvelopeEnd): Promise<void> {
    const [first, ...more] = await envelopeIssues(this.#options.validator, layout.schema, skeleton);
    if (first !== undefined) throw new Refusal([first, ...more]);
    if (this.#shipments.size > 0) return;
    const { root } = parseItem(skeleton.bytes().toString('utf8'), { line: 1, position: 1 });
    this.#sink.onNoShipment(layout.shipments[0]?.header(root).systemUserCode ?? null);
  }

  /** Lets what is under way come to its end, so that nothing of it meets the next file. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#queue.map((pending) => pending.ready));
  }

  #give(shipment: number, checked: CheckedChunk): void {
    for (const [ordinal, fault] of checked.faultyGroups) this.#sink.onFaultyReportee(shipment, ordinal, fault);
    const empty = checked.emptyGroups.flatMap((group) => this.#emptyReportee(group));
    const issues = [...checked.emptyGroupFaults, ...empty];
    if (issues.length > 0) this.#sink.onShipmentIssues(shipment, issues);
    this.#sink.onItems(shipment, checked.items);
  }

  /** A Reportee that holds no item is judged by its Id alone. */
  #emptyReportee(group: GroupCheck): Issue[] {
    const fault = checkReportee(group.id, this.#options.settings);
    return fault === null ? [] : [issue(fault.code, 'Error', fault.message, group.idPlace ?? group)];
  }
}
