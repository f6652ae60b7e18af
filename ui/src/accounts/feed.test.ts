import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FakeBackend } from "../backend/fake";
import { testids } from "../shared/testids";
import { openBeforeEach, settled } from "../shared/testing/window";
import CalendarFeed from "./CalendarFeed.svelte";

let fake: FakeBackend;
openBeforeEach((opened) => (fake = opened));

describe("the calendar feed", () => {
  it("is told once, made anew and taken away", async () => {
    render(CalendarFeed);
    await settled();
    expect(screen.queryByTestId(testids.feedRemove)).toBeNull();
    await fireEvent.click(screen.getByTestId(testids.feedMake));
    await settled();
    expect(screen.getByTestId(testids.feedAddress).textContent).toContain("https://");
    cleanup();
    render(CalendarFeed);
    await settled();
    expect(screen.queryByTestId(testids.feedAddress)).toBeNull();
    expect(screen.getByTestId(testids.feedMake).textContent).toBe("Make another address");
    await fireEvent.click(screen.getByTestId(testids.feedRemove));
    await settled();
    expect(screen.getByTestId(testids.feedMake).textContent).toBe("Make an address");
  });

  it("is not known without the server, and asked for again", async () => {
    fake.setSync({ state: "offline" });
    render(CalendarFeed);
    await settled();
    expect(document.body.textContent).toContain("cannot be reached");
    expect(screen.queryByTestId(testids.feedMake)).toBeNull();
    fake.setSync({ state: "up_to_date" });
    await fireEvent.click(screen.getByText("Try again"));
    await settled();
    expect(screen.getByTestId(testids.feedMake)).toBeDefined();
  });
});
