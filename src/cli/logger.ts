import { type DestinationStream, type Logger, pino } from 'pino';
import { maskPersonNumbers } from '../domain/mask.js';
import type { LogFile } from './log-file.js';

/** A file that has the log, too, and from which level on. */
export interface LogFileTarget {
  readonly level: string;
  readonly file: LogFile;
}

/**
 * The log: one JSON object a line on stderr, and in a file where there is one. It is written synchronously, so that a line is
 * out before whatever comes next, and no line holds a whole person number, whoever put it there.
 */
export function createLogger(level: string, inFile: LogFileTarget | null = null): Logger {
  const stderr = pino.destination({ fd: 2, sync: true });
  if (inFile === null) return loggerTo(stderr, level);
  const streams = [
    { level: level as pino.Level, stream: stderr },
    { level: inFile.level as pino.Level, stream: inFile.file },
  ];
  // Each stream has a level of its own.
  return loggerTo(pino.multistream(streams), 'trace');
}

/** The log of what stderr has in other words. */
export function createFileLogger({ level, file }: LogFileTarget): Logger {
  return loggerTo(file, level);
}

function loggerTo(stream: DestinationStream, level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: maskLine },
    },
    stream,
  );
}

/** Masks texts only: a count of eleven digits is no person number. */
function maskLine(line: string): string {
  const masked = JSON.stringify(JSON.parse(line), (_key, value: unknown) =>
    typeof value === 'string' ? maskPersonNumbers(value) : value,
  );
  return `${masked}\n`;
}
