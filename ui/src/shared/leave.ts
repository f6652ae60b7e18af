// What parts of the window hold of the person who is signed in, and forget when another one comes.

const forgetting: (() => void)[] = [];

/** Has a part forget what it holds when somebody leaves. */
export function onLeave(forget: () => void): void {
  forgetting.push(forget);
}

/** Somebody leaves. */
export function leave(): void {
  forgetting.forEach((forget) => forget());
}
