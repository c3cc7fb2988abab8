/** The exit codes of every command, from sysexits. */
export const ExitCode = {
  Ok: 0,
  Usage: 64,
  NotAccepted: 65,
  NotHealthy: 69,
  Internal: 70,
  InputOutput: 74,
  Locked: 75,
  Configuration: 78,
} as const;

/** What `run` ends with when SIGINT or SIGTERM stopped it before all was done: as shells have it, 128 + the signal. */
export const STOPPED_BY_SIGNAL = [130, 143] as const;

const MEANINGS: readonly (readonly [number, string])[] = [
  [ExitCode.Ok, 'all accepted, or nothing to do; healthy'],
  [ExitCode.Usage, 'wrong use of the command line'],
  [ExitCode.NotAccepted, 'at least one shipment or item was not accepted, or what was asked for is not there'],
  [ExitCode.NotHealthy, 'not healthy: `status` says why'],
  [ExitCode.Internal, "a fault of altinn-batch's own"],
  [ExitCode.InputOutput, 'a file, folder or disk that cannot be read or written'],
  [ExitCode.Locked, 'another process holds this home, or has changed what was being read'],
  [ExitCode.Configuration, 'settings, catalogue or home folder are wrong'],
  [130, 'stopped by SIGINT before all was done; the next run goes on from there'],
  [143, 'stopped by SIGTERM before all was done; the next run goes on from there'],
];

/** The end of a command's help: its examples, and the exit codes it can end with. */
export function helpTail(examples: readonly string[], codes: readonly number[]): string {
  const meanings = MEANINGS.filter(([code]) => codes.includes(code)).map(
    ([code, text]) => `  ${code}`.padEnd(6) + text,
  );
  return ['', 'Examples:', ...examples.map((one) => `  ${one}`), '', 'Exit codes:', ...meanings].join('\n');
}
