// Over which months the survey is summed up. The month that goes on is never counted.

/** Years before this one that can be chosen. */
const YEARS_BACK = 3;

/** The first and the last month of a choice, as in `2026-01`; none of the last twelve, which the server knows. */
export function months(choice: string): { from: string | null; to: string | null } {
  return choice === "" ? { from: null, to: null } : { from: `${choice}-01`, to: `${choice}-12` };
}

/** The years that can be chosen, the newest first. */
export function years(now: number): string[] {
  const year = new Date(now).getUTCFullYear();
  return Array.from({ length: YEARS_BACK + 1 }, (_, back) => String(year - back));
}
