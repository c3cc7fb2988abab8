import { InvalidArgumentError } from 'commander';

/** A service as it is named on the command line: CODE or CODE/EDITION. */
export interface ServiceOption {
  readonly serviceCode: string;
  readonly serviceEditionCode: string | null;
}

export function serviceOption(text: string): ServiceOption {
  const [, serviceCode, serviceEditionCode = null] = /^([^/\s]+)(?:\/([^/\s]+))?$/.exec(text) ?? [];
  if (serviceCode !== undefined) return { serviceCode, serviceEditionCode };
  throw new InvalidArgumentError('It must be a service code, or code and edition, such as 1051/201010.');
}
