import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { testids } from "../shared/testids";
import { openBeforeEach, settled } from "../shared/testing/window";
import DailyMail from "./DailyMail.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

const box = (): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testids.dailyMail);

async function click(): Promise<void> {
  await fireEvent.click(box());
  await settled();
}

describe("the morning mail", () => {
  it("is switched off and on again at the server", async () => {
    render(DailyMail);
    await settled();
    expect(box().checked).toBe(true);
    await click();
    expect([box().checked, await fake.dailyMail()]).toEqual([false, false]);
    await click();
    expect([box().checked, await fake.dailyMail()]).toEqual([true, true]);
  });

  it("about what one is given is switched by itself", async () => {
    render(DailyMail, { of: "assigned" });
    await settled();
    const given = screen.getByTestId<HTMLInputElement>(testids.assignedMail);
    expect(given.checked).toBe(true);
    await fireEvent.click(given);
    await settled();
    expect([await fake.assignmentMail(), await fake.dailyMail()]).toEqual([false, true]);
  });

  it("stays as it was when the server does not take the change", async () => {
    render(DailyMail);
    await settled();
    fake.setSync({ state: "offline" });
    await click();
    expect([box().checked, box().disabled]).toEqual([true, false]);
  });

  it("is not known without the server, and asked for again", async () => {
    fake.setSync({ state: "offline" });
    render(DailyMail);
    await settled();
    expect(screen.queryByTestId(testids.dailyMail)).toBeNull();
    fake.setSync({ state: "up_to_date" });
    await fireEvent.click(screen.getByText("Try again"));
    await settled();
    expect(box().checked).toBe(true);
  });
});
