// The forms of employment, in the order in which they are offered.

/** The forms of employment, the usual one first. */
export const EMPLOYMENTS = ["full_time", "part_time", "contract", "internship", "temporary", "freelance"] as const;
