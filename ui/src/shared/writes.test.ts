import { beforeEach, describe, expect, it } from "vitest";
import { openWindow } from "./testing/window";
import { dismiss, forgetSteps, standing, toast, toasts, undo, writeParts } from "./writes.svelte";

beforeEach(() => forgetSteps());

describe("messages", () => {
  it("replace each other, so that they never pile up over the screen", () => {
    for (const text of ["one", "two", "three"]) {
      toast(text, { token: text });
    }
    expect(toasts().map((shown) => shown.text)).toEqual(["three"]);
  });

  it("of a failure stay beside the last good one, two of them at most", () => {
    toast("failed", { error: true });
    toast("saved");
    toast("failed again", { error: true });
    toast("failed a third time", { error: true });
    expect(toasts().map((shown) => shown.text)).toEqual(["saved", "failed again", "failed a third time"]);
    toasts().forEach((shown) => dismiss(shown.id));
    expect(toasts()).toEqual([]);
  });

  it("of the same failure are one", () => {
    toast("failed", { error: true });
    toast("failed otherwise", { error: true });
    toast("failed", { error: true });
    expect(toasts().map((shown) => shown.text)).toEqual(["failed otherwise", "failed"]);
  });
});

describe("a step in parts", () => {
  it("that is tried again does once what stands, and is taken back at once", async () => {
    const { fake, close } = await openWindow();
    const undone: string[] = [];
    fake.undo = (token) => Promise.resolve(void undone.push(token));
    let [made, works] = [0, false];
    const first = standing(() => Promise.resolve({ id: "one", undo: `first-${(made += 1)}` }));
    const second = (): Promise<{ id: string; undo: string }> => (works ? Promise.resolve({ id: "two", undo: "second" }) : Promise.reject({ code: "offline", title: "x", message: "Not now." }));
    const attempt = (): Promise<boolean> => writeParts("Moved", ["candidates"], [first, second], () => undefined);
    expect([await attempt(), await attempt()]).toEqual([false, false]);
    works = true;
    expect([await attempt(), made]).toEqual([true, 1]);
    await undo();
    expect(undone).toEqual(["second", "first-1"]);
    await undo();
    expect(undone).toHaveLength(2);
    close();
  });

  it("is taken back from its end, and what is left of it after a failure can be taken back yet", async () => {
    const { fake, close } = await openWindow();
    const undone: string[] = [];
    let refused = "b";
    fake.undo = (token) => {
      if (token === refused) {
        return Promise.reject({ code: "offline", title: "x", message: "Not now." });
      }
      undone.push(token);
      return Promise.resolve();
    };
    const part = (token: string) => () => Promise.resolve({ id: "one", undo: token });
    expect(await writeParts("Moved", ["candidates"], ["a", "b", "c"].map(part), () => undefined)).toBe(true);
    await undo();
    expect([undone, toasts().at(-1)?.text]).toEqual([["c"], "Not now."]);
    refused = "";
    await undo();
    expect(undone).toEqual(["c", "b", "a"]);
    close();
  });
});
