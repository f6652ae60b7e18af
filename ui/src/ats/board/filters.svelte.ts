// What each place is narrowed to. It outlives the screen: whoever opens a candidate and comes back finds it.

import { SvelteMap } from "svelte/reactivity";
import { onLeave } from "../../shared/leave";
import { NO_FILTER, type ApplicationFilter } from "./filter";

const filters = new SvelteMap<string, ApplicationFilter>();

/** What a place is narrowed to: the id of a job, or a name. */
export function filterOf(place: string): ApplicationFilter {
  return filters.get(place) ?? NO_FILTER;
}

/** Narrows a place. */
export function setFilter(place: string, filter: ApplicationFilter): void {
  filters.set(place, filter);
}

onLeave(() => filters.clear());
