// Who works on which applications, in English.

export const work = {
  "assign.clear": "Nobody",
  "assign.cleared": "Nobody works on {name} any more",
  "assign.cleared_many.one": "Nobody works on {count} application any more",
  "assign.cleared_many.other": "Nobody works on {count} applications any more",
  "assign.done": "{name} is assigned to {who}",
  "assign.done_many.one": "{count} application is assigned to {who}",
  "assign.done_many.other": "{count} applications are assigned to {who}",
  "assign.me": "Me",
  "assign.open": "Assign",
  "assign.placeholder": "Who works on it?",
  "assign.title": "Assign {name}",
  "assign.title_many.one": "Assign {count} application",
  "assign.title_many.other": "Assign {count} applications",
  "assign.to": "Assigned to {who}",
  "keys.assign": "Assign",
  "keys.assign_me": "Assign to me",
} as const;
