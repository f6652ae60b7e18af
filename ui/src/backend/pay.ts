// What a record says of pay that says nothing.

import type { Offer } from "../gen/records";

/** A record that says nothing of hours, department, shares and parts of the pay. */
export const NO_PAY_BESIDE: Pick<Offer, "department" | "weekly_minutes" | "equity_kind" | "equity_shares" | "vesting_months" | "cliff_months" | "components"> = {
  department: "", weekly_minutes: null, equity_kind: null, equity_shares: null, vesting_months: null, cliff_months: null, components: [],
};
