// E-mail addresses as people type them.

/** Whether a text has the form of an e-mail address; the server judges it again. */
export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());
}
