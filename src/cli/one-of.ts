import { InvalidArgumentError } from 'commander';

/** For an option that takes one of a few words, whatever the case it is typed in. @param code stands before the error text */
export function oneOf<T extends string>(words: readonly T[], code?: number): (text: string) => T {
  return (text) => {
    const word = words.find((one) => one.toLowerCase() === text.trim().toLowerCase());
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`${code === undefined ? '' : `[${code}] `}It is one of ${words.join(', ')}.`);
  };
}
