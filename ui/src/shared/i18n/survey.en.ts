// The equal-opportunity survey, in English.

export const survey = {
  "survey.ca": "Canada: Employment Equity Act",
  "survey.fewer": "fewer than {count}",
  "survey.first_half": "January to June {year}",
  "survey.form": "Questions",
  "survey.form_help": "Offered on the page that follows an application. Answering is voluntary, and kept apart from the application: nobody sees what somebody answered.",
  "survey.is_off": "Those who apply are not asked any more",
  "survey.is_on": "Those who apply are asked from now on",
  "survey.none": "None",
  "survey.period": "Period",
  "survey.period_help": "Half-years that are over, of all jobs together. Sums of single jobs or months are not told: subtracted from each other, they would give what one person answered.",
  "survey.second_half": "July to December {year}",
  "survey.text": "Who applies, in sums: for the reports that the law asks for.",
  "survey.title": "Equal opportunity",
  "survey.total": "All who answered",
  "survey.us": "United States: EEO-1, veterans, disability",
  "survey.why_hidden": "Sums below {count} are not told, and one more beside them is withheld, so that none of them can be computed.",
  "survey.withheld": "withheld",
} as const;
