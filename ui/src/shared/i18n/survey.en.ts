// The equal-opportunity survey, in English.

export const survey = {
  "survey.all_jobs": "All jobs",
  "survey.ca": "Canada: Employment Equity Act",
  "survey.fewer": "fewer than {count}",
  "survey.form": "Questions",
  "survey.form_help": "Offered on the page that follows an application. Answering is voluntary, and kept apart from the application: nobody sees what somebody answered.",
  "survey.is_off": "Those who apply are not asked any more",
  "survey.is_on": "Those who apply are asked from now on",
  "survey.job": "Job",
  "survey.last_year": "Last 12 months",
  "survey.months": "From {from} to {to}. The month that goes on is counted once it is over.",
  "survey.none": "None",
  "survey.period": "Period",
  "survey.text": "Who applies, in sums: for the reports that the law asks for.",
  "survey.title": "Equal opportunity",
  "survey.total": "All who answered",
  "survey.us": "United States: EEO-1, veterans, disability",
  "survey.why_hidden": "Sums below {count} are not told, and one more beside them is withheld, so that none of them can be computed.",
  "survey.withheld": "withheld",
} as const;
