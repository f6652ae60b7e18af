// What the answers of an application say at a glance.

import type { Application } from "../../gen/records";

/** How many answers rule the person out. */
export function ruledOut(application: Pick<Application, "answers">): number {
  return application.answers.filter((answer) => answer.knocks_out).length;
}
