// What the components expect of a browser and the test's page lacks.

import { afterEach } from "vitest";
import { forgetSteps } from "../writes.svelte";

class NoLayoutObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

globalThis.ResizeObserver ??= NoLayoutObserver as unknown as typeof ResizeObserver;
globalThis.IntersectionObserver ??= NoLayoutObserver as unknown as typeof IntersectionObserver;

afterEach(() => {
  forgetSteps();
  localStorage.clear();
});
