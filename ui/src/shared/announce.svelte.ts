// What a screen reader is told as it happens: card moves, undo, results.

const state = $state<{ text: string; turn: number }>({ text: "", turn: 0 });

/** Says a sentence to assistive technology. The same sentence twice is said twice. */
export function announce(text: string): void {
  state.text = text;
  state.turn += 1;
}

/** The sentence to say, and a number that grows with each. */
export function announcement(): { text: string; turn: number } {
  return state;
}
