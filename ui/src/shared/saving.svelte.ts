// Saving the form of a record: what is wrong is said and gets the focus, nothing is written where nothing changed, a second
// click makes nothing twice, and the form closes once what was typed is kept.

import { tick } from "svelte";
import { engine } from "../backend/engine";
import type { FieldEdit, Row } from "../backend/types";
import type { KindName } from "../gen/records";
import { t, type Key } from "./i18n/index.svelte";
import { once } from "./once";
import { sayError, write } from "./writes.svelte";

/** The form of a record, new or changed. */
export interface RecordForm<K extends KindName, Draft> {
  kind: K;
  /** The record that is changed; null for a new one. */
  before: Row<K> | null;
  /** What is typed, as it is now. */
  draft: () => Draft;
  /** What is wrong with it: the keys of the sentences to show, by field. */
  problems: (draft: Draft) => { [field: string]: Key };
  /** The edits that turn the record into it. */
  edits: (fields: Row<K>["fields"], draft: Draft) => FieldEdit[];
  /** The fields of a new record. */
  fields: (draft: Draft) => { [field: string]: unknown };
  /** What is said once it is kept. */
  said: (draft: Draft) => string;
  onclose: () => void;
}

/** The saving of one form. */
export class Saving<K extends KindName, Draft> {
  /** Whether somebody tried: before that nobody is told what is missing. */
  tried = $state(false);
  /** What the engine refused, by field. */
  refused = $state<{ [field: string]: string }>({});
  /** Saves the form, or says what is wrong with it. */
  readonly save: () => Promise<void>;
  #form: RecordForm<K, Draft>;

  constructor(form: RecordForm<K, Draft>) {
    this.#form = form;
    this.save = once(() => this.#save());
  }

  /** What is wrong with a field, by its key, once somebody tried. */
  problem(field: string): Key | undefined {
    return this.tried ? this.#form.problems(this.#form.draft())[field] : undefined;
  }

  /** The same in a sentence. */
  error(field: string): string | undefined {
    const key = this.problem(field);
    return key ? t(key) : undefined;
  }

  async #save(): Promise<void> {
    const { kind, before, draft, problems, edits, fields, said, onclose } = this.#form;
    this.tried = true;
    this.refused = {};
    const typed = draft();
    if (Object.keys(problems(typed)).length > 0) {
      await tick();
      document.querySelector<HTMLElement>("dialog [aria-invalid], dialog [data-wrong] input")?.focus();
      return;
    }
    const changes = before ? edits(before.fields, typed) : [];
    if (before && changes.length === 0) {
      onclose();
      return;
    }
    const work = () => (before ? engine().edit({ kind, id: before.id, edits: changes }) : engine().create({ kind, fields: fields(typed) }));
    const outcome = await write(said(typed), [kind], work, { quiet: true });
    if (outcome.ok) {
      onclose();
    } else {
      this.refused = outcome.error.fields;
      sayError(outcome.error);
    }
  }
}
