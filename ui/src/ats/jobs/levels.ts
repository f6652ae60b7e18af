// How experienced somebody should be.

/** The levels of jobs, the first ones first. */
export const LEVELS = ["entry", "junior", "mid", "senior", "lead", "executive"] as const;
