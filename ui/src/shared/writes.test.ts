import { beforeEach, describe, expect, it } from "vitest";
import { dismiss, forgetSteps, toast, toasts } from "./writes.svelte";

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
