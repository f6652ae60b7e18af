// Hosts of the workspace's own, in memory. The first letters of a host say what the DNS pretends to have.

import type { Domain } from "../online";
import { refusal } from "./store";

const TOKEN = "q7gk2m4x5v3n6b1c8d9f";
/** What is seen of hosts that begin so; of others what proves the claim is found. */
const PRETENDED: { [start: string]: Domain["seen"] } = { absent: "absent", other: "other", silent: "silent", taken: "taken" };

/** The claims at their server, which cannot be reached without a network. */
export class Domains {
  #claims: Domain[] = [];
  #next = 1;
  readonly #isOffline: () => boolean;
  readonly #now: () => number;

  constructor(isOffline: () => boolean, now: () => number) {
    this.#isOffline = isOffline;
    this.#now = now;
  }

  #reach(): void {
    if (this.#isOffline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  #one(id: string): Domain {
    const found = this.#claims.find((claim) => claim.id === id);
    if (!found) {
      throw refusal("not-found", "There is nothing here.");
    }
    return found;
  }

  /** The host that links use. */
  serving(): string | undefined {
    return this.#claims.find((claim) => claim.state === "verified" && claim.points_here)?.host;
  }

  list(): Domain[] {
    this.#reach();
    return [...this.#claims];
  }

  claim(name: string): Domain {
    this.#reach();
    const host = name.trim().toLowerCase();
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)) {
      throw refusal("invalid-fields", "Some fields need another value.", { host: "Write a host name alone, as in jobs.example.com." });
    }
    if (host.startsWith("theirs")) {
      throw refusal("already-exists", "This exists already. Another workspace has verified this host.");
    }
    const own = this.#claims.find((claim) => claim.host === host);
    if (own) {
      return own;
    }
    const claim: Domain = {
      id: `domain-${String(this.#next)}`, host, state: "waiting", seen: null, points_here: false, is_vouched: false, checked_at: null, ends_at: null,
      records: [
        { type: "TXT", name: `_zumodra.${host}`, value: `zumodra-verification=${TOKEN}` },
        { type: "CNAME", name: host, value: "zumodra.north.example" },
      ],
    };
    this.#next += 1;
    this.#claims = [...this.#claims, claim];
    return claim;
  }

  check(id: string): Domain {
    this.#reach();
    const claim = this.#one(id);
    const seen = PRETENDED[/^[a-z]+/.exec(claim.host)?.[0] ?? ""] ?? "found";
    const isFound = seen === "found";
    const looked: Domain = { ...claim, seen, checked_at: this.#now(), state: isFound ? "verified" : claim.state, points_here: isFound && !claim.host.startsWith("away") };
    this.#claims = this.#claims.map((other) => (other.id === id ? looked : other));
    return looked;
  }

  remove(id: string): null {
    this.#reach();
    this.#one(id);
    this.#claims = this.#claims.filter((claim) => claim.id !== id);
    return null;
  }
}
