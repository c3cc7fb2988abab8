import { altinnBatch, jsonLines } from '../support/cli.js';
import { exampleCatalogue, put, type Ran, type Shipment } from '../support/intake-home.js';

/** Runs `retry`, as a run is run. */
export async function retry(home: string, ...args: string[]): Promise<Ran> {
  const { exitCode, stdout, stderr } = await altinnBatch(['retry', '--json', '--home', home, ...args]);
  return { exitCode, shipments: jsonLines<Shipment>(stdout), stderr };
}

/** The catalogue of the examples, with more services and owners in it; `own` goes into the entry of SKD. */
export function setCatalogue(
  home: string,
  { services = [], owners = [], own = {} }: { services?: object[]; owners?: object[]; own?: object },
): void {
  const catalogue = exampleCatalogue();
  const known = catalogue.serviceOwners.map((owner) =>
    'code' in owner && owner.code === 'SKD' ? { ...owner, ...own } : owner,
  );
  const all = { serviceOwners: [...known, ...owners], services: [...catalogue.services, ...services] };
  put(home, 'services.json', JSON.stringify(all));
}

export const NEW_SERVICE = { serviceCode: 'NEW', serviceEditionCode: '1', type: 'Correspondence', name: 'New' };
export const NEW_FORM = { serviceCode: 'NEWFORM', serviceEditionCode: '1', type: 'FormTask', name: 'New form' };
