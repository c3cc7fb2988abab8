import type { Skeleton } from '../xml/skeleton.js';

/** A fault of a skeleton, by its own line in it, 1-based. */
interface SkeletonFault {
  readonly message: string;
  readonly line: number;
}

/** The faults that are the skeleton's own, not of the empty placeholders that stand for items in it; by line of the file. */
export function skeletonFaults(skeleton: Skeleton, faults: readonly SkeletonFault[]): SkeletonFault[] {
  const own = faults.filter(({ line, message }) => {
    const isPlaceholder = skeleton.placeholderOn(line) !== undefined;
    return !isPlaceholder || message.includes('This element is not expected');
  });
  return own.map(({ message, line }) => {
    const isOfText = message.includes('Character content other than whitespace');
    return { message, line: (isOfText ? skeleton.strayTextLine : null) ?? skeleton.fileLine(line) };
  });
}
