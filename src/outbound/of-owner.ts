import { ownerCodeOf } from '../domain/owner-code.js';

/** Whether a system user code is one that was asked for. @param asked a service owner's code, or one of its system user codes; null: any */
export function isOfOwner(systemUserCode: string, asked: string | null): boolean {
  return asked === null || systemUserCode === asked || ownerCodeOf(systemUserCode) === asked;
}
