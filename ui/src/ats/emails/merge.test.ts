import { describe, expect, it } from "vitest";
import { answerSubject, beginning, braced, fill, lacking, NO_VALUES, parts, portalAddress, quote } from "./merge";
import { editsOf, problems, unknown } from "./template";

const VALUES = { first_name: "Grace", last_name: "", job: "Line cook", company: "Acme", sender: "Ada", portal: portalAddress("https://north.example/", "north") };

describe("placeholders", () => {
  it("are filled in where there is something, with spaces or without, and stay where there is nothing", () => {
    expect(fill("Hello {{first_name}} {{ last_name }}, {{ job }} at {{company}}{{nothing}}", VALUES)).toBe("Hello Grace {{ last_name }}, Line cook at Acme{{nothing}}");
    expect(fill("{{toString}} {{constructor}} {first_name} {{}}", VALUES)).toBe("{{toString}} {{constructor}} {first_name} {{}}");
    // What is filled in is not read again.
    expect(fill("{{first_name}}", { ...VALUES, first_name: "{{job}}" })).toBe("{{job}}");
  });

  it("name the page where candidates see their applications", () => {
    expect(fill("{{portal}}", VALUES)).toBe("https://north.example/careers/north/me/");
    expect([portalAddress(null, "north"), portalAddress("https://north.example", null)]).toEqual(["", ""]);
  });

  it("that are left are named once, apart from what stands for nothing", () => {
    expect(lacking("{{ last_name }} and {{last_name}}, {{job}}, {{x.y}} {job}", VALUES)).toEqual({ empty: ["last_name"], unknown: ["x.y"] });
    expect(lacking("{{job}} {{first_name}}", NO_VALUES)).toEqual({ empty: ["first_name", "job"], unknown: [] });
    expect(lacking("Hello", VALUES)).toEqual({ empty: [], unknown: [] });
    expect(braced(["job", "x.y"])).toBe("{{job}}, {{x.y}}");
  });
});

describe("an answer", () => {
  it("has Re before its subject once", () => {
    expect(["Offer", "Re: Offer", "RE : Offer", " re: x"].map(answerSubject)).toEqual(["Re: Offer", "Re: Offer", "RE : Offer", " re: x"]);
  });

  it("quotes what it answers, and what was quoted is told apart again", () => {
    const answer = `Yes.${quote("When?\n\n> Hello", "On Monday, Grace wrote:")}`;
    expect(answer).toBe("Yes.\n\nOn Monday, Grace wrote:\n> When?\n> \n>> Hello");
    expect(parts(answer)).toEqual({ own: "Yes.", quoted: "On Monday, Grace wrote:\n> When?\n> \n>> Hello" });
    expect(parts("> a\nmy answer below")).toEqual({ own: "> a\nmy answer below", quoted: "" });
    expect(parts("> all of it\n> is quoted")).toEqual({ own: "> all of it\n> is quoted", quoted: "" });
    expect(parts("Plain:\n")).toEqual({ own: "Plain:", quoted: "" });
  });
});

describe("a template of e-mails", () => {
  const TEMPLATE = { name: "Hello", subject: "{{job}}", body: "Hi" };

  it("needs a name, a subject and a text, and says which placeholders are none", () => {
    expect(Object.keys(problems({ name: " ", subject: "", body: "\n" }))).toEqual(["name", "subject", "body"]);
    expect(problems(TEMPLATE)).toEqual({});
    expect(unknown({ ...TEMPLATE, body: "{{frist_name}} {{sender}}" })).toEqual(["frist_name"]);
  });

  it("is changed by what was changed alone", () => {
    expect(editsOf(TEMPLATE, { ...TEMPLATE })).toEqual([]);
    expect(editsOf(TEMPLATE, { name: " Hello ", subject: "S", body: "B" })).toEqual([
      { op: "set", field: "subject", value: "S" },
      { op: "text", field: "body", value: "B" },
    ]);
  });
});

describe("the beginning of a text", () => {
  it("is the whole of a short one, six lines, or so many letters up to a gap", () => {
    expect(beginning("One\ntwo\n")).toBe("One\ntwo\n");
    expect(beginning("1\n2\n3\n4\n5\n6\n7")).toBe("1\n2\n3\n4\n5\n6…");
    expect(beginning(`${"word ".repeat(99)}enormously long`)).toBe(`${"word ".repeat(99).trimEnd()}…`);
    // Without a gap it is cut between two letters, never within one.
    expect(beginning("👋".repeat(501))).toBe(`${"👋".repeat(500)}…`);
  });
});
