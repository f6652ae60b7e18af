// The words that the in-memory workspace is made of. None of these people exists.

export const FIRST_NAMES = [
  "Amara", "Noah", "Léa", "Mateo", "Ingrid", "Yusuf", "Chloé", "Hiroshi", "Priya", "Olivier", "Sofia", "Kwame",
  "Élodie", "Tomasz", "Nadia", "Jonas", "Mei", "Gabriel", "Fatou", "Lucas", "Zainab", "Émile", "Rosa", "Dmitri",
  "Aisha", "Benoît", "Carmen", "Derek", "Eleni", "Farid",
];

export const LAST_NAMES = [
  "Okafor", "Tremblay", "Nguyen", "García", "Lindqvist", "Demir", "Gagnon", "Tanaka", "Sharma", "Bouchard", "Rossi",
  "Mensah", "Côté", "Kowalski", "Haddad", "Weber", "Chen", "Roy", "Diallo", "Martin", "Khan", "Lavoie", "Silva",
  "Ivanov", "Bello", "Pelletier", "Ortega", "Osei", "Papadakis", "Rahimi",
];

export const TITLES = [
  "Backend engineer", "Product designer", "Registered nurse", "Account manager", "Data analyst", "Site supervisor",
  "Customer support lead", "Payroll specialist", "Mechanical engineer", "Marketing coordinator", "Warehouse lead",
  "Electrician", "Office manager", "QA engineer", "Social worker", "Logistics planner",
];

export const COMPANIES = [
  "Northwind Foods", "Atelier Brume", "Cascade Health", "Harbour Freight Lines", "Maison Verte", "Bluepine Software",
  "Prairie Rail", "Lumen Studio", "Granite Works", "Rivière & Fils",
];

export const CITIES: [string, string, string][] = [
  ["Montréal", "QC", "CA"], ["Québec", "QC", "CA"], ["Toronto", "ON", "CA"], ["Ottawa", "ON", "CA"],
  ["Vancouver", "BC", "CA"], ["Halifax", "NS", "CA"], ["Lyon", "", "FR"], ["Boston", "MA", "US"],
];

export const SKILLS = [
  "Rust", "PostgreSQL", "TypeScript", "Figma", "SQL", "Excel", "Triage", "Scheduling", "French", "Negotiation",
  "Forklift licence", "Python", "AutoCAD", "SAP", "Copywriting", "First aid",
];

export const JOBS: [string, string, string][] = [
  ["Senior backend engineer", "Platform", "hybrid"], ["Product designer", "Design", "remote"],
  ["Registered nurse, night shift", "Care", "on_site"], ["Account manager, Québec", "Sales", "hybrid"],
  ["Data analyst", "Insights", "flexible"], ["Site supervisor", "Operations", "on_site"],
  ["Customer support lead", "Support", "remote"], ["Payroll specialist", "Finance", "hybrid"],
  ["Mechanical engineer", "Engineering", "on_site"], ["Marketing coordinator", "Marketing", "hybrid"],
  ["Warehouse lead, Dartmouth", "Operations", "on_site"], ["QA engineer", "Platform", "remote"],
  ["Social worker", "Care", "on_site"],
  ["Coordinator of international logistics, customs clearance and cold-chain compliance (bilingual)", "Operations", "hybrid"],
];

export const STAGES: [string, string, string, number | null][] = [
  ["New", "new", "#64748b", 3], ["Screening", "screening", "#0e7490", 5], ["Phone interview", "interview", "#2563eb", 7],
  ["Technical interview", "interview", "#7c3aed", 10], ["Offer", "offer", "#b45309", 5], ["Hired", "hired", "#15803d", null],
  ["Rejected", "rejected", "#b91c1c", null], ["Withdrawn", "withdrawn", "#6b7280", null],
];

export const TAGS: [string, string][] = [
  ["Strong yes", "#15803d"], ["Bilingual", "#2563eb"], ["Referred by team", "#7c3aed"], ["Keep in touch", "#b45309"],
  ["Available now", "#0e7490"], ["Needs visa", "#b91c1c"],
];

export const NOTES = [
  "Clear on why she is leaving, and honest about the notice period. Would move forward.",
  "Called back after lunch. Salary wish is inside our range; prefers three days at the office.",
  "Strong portfolio, thin on process. Ask for one project from start to end.",
  "Reference from the last manager is warm: calm under pressure, writes well.",
];

export const DESCRIPTION =
  "You join a team of eight that keeps the service running for 40,000 people a day. You own a part of it from the first sketch to the night it goes wrong.\n\nWe write things down, we review each other's work, and we go home on time.";
