// A deed that is not begun again while it is under way: a second click on Save makes nothing twice.

/** The deed, which does nothing when it is asked for while it is still being done. */
export function once(deed: () => Promise<void>): () => Promise<void> {
  let busy = false;
  return async () => {
    if (busy) {
      return;
    }
    busy = true;
    try {
      await deed();
    } finally {
      busy = false;
    }
  };
}
