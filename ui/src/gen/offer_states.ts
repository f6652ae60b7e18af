// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.

/** What only the server may do with an offer, in the order in which it is offered. */
export const OFFER_COMMANDS = {
  send_offer: { needsReason: false, ofApprovers: false, leads: { draft: "sent", approved: "sent" } },
  submit_offer: { needsReason: false, ofApprovers: false, leads: { draft: "pending_approval" } },
  approve_offer: { needsReason: false, ofApprovers: true, leads: { pending_approval: "approved" } },
  return_offer: { needsReason: true, ofApprovers: true, leads: { pending_approval: "draft" } },
  view_offer: { needsReason: false, ofApprovers: false, leads: { sent: "viewed" } },
  accept_offer: { needsReason: false, ofApprovers: false, leads: { sent: "accepted", viewed: "accepted" } },
  decline_offer: { needsReason: true, ofApprovers: false, leads: { sent: "declined", viewed: "declined", countered: "declined" } },
  counter_offer: { needsReason: true, ofApprovers: false, leads: { sent: "countered", viewed: "countered" } },
  revise_offer: { needsReason: false, ofApprovers: false, leads: { approved: "draft", countered: "draft", expired: "draft" } },
  expire_offer: { needsReason: false, ofApprovers: false, leads: { sent: "expired", viewed: "expired" } },
  withdraw_offer: { needsReason: true, ofApprovers: false, leads: { draft: "withdrawn", pending_approval: "withdrawn", approved: "withdrawn", sent: "withdrawn", viewed: "withdrawn", countered: "withdrawn" } },
} satisfies { [command: string]: { needsReason: boolean; ofApprovers: boolean; leads: { [status: string]: string } } };
