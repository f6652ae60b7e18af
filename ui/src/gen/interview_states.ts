// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.

/** The shortest and the longest interview, in minutes. */
export const MINUTES_MIN = 5;
export const MINUTES_MAX = 480;

/** Where an interview may go from where it stands. */
export const INTERVIEW_STEPS: { readonly [status: string]: readonly string[] } = {
  proposed: ["scheduled", "cancelled"],
  scheduled: ["proposed", "confirmed", "completed", "cancelled", "no_show"],
  confirmed: ["proposed", "scheduled", "completed", "cancelled", "no_show"],
  completed: ["no_show", "scheduled"],
  no_show: ["completed", "scheduled"],
  cancelled: [],
};
