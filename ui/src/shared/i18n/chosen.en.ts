// What is done with many candidates at once, in English.

export const chosen = {
  "chosen.added.one": "{count} person was added to {job}.",
  "chosen.added.other": "{count} people were added to {job}.",
  "chosen.all": "Select all",
  "chosen.applied": "Applied already: {names}.",
  "chosen.have_it.one": "{count} has it",
  "chosen.have_it.other": "{count} have it",
  "chosen.label": "Selected candidates",
  "chosen.more.one": "{count} more",
  "chosen.more.other": "{count} more",
  "chosen.nobody_added": "Nobody was added to {job}.",
  "chosen.running.one": "{done} of {total} person",
  "chosen.running.other": "{done} of {total} people",
  "chosen.tag_add": "Add",
  "chosen.tag_remove": "Take away",
  "chosen.tagged.one": "{count} person has the tag {tag} now",
  "chosen.tagged.other": "{count} people have the tag {tag} now",
  "chosen.tags": "Tags",
  "chosen.untagged.one": "{count} person no longer has the tag {tag}",
  "chosen.untagged.other": "{count} people no longer have the tag {tag}",
};
