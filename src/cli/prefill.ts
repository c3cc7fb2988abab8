import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { readHomeCatalogue } from '../config/import-catalogue.js';
import { localDateTime } from '../domain/dates.js';
import { NotFoundFault, UsageFault } from '../domain/faults.js';
import { identifyingFieldsHash } from '../domain/identifying-fields.js';
import type { Catalogue } from '../domain/service.js';
import type { PrefillPreview } from '../prefill/preview.js';
import type { PrefillKey } from '../store/prefill-lookup.js';
import type { Store } from '../store/store.js';
import { recordByHand, typedArguments } from './audited.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { FormChecker } from './form-checker.js';
import { openCommand } from './global-options.js';
import { withStoreIfThere } from './open-store.js';
import { calendarDay } from './period.js';
import { prefillReportText, toPrefillReport } from './prefill-report.js';
import { type ServiceOption, serviceOption } from './service-option.js';

export function addPrefillCommand(program: Command): void {
  program
    .command('prefill')
    .description('what forms begin with')
    .command('show')
    .description('show what a form would look like on a day, and where each of its values came from')
    .requiredOption('--reportee <id>', 'the reportee, by its whole number')
    .requiredOption('--service <code>', 'CODE/EDITION; without an edition the newest', serviceOption)
    .option('--identifying <value>', 'an identifying field; may be given several times, in their order', gather)
    .option('--date <day>', 'on that day (default: today)', calendarDay)
    .option('--owner <code>', 'the service owner whose prefill it is, where several have some')
    .option('--unmasked', 'person numbers whole; who asked for that is recorded in the audit log')
    .addHelpText(
      'after',
      `\nA form set comes first, then field prefill goes over it. A field that fits no form, or would make it not valid, is left\nout, and an issue says so.\n${helpTail(
        [
          'altinn-batch prefill show --reportee 310123455 --service 1051/201010',
          'altinn-batch prefill show --reportee 310123455 --service 1051/201010 --identifying "Avdeling 1" --date 2024-02-01',
        ],
        [
          ...[ExitCode.Ok, ExitCode.Usage, ExitCode.NotAccepted],
          ...[ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
        ],
      )}`,
    )
    .action(async (options: ShowOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const day = options.date ?? localDateTime(Date.now(), home.settings.timeZone).slice(0, 10);
      const { catalogue } = readHomeCatalogue(home);
      const found = await withStoreIfThere(home, null, async (store) => {
        const key = keyOf(options, catalogue, store);
        const preview = key === null ? null : await look(home, store, catalogue, key, day);
        if (key === null || preview === null) return null;
        if (options.unmasked === true) recordByHand(store, 'prefill show', typedArguments(command), { day });
        return { key, preview };
      });
      if (found === null) throw noFormSet(options, day);
      const { key, preview } = found;
      const report = toPrefillReport(key, options.identifying ?? [], day, preview);
      const text = () => prefillReportText(report);
      if (options.unmasked === true) output.unmaskedResult(report, text);
      else output.result(report, text);
    });
}

interface ShowOptions {
  readonly reportee: string;
  readonly service: ServiceOption;
  readonly identifying?: readonly string[];
  readonly date?: string;
  readonly owner?: string;
  readonly unmasked?: boolean;
}

/** @returns null when nobody has a form set with that key */
function keyOf(
  { reportee, service, identifying, owner }: ShowOptions,
  catalogue: Catalogue,
  store: Store,
): PrefillKey | null {
  const { serviceCode } = service;
  const serviceEditionCode = service.serviceEditionCode ?? catalogue.newestEdition(serviceCode)?.serviceEditionCode;
  if (serviceEditionCode === undefined) {
    throw new NotFoundFault(
      `The service ${serviceCode} is not in the service catalogue, so it has no newest edition: name one, as CODE/EDITION.`,
    );
  }
  const hash = identifyingFieldsHash(identifying ?? []);
  const key = { reportee, serviceCode, serviceEditionCode, identifyingFieldsHash: hash };
  const owners = owner === undefined ? store.prefill.ownersOf(key) : [owner];
  const [ownerCode, ...others] = owners;
  if (others.length > 0) {
    throw new UsageFault(
      `Several service owners have prefilled that form: name one with --owner, ${owners.join(', ')}.`,
    );
  }
  return ownerCode === undefined ? null : { ...key, ownerCode };
}

async function look(
  home: Home,
  store: Store,
  catalogue: Catalogue,
  key: PrefillKey,
  day: string,
): Promise<PrefillPreview | null> {
  const { previewPrefill } = await import('../prefill/preview.js');
  const forms = new FormChecker(home, catalogue);
  try {
    return await previewPrefill({ store, catalogue, checkForms: forms.checkForms }, key, day);
  } finally {
    await forms.close();
  }
}

function noFormSet({ reportee, service, identifying = [] }: ShowOptions, day: string): NotFoundFault {
  const { serviceCode, serviceEditionCode } = service;
  const which = identifying.length === 0 ? 'without identifying fields' : 'with these identifying fields';
  return new NotFoundFault(
    `There is no form set of ${serviceCode}/${serviceEditionCode ?? 'newest'} ${which} for the reportee ${reportee} that is valid on ${day}. To see what there is of the reportee: altinn-batch find ${reportee}`,
  );
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
