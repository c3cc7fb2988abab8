import type { Command } from 'commander';
import { findHome, type Home, openHome } from '../config/home.js';
import { parseSettings } from '../config/settings.js';
import { IoFault } from '../domain/faults.js';
import type { FileIssue, FileVerdict } from '../intake/results.js';
import type { FileValidation } from '../intake/validate-file.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { globalOptions, outputOf } from './global-options.js';
import type { Output } from './output.js';
import { checkReadable } from './readable-file.js';
import { Table } from './table.js';

export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .description('check files as the intake would, and print the issues; stores nothing and writes nothing')
    .argument('<file...>', 'the files to check')
    .addHelpText(
      'after',
      `\nDuplicates and sequence numbers are not checked: that takes the store. Without a home, services and\nservice owners are not checked either.\n${helpTail(
        ['altinn-batch validate prefill.xml', 'altinn-batch validate --home /srv/altinn --json *.xml'],
        [
          ExitCode.Ok,
          ExitCode.Usage,
          ExitCode.NotAccepted,
          ExitCode.Internal,
          ExitCode.InputOutput,
          ExitCode.Configuration,
        ],
      )}`,
    )
    .action(async (files: readonly string[], _options: unknown, command: Command) => {
      const options = globalOptions(command);
      // A home that was asked for must be one; the current folder need not be.
      const home = options.homeGiven ? openHome(options.home) : findHome(options.home);
      const output = outputOf(options, home?.settings ?? parseSettings({}), null);
      output.notice(
        home === null
          ? 'Without a home, services and service owners are not checked; nor are duplicates and sequence numbers.'
          : 'Duplicates and sequence numbers are not checked: that takes the store.',
      );
      process.exitCode = await validateAll(files, home, output);
    });
}

async function validateAll(files: readonly string[], home: Home | null, output: Output): Promise<number> {
  const { startValidation } = await import('../intake/validate-file.js');
  const validation = await startValidation(home);
  try {
    return await validateEach(files, validation, output);
  } finally {
    await validation.close();
  }
}

async function validateEach(files: readonly string[], validation: FileValidation, output: Output): Promise<number> {
  const table = issueTable();
  let failed = false;
  let unreadable = false;
  for (const file of files) {
    let failures = 0;
    try {
      checkReadable(file);
      const verdict: FileVerdict = await validation.validate(file, {
        onIssue(one: FileIssue) {
          const failure = one.level === 'Error' || one.level === 'Critical';
          if (failure) failures += 1;
          if (failure || !output.quiet) output.result(issueJson(one), () => table.row(one));
        },
        onProgress: (progress) => output.progress.update(progress),
      });
      output.progress.update(null);
      if (!output.quiet && !output.json) output.result(verdict, () => verdictText(file, verdict, failures));
    } catch (fault) {
      if (!(fault instanceof IoFault)) throw fault;
      // The other files are still worth a look.
      unreadable = true;
      output.notice(fault.message);
      output.releaseNotices();
    }
    failed ||= failures > 0;
  }
  if (unreadable) return ExitCode.InputOutput;
  return failed ? ExitCode.NotAccepted : ExitCode.Ok;
}

function issueTable(): Table<FileIssue> {
  return new Table<FileIssue>([
    { title: 'FILE', width: 20, value: (one) => one.file },
    { title: 'LINE:COL', width: 9, value: (one) => (one.line === null ? '-' : `${one.line}:${one.position ?? '-'}`) },
    { title: 'ITEM', width: 6, right: true, value: (one) => String(one.item ?? '-') },
    { title: 'LEVEL', width: 7, value: (one) => one.level },
    { title: 'CODE', width: 5, value: (one) => String(one.code) },
    { title: 'REFERENCE', width: 12, value: (one) => one.reference ?? '-' },
    { title: 'MESSAGE', width: 0, value: (one) => one.message },
  ]);
}

/** The keys in the order that the command promises. */
function issueJson({ file, item, line, position, level, code, reference, message }: FileIssue): FileIssue {
  return { file, item, line, position, level, code, reference, message };
}

function verdictText(file: string, verdict: FileVerdict, failures: number): string {
  const format = verdict.format === null ? '' : `${verdict.format}, `;
  const counts = `items: ${verdict.items}, failed: ${verdict.failed}, issues: ${verdict.issues}`;
  return `${file}: ${format}${failures === 0 ? 'valid' : 'not valid'} (${counts})`;
}
