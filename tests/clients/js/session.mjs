// Signing in and staying signed in: docs/sync.md, section 2.

/** How long before its end an access token is renewed. */
const RENEW_BEFORE_MS = 60_000;

/** A refusal of the server: a code of docs/sync.md, section 8, or of the HTTP API. */
export class Refusal extends Error {
  constructor(code, detail) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
  }
}

/** Signs in and gives the account. */
export async function signIn({ server, email, password, workspace, device }) {
  const request = { email, password, workspace, device_id: device, device_name: "JavaScript", platform: "node" };
  const { access, refresh, device_id: id, user, tenant } = await post(server, "/api/v1/auth/token/", request);
  return { server, access, refresh, device: id, user: user.id, tenant: tenant.id };
}

/** The account with a token that is good for a while: refreshed when the old one is about to run out. */
export async function fresh(account, now = Date.now()) {
  if (renewAt(account) > now) return account;
  const { access, refresh } = await post(account.server, "/api/v1/auth/token/refresh/", {
    refresh: account.refresh,
  });
  return { ...account, access, refresh };
}

/** When the account's token is to be renewed, in milliseconds since 1970. */
export function renewAt({ access }) {
  const payload = JSON.parse(Buffer.from(access.split(".")[1], "base64url").toString());
  return payload.exp * 1_000 - RENEW_BEFORE_MS;
}

/** The server's description of its records. */
export async function openapi(server) {
  return answer(await fetch(`${server}/api/schema/openapi.json`));
}

async function post(server, path, body) {
  const headers = { "content-type": "application/json" };
  return answer(await fetch(`${server}${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Refusal(body.code ?? "internal", body.detail);
  return body;
}
