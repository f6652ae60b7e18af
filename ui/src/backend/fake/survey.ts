// The equal-opportunity survey, in memory: which form is chosen, and sums that are always the same.

import type { SurveyReport, SurveySum } from "../online";
import { refusal } from "./store";

const told = (count: number): SurveySum => ({ told: "count", count });
const LATEST = "2026-H1";
const FEWER: SurveySum = { told: "fewer", count: null };
const WITHHELD: SurveySum = { told: "withheld", count: null };

/** The survey of a workspace. */
export class Survey {
  private form = "";

  constructor(private readonly offline: () => boolean) {}

  private check(): void {
    if (this.offline()) {
      throw refusal("offline", "The server cannot be reached. Check the address and the network.");
    }
  }

  choose(form: string): null {
    this.check();
    this.form = form;
    return null;
  }

  /** The sums; of any half-year but the last there are too few. */
  report(request: { half_year: string | null }): SurveyReport {
    this.check();
    const half_year = request.half_year ?? LATEST;
    const few = half_year !== LATEST;
    const sums = (all: SurveySum[]): SurveySum[] => (few ? all.map(() => FEWER) : all);
    const [woman, man, another, decline] = sums([told(64), told(71), FEWER, WITHHELD]) as [SurveySum, SurveySum, SurveySum, SurveySum];
    const gender = {
      name: "gender", text: "What is your gender?", total: few ? FEWER : told(148),
      answers: [
        { name: "woman", text: "Woman", ...woman }, { name: "man", text: "Man", ...man },
        { name: "another", text: "Non-binary, or another gender", ...another }, { name: "decline", text: "I do not wish to answer", ...decline },
      ],
    };
    return { form: this.form, half_year, latest: LATEST, fewest_shown: 5, questions: this.form === "" ? [] : [gender] };
  }
}
