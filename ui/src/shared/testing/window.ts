// Opens a signed-in window over the in-memory engine, for the tests of screens.

import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeEach } from "vitest";
import { createFake, usual, type FakeBackend, type Scenario } from "../../backend/fake";
import { useBackend } from "../../backend/engine";
import { followChanges } from "../changes.svelte";
import { followPeople } from "../people.svelte";
import { followSession } from "../session.svelte";

/** The moment at which every test takes place. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** Waits until timers and promises of a re-read have passed. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 40));
}

/** As {@link openWindow}, with the members' names read as the frame of the window does. */
export async function openWithPeople(patch: Partial<Scenario> = {}): Promise<{ fake: FakeBackend; close: () => void }> {
  localStorage.clear();
  const { fake, close } = await openWindow(patch);
  const stop = followPeople();
  await settled();
  return { fake, close: () => [stop, close].forEach((end) => end()) };
}

/** Makes an engine, follows it as the window does, and waits for the session. */
export async function openWindow(patch: Partial<Scenario> = {}): Promise<{ fake: FakeBackend; close: () => void }> {
  const fake = createFake({ ...usual(NOW), candidates: 60, jobs: 3, serverDelayMs: null, ...patch });
  useBackend(fake);
  const stops = [followChanges(), followSession()];
  await settled();
  return { fake, close: () => stops.forEach((stop) => stop()) };
}

/** Opens a window with people before each test of a file or a group and closes it after; hands the engine over each time. */
export function openBeforeEach(take: (fake: FakeBackend) => void, patch: Partial<Scenario> = {}): void {
  let close: () => void = () => undefined;
  beforeEach(async () => {
    const opened = await openWithPeople(patch);
    close = opened.close;
    take(opened.fake);
  });
  afterEach(() => {
    cleanup();
    close();
  });
}
