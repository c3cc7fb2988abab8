import type { OwnerSettings } from '../config/owner-settings.js';

/** A service owner of the catalogue; `code` is its three characters, `SKD`. */
export interface ServiceOwner {
  readonly code: string;
  readonly name: string;
  readonly orgNumber: string | null;
  /** Its items of these services are passed over. */
  readonly ignoreServiceCodes: readonly string[];
  /** What takes the place of the home's settings for its shipments. */
  readonly settings: OwnerSettings;
}

export type ServiceType = 'FormTask' | 'Correspondence';

/** A form of a FormTask service; `schema` is the XSD of its FormData, relative to the home folder. */
export interface FormDefinition {
  readonly dataFormatId: string;
  readonly dataFormatVersion: string;
  readonly schema: string | null;
}

/** So many days after sending is the latest that usage data may be asked for. */
export const MOST_USAGE_DAYS = 3650;

/** What a message service decides for its messages, over what an AltUt file says (formats.md section 3). */
export interface MessageDefinition {
  readonly title: string | null;
  readonly requireBody: boolean;
  readonly requireConfirmation: boolean;
  /** Which confirmations the service's owner wants sent back. */
  readonly confirmations: 'none' | 'opened' | 'confirmed';
  /** So many days after sending, usage data tells the owner how far each message has come; null: never. */
  readonly usageReportDays: number | null;
}

/** One edition of one service. */
export interface Service {
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  /** Three-character code of the only service owner that may use it; null = any. */
  readonly serviceOwner: string | null;
  readonly type: ServiceType;
  readonly name: string;
  readonly message: MessageDefinition | null;
  readonly forms: readonly FormDefinition[];
}

/** The service catalogue, read-only and in memory. */
export class Catalogue {
  readonly #owners = new Map<string, ServiceOwner>();
  readonly #services = new Map<string, Map<string, Service>>();

  constructor(
    readonly serviceOwners: readonly ServiceOwner[],
    readonly services: readonly Service[],
  ) {
    for (const owner of serviceOwners) this.#owners.set(owner.code, owner);
    for (const service of services) {
      let editions = this.#services.get(service.serviceCode);
      if (editions === undefined) {
        editions = new Map();
        this.#services.set(service.serviceCode, editions);
      }
      editions.set(service.serviceEditionCode, service);
    }
  }

  owner(code: string): ServiceOwner | undefined {
    return this.#owners.get(code);
  }

  hasServiceCode(serviceCode: string): boolean {
    return this.#services.has(serviceCode);
  }

  service(serviceCode: string, serviceEditionCode: string): Service | undefined {
    return this.#services.get(serviceCode)?.get(serviceEditionCode);
  }

  /** The edition with the highest number (formats.md section 5, "Edition not given"). */
  newestEdition(serviceCode: string): Service | undefined {
    let newest: Service | undefined;
    for (const service of this.#services.get(serviceCode)?.values() ?? []) {
      if (newest === undefined || Number(service.serviceEditionCode) > Number(newest.serviceEditionCode)) {
        newest = service;
      }
    }
    return newest;
  }

  /** All editions of a code, for an error text that says what there is. */
  editions(serviceCode: string): readonly Service[] {
    return [...(this.#services.get(serviceCode)?.values() ?? [])];
  }
}
