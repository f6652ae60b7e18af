import { describe, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import { mentioned, mentionEdits, offered, put, typed } from "./mentions";

const member = (id: string, name: string): Row<"members"> => ({ id, fields: { name } }) as unknown as Row<"members">;
const PEOPLE = [member("camille", "Camille Fortin"), member("zoe", "Zoë Ng"), member("zoe-2", "Zoë Nguyen"), member("ada", "Ada"), member("twin", "Ada")];

describe("a name that is being typed", () => {
  it("begins with an @ after a gap, and has two words at most", () => {
    expect(typed("Ask @cam", 8)).toEqual({ at: 4, text: "cam" });
    expect(typed("@", 1)).toEqual({ at: 0, text: "" });
    expect(typed("Ask (@Camille For", 17)).toEqual({ at: 5, text: "Camille For" });
    // Before the caret counts.
    expect(typed("@zo and more", 3)).toEqual({ at: 0, text: "zo" });
    for (const none of ["mail@example.org", "@Camille Fortin said", "@ cam", "Ask", "@Camille "]) {
      expect(typed(none, none.length)).toBeNull();
    }
  });

  it("may mean whose name has a word that begins so, whatever the accents, and nobody once it is whole", () => {
    expect(offered("zoe", PEOPLE).map(({ id }) => id)).toEqual(["zoe", "zoe-2"]);
    expect(offered("for", PEOPLE).map(({ id }) => id)).toEqual(["camille"]);
    expect(offered("camille fo", PEOPLE).map(({ id }) => id)).toEqual(["camille"]);
    // Not in the middle of a word.
    expect(offered("mille", PEOPLE)).toEqual([]);
    expect(offered("Zoë Ng", PEOPLE)).toEqual([]);
    expect(offered("", Array.from({ length: 9 }, (_, at) => member(`${at}`, `Person ${at}`)))).toHaveLength(6);
  });

  it("is replaced by the whole name and one gap", () => {
    const [camille] = PEOPLE;
    expect(camille && put("Ask @cam please", 8, { at: 4, text: "cam" }, camille)).toEqual({ text: "Ask @Camille Fortin please", caret: 20 });
  });
});

describe("who is mentioned in a text", () => {
  it("is who is named after an @, by the longer name where two begin alike", () => {
    expect(mentioned("Please @Camille Fortin, and @Zoë Nguyen!", PEOPLE)).toEqual(["camille", "zoe-2"]);
    expect(mentioned("@Zoë Ng: yes. @Zoë Ng.", PEOPLE)).toEqual(["zoe"]);
    expect(mentioned("Camille Fortin, @Camille, @Zoë Ngo, a@Ada2", PEOPLE)).toEqual([]);
    expect(mentioned("@Ada?", PEOPLE)).toEqual(["ada", "twin"]);
  });

  it("is changed by what differs alone", () => {
    expect(mentionEdits(["a", "b"], ["b", "c"])).toEqual([{ op: "add", field: "mention_ids", value: "c" }, { op: "remove", field: "mention_ids", value: "a" }]);
    expect(mentionEdits(["a"], ["a"])).toEqual([]);
  });
});
