// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.

/** Words that had better not be said; `*` stands for any ending. */
export const WORDS: readonly { said: string; concern: "gender" | "age" | "exclusion"; instead: string }[] = [
  { said: "aggressive*", concern: "gender", instead: "proactive" },
  { said: "assertive*", concern: "gender", instead: "confident" },
  { said: "chairman", concern: "gender", instead: "chair" },
  { said: "competitive spirit", concern: "gender", instead: "motivation" },
  { said: "craftsman", concern: "gender", instead: "craftsperson" },
  { said: "dominant", concern: "gender", instead: "leading" },
  { said: "dominate", concern: "gender", instead: "lead" },
  { said: "fearless", concern: "gender", instead: "confident" },
  { said: "foreman", concern: "gender", instead: "supervisor" },
  { said: "guru", concern: "gender", instead: "expert" },
  { said: "guys", concern: "gender", instead: "team" },
  { said: "he/she", concern: "gender", instead: "they" },
  { said: "headstrong", concern: "gender", instead: "persistent" },
  { said: "his/her", concern: "gender", instead: "their" },
  { said: "manpower", concern: "gender", instead: "workforce" },
  { said: "ninja*", concern: "gender", instead: "expert" },
  { said: "rockstar*", concern: "gender", instead: "skilled professional" },
  { said: "rock star*", concern: "gender", instead: "skilled professional" },
  { said: "salesman", concern: "gender", instead: "salesperson" },
  { said: "superhero*", concern: "gender", instead: "skilled professional" },
  { said: "waitress*", concern: "gender", instead: "server" },
  { said: "digital native*", concern: "age", instead: "at ease with technology" },
  { said: "energetic", concern: "age", instead: "motivated" },
  { said: "high-energy", concern: "age", instead: "motivated" },
  { said: "mature", concern: "age", instead: "experienced" },
  { said: "old-school", concern: "age", instead: "traditional" },
  { said: "overqualified", concern: "age", instead: "" },
  { said: "recent graduate*", concern: "age", instead: "people at the start of their career" },
  { said: "seasoned", concern: "age", instead: "experienced" },
  { said: "young", concern: "age", instead: "" },
  { said: "youthful", concern: "age", instead: "" },
  { said: "jeune et dynamique*", concern: "age", instead: "" },
  { said: "able-bodied", concern: "exclusion", instead: "" },
  { said: "attractive appearance", concern: "exclusion", instead: "" },
  { said: "cultural fit", concern: "exclusion", instead: "what you add to the team" },
  { said: "culture fit", concern: "exclusion", instead: "what you add to the team" },
  { said: "marital status", concern: "exclusion", instead: "" },
  { said: "native speaker*", concern: "exclusion", instead: "fluent speaker" },
  { said: "work hard, play hard", concern: "exclusion", instead: "" },
  { said: "bonne présentation", concern: "exclusion", instead: "" },
  { said: "langue maternelle", concern: "exclusion", instead: "courant" },
  { said: "situation familiale", concern: "exclusion", instead: "" },
];

/** What a posting needs. */
export type Need = "pay_range" | "ai_statement" | "no_pay_history" | "no_local_experience";

/** A place with rules of its own; no region stands for the whole country. */
export interface Jurisdiction {
  name: { en: string; fr: string };
  countries: readonly string[];
  regions: readonly string[];
  needs: readonly { need: Need; law: string }[];
}

