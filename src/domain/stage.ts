/** The stages of a file's way whose time is kept: `read` is all from the first byte to the last item staged. */
export const STAGES = ['claim', 'hook', 'read', 'commit', 'publish', 'archive'] as const;

export type Stage = (typeof STAGES)[number];

/** Seconds by stage; one that is left out took none. */
export type StageSeconds = Readonly<Partial<Record<Stage, number>>>;
