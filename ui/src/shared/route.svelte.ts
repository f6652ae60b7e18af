// Where the window is. The address lives in the hash, so that back, forward and a second window work.

/** The applications of all jobs that a screen shows: mine, those in a first stage, those over their stage's time, all. */
export const WORK_VIEWS = ["mine", "reminders", "new", "late", "open"] as const;
/** One of them. */
export type WorkView = (typeof WORK_VIEWS)[number];

/** One place of the window. */
export type Route =
  | { name: "work"; view: WorkView }
  /** `query` is what the list is narrowed to, as the list writes it. */
  | { name: "jobs"; query?: string }
  | { name: "job_new" }
  | { name: "job_edit"; id: string }
  | { name: "job"; id: string; view: "board" | "list" }
  | { name: "pipelines" }
  | { name: "pipeline_new" }
  | { name: "pipeline"; id: string }
  | { name: "candidates" }
  | { name: "duplicates" }
  /** The candidates who are due for deletion. */
  | { name: "due" }
  | { name: "interviews" }
  | { name: "offers" }
  | { name: "scorecard_templates" }
  | { name: "mail_templates" }
  | { name: "offer_templates" }
  | { name: "people" }
  | { name: "onboarding_templates" }
  | { name: "import" }
  /**
   * `write` opens the form of an e-mail, about the application of that id or about none; `application` and `offer` lead to
   * the one of that id.
   */
  | { name: "candidate"; id: string; write?: string; application?: string; offer?: string }
  | { name: "search"; text: string }
  | { name: "attention" }
  | { name: "mail" }
  /** What the workspace says on its career pages. */
  | { name: "site" }
  | { name: "settings" };

/** The address of a place. */
export function href(route: Route): string {
  switch (route.name) {
    case "pipelines":
    case "candidates":
    case "interviews":
    case "offers":
    case "people":
    case "import":
    case "attention":
    case "mail":
    case "site":
    case "settings":
      return `#/${route.name}`;
    case "jobs":
      return route.query ? `#/jobs?${route.query}` : "#/jobs";
    case "work":
      return `#/my-work/${route.view}`;
    case "onboarding_templates":
      return "#/onboarding";
    case "mail_templates":
      return "#/mail-templates";
    case "offer_templates":
      return "#/offer-templates";
    case "scorecard_templates":
      return "#/scorecards";
    case "pipeline_new":
      return "#/pipelines/new";
    case "pipeline":
      return `#/pipelines/${encodeURIComponent(route.id)}`;
    case "job_new":
      return "#/jobs/new";
    case "job_edit":
      return `#/jobs/${encodeURIComponent(route.id)}/edit`;
    case "job":
      return `#/jobs/${encodeURIComponent(route.id)}/${route.view}`;
    case "duplicates":
    case "due":
      return `#/candidates/${route.name}`;
    case "candidate":
      return `#/candidates/${encodeURIComponent(route.id)}${partOf("write", route.write)}${partOf("application", route.application)}${partOf("offer", route.offer)}`;
    case "search":
      return `#/search/${encodeURIComponent(route.text)}`;
  }
}

function partOf(name: string, value: string | undefined): string {
  return value === undefined ? "" : `/${name}/${encodeURIComponent(value)}`;
}

/** The place of an address; an unknown address is the list of jobs. */
export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [first = "", second = "", third = "", fourth = ""] = path.split("/").map(decode);
  switch (first) {
    case "my-work":
      return { name: "work", view: WORK_VIEWS.find((view) => view === second) ?? "mine" };
    case "jobs":
      return jobRoute(second, third, query);
    case "pipelines":
      return pipelineRoute(second);
    case "candidates":
      return candidateRoute(second, third, fourth);
    case "search":
      return { name: "search", text: second };
    case "scorecards":
      return { name: "scorecard_templates" };
    case "onboarding":
      return { name: "onboarding_templates" };
    case "mail-templates":
      return { name: "mail_templates" };
    case "offer-templates":
      return { name: "offer_templates" };
    case "interviews":
    case "offers":
    case "people":
    case "import":
    case "attention":
    case "mail":
    case "site":
    case "settings":
      return { name: first };
    default:
      return { name: "jobs" };
  }
}

function pipelineRoute(id: string): Route {
  if (id === "") {
    return { name: "pipelines" };
  }
  return id === "new" ? { name: "pipeline_new" } : { name: "pipeline", id };
}

/** What of a candidate an address may lead to. */
const OF_CANDIDATE = ["write", "application", "offer"];

function candidateRoute(id: string, part: string, subject: string): Route {
  if (id === "") {
    return { name: "candidates" };
  }
  if (id === "duplicates" || id === "due") {
    return { name: id };
  }
  return { name: "candidate", id, ...(OF_CANDIDATE.includes(part) ? { [part]: subject } : {}) };
}

function jobRoute(id: string, part: string, query: string): Route {
  if (id === "") {
    return query === "" ? { name: "jobs" } : { name: "jobs", query };
  }
  if (id === "new") {
    return { name: "job_new" };
  }
  if (part === "edit") {
    return { name: "job_edit", id };
  }
  return { name: "job", id, view: part === "list" ? "list" : "board" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const state = $state<{ route: Route }>({ route: parse(location.hash) });
window.addEventListener("hashchange", () => {
  state.route = parse(location.hash);
});

/** The place where the window is. */
export function route(): Route {
  return state.route;
}

/** Goes to a place. `replace` keeps it out of the history, for a search that changes with each letter. */
export function go(next: Route, replace = false): void {
  state.route = next;
  if (replace) {
    history.replaceState(null, "", href(next));
  } else if (location.hash !== href(next)) {
    location.hash = href(next);
  }
}
