// What is being written to candidates: kept while the window is open, so that closing a form loses nothing.

/** An e-mail that is not sent yet. */
export interface Draft {
  /** Which application it is about; an empty text for none. */
  application: string;
  address: string;
  subject: string;
  body: string;
}

const drafts = new Map<string, Draft>();
const key = (user: string, candidate: string, answers: string | null): string => [user, candidate, answers ?? ""].join("/");

/** What somebody began to write to a candidate, or in answer to one of their e-mails. */
export function keptDraft(user: string, candidate: string, answers: string | null): Draft | null {
  return drafts.get(key(user, candidate, answers)) ?? null;
}

/** Keeps what was begun; null forgets it. */
export function keepDraft(user: string, candidate: string, answers: string | null, draft: Draft | null): void {
  if (draft === null) {
    drafts.delete(key(user, candidate, answers));
  } else {
    drafts.set(key(user, candidate, answers), draft);
  }
}
