import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guess } from "./mapping";
import { openWindow } from "../../shared/testing/window";
import { read } from "./sheet";
import { isWorkbook, readWorkbook } from "./workbook";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let close: () => void;

beforeEach(async () => {
  ({ close } = await openWindow());
});

afterEach(() => close());

describe("a workbook", () => {
  it("is a table like any other", async () => {
    const found = await readWorkbook(bytes("workbook\nFirst name|Email\nAda|ada@example.org\n\n'=Grace|"));
    expect(found).toEqual({ headers: ["First name", "Email"], rows: [{ line: 2, cells: ["Ada", "ada@example.org"] }, { line: 4, cells: ["=Grace", ""] }] });
    expect(await readWorkbook(bytes("workbook\nFirst name|Email"))).toBe("import.empty");
  });

  it("that is none is refused with a sentence", async () => {
    expect(await readWorkbook(bytes("something else"))).toBe("import.no_workbook");
  });

  it("says by its name that it is one", () => {
    expect(["a.xlsx", "A.XLSM", "a.csv", "xlsx", "a.xlsx.txt"].filter(isWorkbook)).toEqual(["a.xlsx", "A.XLSM"]);
  });
});

describe("what the engine writes", () => {
  it("has columns that the import knows", () => {
    const headings = "First name,Last name,Email,Phone,Headline,Current title,Current company,Years of experience,City,State,Country,Skills,Languages,LinkedIn,GitHub,Portfolio,Website,Tags,Source,Applied for";
    const sheet = read(bytes(`${headings}\n'=Ada,,ada@example.org,'+1 202,,,,,,,,,,,,,,,,`));
    if (typeof sheet === "string") {
      throw new Error(sheet);
    }
    const known = guess(sheet.headers, []);
    expect(sheet.headers.filter((_, index) => known[index] === "")).toEqual(["Years of experience", "Applied for"]);
    expect(sheet.rows[0]?.cells.slice(0, 4)).toEqual(["=Ada", "", "ada@example.org", "+1 202"]);
  });
});
