import { InvalidArgumentError } from 'commander';

/** A service, with or without its edition. */
export interface ServiceGiven {
  readonly serviceCode: string;
  readonly serviceEditionCode: string | null;
}

/** For an option that narrows a listing to a service: `1051` or `1051/201010`. */
export function serviceGiven(text: string): ServiceGiven {
  const [, serviceCode, serviceEditionCode = null] = /^([^/\s]+)(?:\/([^/\s]+))?$/.exec(text) ?? [];
  if (serviceCode !== undefined) return { serviceCode, serviceEditionCode };
  throw new InvalidArgumentError('It must be a service code, or code and edition, such as 1051/201010.');
}
