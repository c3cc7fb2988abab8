import type { MapContext } from '../formats/item-mapper.js';
import { IssueCode } from './issue.js';
import { blankToNull, isBlank, listed, quoted } from './quoted.js';
import type { Catalogue, Service, ServiceType } from './service.js';

/**
 * The service that an item names, with its edition resolved, or why the item can't have it (formats.md section 5,
 * "Service"). Without an edition the newest applies. Without a catalogue only the empty code can be told.
 */
export function checkService(
  { serviceCode, serviceEditionCode }: { serviceCode: string | null; serviceEditionCode: string | null },
  type: ServiceType,
  context: Pick<MapContext, 'ownerCode' | 'catalogue'>,
): { service: Service | null; serviceEditionCode: string | null } | { code: number; message: string } {
  const { catalogue, ownerCode } = context;
  if (serviceCode === null || isBlank(serviceCode)) {
    return {
      code: IssueCode.ExternalServiceCodeCannotBeNull,
      message: 'The service code is empty; the code of a service in the service catalogue is expected.',
    };
  }
  const given = blankToNull(serviceEditionCode);
  if (catalogue === null) return { service: null, serviceEditionCode: given };
  const service = given === null ? catalogue.newestEdition(serviceCode) : catalogue.service(serviceCode, given);
  if (service === undefined) return unknownService(serviceCode, given ?? '', catalogue);
  if (service.type !== type) return wrongType(service, type);
  if (service.serviceOwner !== null && service.serviceOwner !== ownerCode) return anothersService(service, ownerCode);
  return { service, serviceEditionCode: service.serviceEditionCode };
}

/** The edition codes of a service, newest first, for an error text that says what would be right. */
export function knownEditions(catalogue: Catalogue, serviceCode: string): string {
  const editions = catalogue.editions(serviceCode).map((service) => service.serviceEditionCode);
  // Newest first: where the list is cut, the old ones go.
  editions.sort((a, b) => Number(b) - Number(a));
  return listed(editions);
}

function unknownService(serviceCode: string, edition: string, catalogue: Catalogue): { code: number; message: string } {
  if (!catalogue.hasServiceCode(serviceCode)) {
    const trimmed = serviceCode.trim();
    const hint =
      trimmed !== serviceCode && catalogue.hasServiceCode(trimmed)
        ? `it has white space around it, ${quoted(trimmed)} is expected`
        : 'the code of a service that is there is expected';
    return {
      code: IssueCode.ServiceIsNotValid,
      message: `The service code ${quoted(serviceCode)} is not in the service catalogue; ${hint}.`,
    };
  }
  return {
    code: IssueCode.InValidServiceEditionVersion,
    message: `The service ${serviceCode} has no edition ${quoted(edition)}; the editions in the service catalogue are ${knownEditions(catalogue, serviceCode)}.`,
  };
}

function wrongType(service: Service, type: ServiceType): { code: number; message: string } {
  return {
    code: IssueCode.InvalidServiceType,
    message: `The service ${named(service)} is of type ${service.type}; a service of type ${type} is expected here.`,
  };
}

function anothersService(service: Service, ownerCode: string): { code: number; message: string } {
  return {
    code: IssueCode.NotAValidServiceOwnerCode,
    message: `The service ${named(service)} belongs to the service owner ${service.serviceOwner}; a shipment of ${ownerCode} can't use it.`,
  };
}

function named(service: Service): string {
  return `${service.serviceCode} edition ${service.serviceEditionCode}`;
}
