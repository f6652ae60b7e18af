import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import { openWindow, settled } from "../shared/testing/window";
import { testids } from "../shared/testids";
import MailScreen from "./MailScreen.svelte";

let close = (): void => undefined;

afterEach(() => {
  cleanup();
  close();
});

async function shown(patch: Parameters<typeof openWindow>[0] = {}): Promise<void> {
  ({ close } = await openWindow(patch));
  render(MailScreen);
  await settled();
}

const rows = (): HTMLElement[] => screen.queryAllByTestId(testids.mailRow);
const states = (): (string | undefined)[] => rows().map((row) => row.dataset.state);

async function open(state: string): Promise<HTMLElement> {
  const row = rows().find((each) => each.dataset.state === state);
  if (!row) {
    throw new Error(`no mail is ${state}`);
  }
  await fireEvent.click(within(row).getByRole("button"));
  await settled();
  return screen.getByRole("dialog");
}

describe("the mail of the workspace", () => {
  it("shows what became of each message, and only those of a state", async () => {
    await shown();
    expect(states()).toEqual(["waiting", "deferred", "sent", "given_up", "sent"]);
    expect(rows()[3]?.textContent).toContain("There is no such mailbox");
    await fireEvent.change(screen.getByTestId(testids.mailState), { target: { value: "sent" } });
    await settled();
    expect(states()).toEqual(["sent", "sent"]);
    await fireEvent.change(screen.getByTestId(testids.mailState), { target: { value: "cancelled" } });
    await settled();
    expect(screen.getByText("No message is in this state.")).toBeTruthy();
  });

  it("tries again what could not be sent", async () => {
    await shown();
    const dialog = await open("given_up");
    expect(within(dialog).getByTestId(testids.mailText).textContent).toContain("The message as it is sent.");
    expect(within(dialog).queryByTestId(testids.mailCancel)).toBeNull();
    await fireEvent.click(within(dialog).getByTestId(testids.mailRetry));
    await settled();
    expect(states()).toEqual(["waiting", "deferred", "sent", "waiting", "sent"]);
  });

  it("takes back what was not sent yet, and nothing that was", async () => {
    await shown();
    const dialog = await open("waiting");
    expect(within(dialog).queryByTestId(testids.mailRetry)).toBeNull();
    await fireEvent.click(within(dialog).getByTestId(testids.mailCancel));
    await settled();
    expect(states()).toEqual(["cancelled", "deferred", "sent", "given_up", "sent"]);
    const sent = await open("sent");
    expect([within(sent).queryByTestId(testids.mailRetry), within(sent).queryByTestId(testids.mailCancel)]).toEqual([null, null]);
  });

  it("says that it needs the server", async () => {
    await shown({ state: "offline" });
    expect(screen.getByRole("alert").textContent).toContain("The server cannot be reached.");
    expect(rows()).toEqual([]);
  });
});
