import { type Logger, pino } from 'pino';
import { maskPersonNumbers } from '../domain/mask.js';

/**
 * The log: one JSON object a line on stderr. It is written synchronously, so that a line is out before whatever
 * comes next, and no line holds a whole person number, whoever put it there.
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: maskLine },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** Masks texts only: a count of eleven digits is no person number. */
function maskLine(line: string): string {
  const masked = JSON.stringify(JSON.parse(line), (_key, value: unknown) =>
    typeof value === 'string' ? maskPersonNumbers(value) : value,
  );
  return `${masked}\n`;
}
