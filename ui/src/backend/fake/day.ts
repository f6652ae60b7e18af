// Days of the calendar, in UTC as the engine counts them.

/** The day of an instant. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
