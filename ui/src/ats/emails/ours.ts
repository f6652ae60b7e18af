// What is said of the workspace and of who writes, in every text to a candidate.

import { careersAddress } from "../../shared/careers";
import { session } from "../../shared/session.svelte";
import { portalAddress, type Values } from "./merge";

/** What the placeholders stand for that do not depend on the candidate. */
export type Ours = Pick<Values, "company" | "sender" | "portal" | "board">;

/** The workspace's and the writer's values, as they are now. */
export function ours(): Ours {
  const info = session().info;
  return { company: info?.tenant_name ?? "", sender: info?.name ?? "", portal: portalAddress(info?.server, info?.tenant), board: careersAddress(info?.server, info?.tenant, "") };
}
