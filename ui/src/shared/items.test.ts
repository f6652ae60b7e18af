import { describe, expect, it } from "vitest";
import { itemEdits } from "./items";

describe("the edits of a list", () => {
  const before = [{ amount: 100, id: "a", name: "Car", paid: "monthly" }, { amount: 200, id: "b", name: "Meals", paid: "once" }];
  // The same items as a form has them: the engine sends the fields of an item in another order.
  const [car, meals] = [{ id: "a", name: "Car", amount: 100, paid: "monthly" }, { id: "b", name: "Meals", amount: 200, paid: "once" }];

  it("are none where only the order of the fields is another", () => {
    expect(itemEdits("components", before, [car, meals])).toEqual([]);
  });

  it("carry only the values that changed, and all of a new item", () => {
    const more = { id: "c", name: "Phone", amount: 5, paid: "once" };
    expect(itemEdits("components", before, [car, { ...meals, amount: 250 }, more])).toEqual([
      { op: "item_put", field: "components", item: "b", after: null, values: { amount: 250 } },
      { op: "item_put", field: "components", item: "c", after: "b", values: { name: "Phone", amount: 5, paid: "once" } },
    ]);
  });

  it("move items without writing their values", () => {
    expect(itemEdits("components", before, [meals, car])).toEqual([
      { op: "item_put", field: "components", item: "b", after: "", values: {} },
      { op: "item_put", field: "components", item: "a", after: "b", values: {} },
    ]);
    expect(itemEdits("components", before, [meals])).toEqual([{ op: "item_remove", field: "components", item: "a" }]);
  });
});