/** The places. */
export const JURISDICTIONS: readonly Jurisdiction[] = [
  {
    name: { en: "Ontario", fr: "Ontario" },
    countries: ["canada", "ca", "can"],
    regions: ["ontario", "on"],
    needs: [{ need: "pay_range", law: "Employment Standards Act, 2000, s. 8.2" }, { need: "ai_statement", law: "Employment Standards Act, 2000, s. 8.4" }, { need: "no_local_experience", law: "Employment Standards Act, 2000, s. 8.3" }],
  },
  {
    name: { en: "British Columbia", fr: "Colombie-Britannique" },
    countries: ["canada", "ca", "can"],
    regions: ["british columbia", "colombie-britannique", "bc"],
    needs: [{ need: "pay_range", law: "Pay Transparency Act, s. 4" }, { need: "no_pay_history", law: "Pay Transparency Act, s. 2" }],
  },
  {
    name: { en: "Prince Edward Island", fr: "Île-du-Prince-Édouard" },
    countries: ["canada", "ca", "can"],
    regions: ["prince edward island", "île-du-prince-édouard", "pe", "pei"],
    needs: [{ need: "pay_range", law: "Employment Standards Act, s. 5.7" }, { need: "no_pay_history", law: "Employment Standards Act, s. 5.7" }],
  },
  {
    name: { en: "California", fr: "Californie" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["california", "californie", "ca"],
    needs: [{ need: "pay_range", law: "Labor Code § 432.3" }, { need: "no_pay_history", law: "Labor Code § 432.3" }],
  },
  {
    name: { en: "Colorado", fr: "Colorado" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["colorado", "co"],
    needs: [{ need: "pay_range", law: "Equal Pay for Equal Work Act, C.R.S. 8-5-201" }, { need: "no_pay_history", law: "Equal Pay for Equal Work Act, C.R.S. 8-5-102" }],
  },
  {
    name: { en: "Illinois", fr: "Illinois" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["illinois", "il"],
    needs: [{ need: "pay_range", law: "Equal Pay Act of 2003, 820 ILCS 112/10" }, { need: "no_pay_history", law: "Equal Pay Act of 2003, 820 ILCS 112/10" }, { need: "ai_statement", law: "Human Rights Act, 775 ILCS 5/2-102(L)" }],
  },
  {
    name: { en: "Massachusetts", fr: "Massachusetts" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["massachusetts", "ma"],
    needs: [{ need: "pay_range", law: "M.G.L. c. 149, § 105F" }, { need: "no_pay_history", law: "M.G.L. c. 149, § 105A" }],
  },
  {
    name: { en: "New York", fr: "New York" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["new york", "ny"],
    needs: [{ need: "pay_range", law: "Labor Law § 194-b" }, { need: "no_pay_history", law: "Labor Law § 194-a" }],
  },
  {
    name: { en: "Washington", fr: "Washington" },
    countries: ["united states", "united states of america", "usa", "us", "états-unis"],
    regions: ["washington", "wa"],
    needs: [{ need: "pay_range", law: "RCW 49.58.110" }, { need: "no_pay_history", law: "RCW 49.58.100" }],
  },
  {
    name: { en: "the European Union", fr: "l’Union européenne" },
    countries: ["austria", "österreich", "autriche", "belgium", "belgique", "bulgaria", "bulgarie", "croatia", "croatie", "cyprus", "chypre", "czechia", "tchéquie", "denmark", "danemark", "estonia", "estonie", "finland", "finlande", "france", "germany", "deutschland", "allemagne", "greece", "grèce", "hungary", "hongrie", "ireland", "irlande", "italy", "italia", "italie", "latvia", "lettonie", "lithuania", "lituanie", "luxembourg", "malta", "malte", "netherlands", "pays-bas", "poland", "pologne", "portugal", "romania", "roumanie", "slovakia", "slovaquie", "slovenia", "slovénie", "spain", "españa", "espagne", "sweden", "suède", "czech republic", "the netherlands", "republic of ireland", "at", "be", "bg", "hr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "gr", "hu", "ie", "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "sk", "si", "es", "se"],
    regions: [],
    needs: [{ need: "pay_range", law: "Directive (EU) 2023/970, art. 5" }, { need: "no_pay_history", law: "Directive (EU) 2023/970, art. 5" }],
  },
];

/** How people ask what somebody earned before. */
export const PAY_HISTORY: readonly string[] = ["current salary", "previous salary", "last salary", "salary history", "current pay", "previous pay", "current compensation", "salaire actuel", "salaire précédent", "dernier salaire", "rémunération actuelle", "ancien salaire"];

/** How people ask for experience in the country. */
export const LOCAL_EXPERIENCE: readonly string[] = ["canadian experience", "expérience canadienne"];

/** What a machine that takes part in choosing people is called. */
export const AI_WORDS: readonly string[] = ["artificial intelligence", "intelligence artificielle"];

/** What choosing people is called; `*` stands for any ending. */
export const CHOOSING: readonly string[] = ["application*", "applicant*", "assess*", "candidat*", "hiring", "recruit*", "résumé*", "screen*", "select*", "sélection*"];
