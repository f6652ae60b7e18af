// Where the server shows a workspace's public pages.

/** The address of one of them; an empty text while nobody is signed in. */
export function careersAddress(server: string | null | undefined, workspace: string | null | undefined, page: string): string {
  return server && workspace ? `${server.replace(/\/+$/, "")}/careers/${workspace}/${page}` : "";
}
