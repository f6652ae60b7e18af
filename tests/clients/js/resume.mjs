// Says what the validator of JSON Resume's own package finds wrong with the résumé that comes in.

import { readFileSync } from "node:fs";
import schema from "@jsonresume/schema";

schema.validate(JSON.parse(readFileSync(0, "utf8")), (errors) => {
  console.log(JSON.stringify((errors ?? []).map(String)));
});
