// Stable names by which tests find things. Their words never change.

export const testids = {
  signInServer: "sign-in-server",
  signInEmail: "sign-in-email",
  signInPassword: "sign-in-password",
  signInWorkspace: "sign-in-workspace",
  signInPassphrase: "sign-in-passphrase",
  signInPassphraseAgain: "sign-in-passphrase-again",
  signInSubmit: "sign-in-submit",
  unlockPassphrase: "unlock-passphrase",
  unlockSubmit: "unlock-submit",
  firstDownload: "first-download",
  firstDownloadEnter: "first-download-enter",
  navJobs: "nav-jobs",
  navCandidates: "nav-candidates",
  navAttention: "nav-attention",
  navSearch: "nav-search",
  navSettings: "nav-settings",
  /** Carries `data-state` (a SyncState), `data-waiting` and `data-attention`. */
  syncIndicator: "sync-indicator",
  /** Carries `data-job`. */
  jobRow: "job-row",
  jobNew: "job-new",
  jobTitle: "job-title",
  jobSave: "job-save",
  privacy: "privacy",
  privacySwitch: "privacy-switch",
  privacyAdd: "privacy-add",
  jobStatus: "job-status",
  jobMore: "job-more",
  jobNote: "job-note",
  /** Carries `data-pipeline`. */
  pipelineRow: "pipeline-row",
  pipelineNew: "pipeline-new",
  pipelineName: "pipeline-name",
  pipelineStage: "pipeline-stage",
  pipelineSave: "pipeline-save",
  pipelines: "pipelines",
  /** Carries `data-stage`. */
  boardColumn: "board-column",
  /** Carries `data-application`. */
  card: "card",
  /** Carries `data-application`. */
  applicationRow: "application-row",
  rejectReason: "reject-reason",
  rejectSubmit: "reject-submit",
  /** Carries `data-candidate`. */
  candidateRow: "candidate-row",
  candidateNew: "candidate-new",
  candidateName: "candidate-name",
  candidateSave: "candidate-save",
  contact: "contact",
  contactHidden: "contact-hidden",
  resume: "resume",
  resumeInput: "resume-input",
  note: "note",
  noteInput: "note-input",
  noteSubmit: "note-submit",
  /** Carries `data-record`. */
  historyOpen: "history-open",
  historyPanel: "history-panel",
  historyStep: "history-step",
  /** Carries `data-field`. */
  historyRestore: "history-restore",
  historyOlder: "history-older",
  historyDay: "history-day",
  historyBanner: "history-banner",
  /** Carries `data-field`. */
  historyValue: "history-value",
  /** Carries `data-item`. */
  attentionItem: "attention-item",
  /** Carries `data-choice`. */
  attentionChoice: "attention-choice",
  paletteInput: "palette-input",
  searchInput: "search-input",
  searchHit: "search-hit",
  toast: "toast",
  undo: "undo",
  language: "language",
  theme: "theme",
  signOut: "sign-out",
  pending: "pending",
} as const;
