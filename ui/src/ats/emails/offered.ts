// The template that goes with what was just done about an application: the form of its e-mail begins with it, once.

import { onLeave } from "../../shared/leave";

const offered = new Map<string, string>();

/** Offers a template for the next e-mail about an application; an empty one offers none. */
export function offerTemplate(application: string, template: string): void {
  if (template === "") {
    offered.delete(application);
  } else {
    offered.set(application, template);
  }
}

/** The template that is offered about an application, which is forgotten by it; an empty text for none. */
export function takeOffered(application: string | null): string {
  const template = application === null ? "" : (offered.get(application) ?? "");
  if (application !== null) {
    offered.delete(application);
  }
  return template;
}

onLeave(() => offered.clear());
