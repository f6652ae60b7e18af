// What the list of offers is narrowed to. It outlives the list: whoever opens an offer and comes back finds it.

import { onLeave } from "../../shared/leave";
import { SOON_DAYS, type OfferFilter } from "./listed";

class Narrowed {
  /** Words of the candidate or the job. */
  text = $state("");
  filter = $state<OfferFilter | null>(null);
  /** Days in which a last day is near. */
  within = $state(SOON_DAYS);

  /** Shows every offer again. */
  clear(): void {
    this.text = "";
    this.filter = null;
  }
}

/** What the list of offers is narrowed to. */
export const narrowed = new Narrowed();

onLeave(() => {
  narrowed.clear();
  narrowed.within = SOON_DAYS;
});
