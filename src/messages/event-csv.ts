/** A file of message events in CSV: a line of titles, then an event a line. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { UsageFault } from '../domain/faults.js';
import type { EventLine } from './event-lines.js';
import { isEventKey, rawEvent, unknownKey } from './read-event.js';

/**
 * The events of a file, in memory that does not grow with it.
 * @param delimiter what stands between the values
 * @throws UsageFault when a title is not known, or the file is no CSV from some line on; what came before has been given
 */
export async function* eventsOfCsv(path: string, delimiter: ',' | ';'): AsyncGenerator<EventLine> {
  const reading = createReadStream(path);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MOST_RECORD_CHARACTERS,
  });
  // What goes wrong in reading comes out of the parser, where it is waited for.
  reading.on('error', (error) => parser.destroy(error));
  reading.pipe(parser);
  let titles: readonly string[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (titles === null) titles = checkedTitles(record);
      else yield { line: info.lines, event: eventOf(titles, record) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageFault(
      `The file is no CSV to its end, and what has not been answered was not carried out: ${error.message}`,
    );
  } finally {
    reading.destroy();
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const MOST_RECORD_CHARACTERS = 65_536;

function checkedTitles(titles: readonly string[]): readonly string[] {
  const unknown = titles.find((title) => !isEventKey(title));
  if (unknown !== undefined)
    throw new UsageFault(`The first line must hold the titles of the columns. ${unknownKey(unknown)}`);
  if (new Set(titles).size === titles.length) return titles;
  throw new UsageFault('The first line has a title twice.');
}

function eventOf(titles: readonly string[], record: readonly string[]): EventLine['event'] {
  if (record.slice(titles.length).some((value) => value !== '')) {
    return { why: `The line has ${record.length} values, and there are ${titles.length} columns.` };
  }
  return rawEvent(Object.fromEntries(titles.map((title, at) => [title, record[at] ?? ''])));
}
