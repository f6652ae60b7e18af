// Dragging cards with a pointer: mouse, pen or finger. What keys do is in the board itself.

/** A press becomes a drag after this many pixels: a click that trembles stays a click. */
const THRESHOLD_PX = 5;
/** Near this distance to the board's edge it scrolls along. */
const EDGE_PX = 56;
const SCROLL_STEP_PX = 14;

/** A drag that is under way. */
export interface Drag {
  ids: string[];
  /** What the ghost under the pointer says. */
  label: string;
  x: number;
  y: number;
  /** The stage under the pointer, or null. */
  over: string | null;
}

function stageAt(x: number, y: number): string | null {
  return document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-stage]")?.dataset.stage ?? null;
}

/** Follows one pointer from press to release. */
export class Dragging {
  /** The drag under way, or null. */
  now = $state<Drag | null>(null);
  /** True until the click that ends a drag has passed: it must not open or choose the card. */
  justDropped = false;

  /** Begins to follow a press. `start` answers what is dragged; `drop` is called with the stage under the release. */
  press(event: PointerEvent, board: HTMLElement, start: () => { ids: string[]; label: string }, drop: (ids: string[], stage: string) => void): void {
    if (event.button !== 0 || event.shiftKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const from = { x: event.clientX, y: event.clientY };
    const controller = new AbortController();
    const { signal } = controller;
    const move = (moved: PointerEvent): void => {
      if (!this.now && Math.hypot(moved.clientX - from.x, moved.clientY - from.y) < THRESHOLD_PX) {
        return;
      }
      moved.preventDefault();
      this.now = { ...(this.now ?? start()), x: moved.clientX, y: moved.clientY, over: stageAt(moved.clientX, moved.clientY) };
      this.#scroll(board, moved.clientX);
    };
    const end = (dropped: boolean): void => {
      controller.abort();
      const drag = this.now;
      this.now = null;
      if (drag) {
        this.justDropped = true;
        setTimeout(() => (this.justDropped = false), 0);
        if (dropped && drag.over) {
          drop(drag.ids, drag.over);
        }
      }
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", () => end(true), { signal });
    window.addEventListener("pointercancel", () => end(false), { signal });
    window.addEventListener("keydown", (key) => key.key === "Escape" && end(false), { signal });
  }

  #scroll(board: HTMLElement, x: number): void {
    const box = board.getBoundingClientRect();
    if (x < box.left + EDGE_PX) {
      board.scrollLeft -= SCROLL_STEP_PX;
    } else if (x > box.right - EDGE_PX) {
      board.scrollLeft += SCROLL_STEP_PX;
    }
  }
}
