import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { importCatalogue, readHomeCatalogue } from '../config/import-catalogue.js';
import type { Catalogue, Service } from '../domain/service.js';
import { publishAtomically } from '../receipts/publish.js';
import { recordByHand } from './audited.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStore } from './open-store.js';
import type { Output } from './output.js';
import { checkReadable } from './readable-file.js';
import { Table } from './table.js';

const FAULT_CODES = [ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration];

export function addServicesCommand(program: Command): void {
  const services = program
    .command('services')
    .description('the service catalogue of the home')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch services list --home /srv/altinn', 'altinn-batch services check --help'],
        [ExitCode.Ok, ExitCode.NotAccepted, ...FAULT_CODES],
      ),
    );
  services
    .command('list')
    .description('print every service of the catalogue')
    .addHelpText(
      'after',
      helpTail(['altinn-batch services list', 'altinn-batch services list --json'], [ExitCode.Ok, ...FAULT_CODES]),
    )
    .action(async (_options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      listServices(await takeIn(home, output), output);
    });
  services
    .command('import')
    .description("check a catalogue file and make it the home's")
    .argument('<file>', 'the new catalogue, JSON')
    .addHelpText('after', helpTail(['altinn-batch services import catalogue.json'], [ExitCode.Ok, ...FAULT_CODES]))
    .action(async (file: string, _options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      await importFile(file, home, output);
    });
  services
    .command('check')
    .description('tell whether a service is in the catalogue, and in which editions')
    .argument('<code>', 'service code')
    .argument('[edition]', 'service edition code (default: the newest)')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch services check PSA', 'altinn-batch services check 1051 201010'],
        [ExitCode.Ok, ExitCode.NotAccepted, ...FAULT_CODES],
      ),
    )
    .action(async (code: string, edition: string | undefined, _options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      const known = checkService(await takeIn(home, output), code, edition, output);
      process.exitCode = known ? ExitCode.Ok : ExitCode.NotAccepted;
    });
}

/** Brings the store up to the catalogue file, in one short transaction beside a running intake. */
function takeIn(home: Home, output: Output): Promise<Catalogue> {
  return withStore(home, (store) => {
    const { catalogue, changed } = importCatalogue(home, store, new Date().toISOString());
    if (changed) output.log.info({ catalogue: home.catalogue }, 'catalogue taken in');
    return catalogue;
  });
}

function listServices({ services }: Catalogue, output: Output): void {
  const table = new Table<Service>([
    { title: 'CODE', width: 7, value: (one) => one.serviceCode },
    { title: 'EDITION', width: 7, value: (one) => one.serviceEditionCode },
    { title: 'OWNER', width: 5, value: (one) => one.serviceOwner ?? 'any' },
    { title: 'TYPE', width: 14, value: (one) => one.type },
    { title: 'NAME', width: 0, value: (one) => one.name },
  ]);
  for (const one of services) output.result(one, () => table.row(one));
}

async function importFile(file: string, home: Home, output: Output): Promise<void> {
  checkReadable(file);
  const { bytes, catalogue } = readHomeCatalogue(home, file);
  await proveFormSchemas(catalogue, home);
  publishAtomically(home.catalogue, [bytes.toString('utf8')], home.settings.fileMode);
  const counts = await withStore(home, (store) =>
    store.transaction(() => {
      const { catalogue, changed } = importCatalogue(home, store, new Date().toISOString());
      const counts = { services: catalogue.services.length, serviceOwners: catalogue.serviceOwners.length };
      recordByHand(store, 'services import', [file], { ...counts, changed });
      return counts;
    }),
  );
  if (output.quiet) return;
  output.result(
    { imported: file, ...counts },
    () => `imported ${file} (services: ${counts.services}, service owners: ${counts.serviceOwners})`,
  );
}

/** A catalogue with an XSD that can't be used would stop every run. */
async function proveFormSchemas(catalogue: Catalogue, home: Home): Promise<void> {
  const { formSchemasOf, startValidator } = await import('../intake/open-engine.js');
  const schemas = formSchemasOf(catalogue);
  if (schemas.every((schema) => schema === null)) return;
  const validator = await startValidator(home, schemas);
  await validator.close();
}

function checkService(catalogue: Catalogue, code: string, edition: string | undefined, output: Output): boolean {
  const found = edition === undefined ? catalogue.newestEdition(code) : catalogue.service(code, edition);
  const editions = catalogue.editions(code).map((one) => one.serviceEditionCode);
  const result = {
    serviceCode: code,
    serviceEditionCode: found?.serviceEditionCode ?? edition ?? null,
    known: found !== undefined,
    editions,
    service: found ?? null,
  };
  if (found !== undefined && output.quiet) return true;
  const all = `editions of ${code}: ${editions.join(', ')}`;
  output.result(result, () => {
    if (found !== undefined) {
      const owner = found.serviceOwner ?? 'any service owner';
      return `${code} ${found.serviceEditionCode}: ${found.type} service "${found.name}" of ${owner}; ${all}`;
    }
    if (editions.length === 0) return `${code} is not in the catalogue`;
    return `${code} ${edition ?? ''} is not in the catalogue; ${all}`;
  });
  return found !== undefined;
}
