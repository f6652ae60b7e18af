// Which rows of a long list are in sight.

/** Rows beyond the edge that are kept in the page, so that a quick scroll shows rows and no gap. */
const OVERSCAN_ROWS = 8;

/** What the range depends on, in pixels and rows. */
export interface Viewport {
  count: number;
  rowHeight: number;
  scrollTop: number;
  height: number;
}

/** The rows to render: from `first` up to and without `last`. */
export function visibleRange(viewport: Viewport): { first: number; last: number } {
  const { count, rowHeight, scrollTop, height } = viewport;
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN_ROWS);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN_ROWS);
  return { first: Math.min(first, count), last };
}

/** The next active row for a key of a list, or null when the key does not move in lists. */
export function movedIndex(key: string, active: number, count: number, pageRows: number): number | null {
  const clamp = (index: number): number => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case "j":
    case "ArrowDown":
      return clamp(active + 1);
    case "k":
    case "ArrowUp":
      return clamp(active - 1);
    case "PageDown":
      return clamp(active + pageRows);
    case "PageUp":
      return clamp(active - pageRows);
    case "Home":
      return clamp(0);
    case "End":
      return clamp(count - 1);
    default:
      return null;
  }
}
