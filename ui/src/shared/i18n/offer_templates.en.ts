// Templates of offers, in English.

export const offerTemplates = {
  "field.answer_days": "Days to answer",
  "kind.offer_templates": "Offer template",
  "offer_template.answer_days": "Days to answer",
  "offer_template.begin": "Begin with a template",
  "offer_template.begin_help": "Fills in what the template says; everything can be changed afterwards.",
  "offer_template.empty_text": "A template holds terms that you offer again and again: the pay for a level, the benefits, the conditions. An offer can begin with one.",
  "offer_template.empty_title": "No offer templates yet",
  "offer_template.new": "New offer template",
  "offer_template.none": "Without a template",
  "offer_template.outside": "The salary is outside of what {name} allows: {band}.",
  "offer_template.placeholders": "In the texts you can write {which}. An offer fills them in.",
  "offer_template.salary_max": "Highest salary",
  "offer_template.salary_min": "Lowest salary",
  "offer_template.short": "Offer templates",
  "offer_template.title": "Offer templates",
};
