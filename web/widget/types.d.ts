/** Types of widget.js, for `tsc --checkJs` only; nothing of this is served. */

/** Everything that the widget says in one language, as the server sends it. */
interface Words {
  question: string;
  options: { value: string; label: string }[];
  reason_question: string;
  acknowledgement: string;
  opener: string;
  close: string;
  send: string;
  never: string;
  privacy: string;
  too_long: string;
}

/** One ask as the server sends it, and what the widget notes on it while it waits. */
interface Ask {
  ask_id: string;
  session_id: string;
  conversation_id: string;
  trigger: string;
  question: string;
  options: { value: string; label: string }[];
  reason_question: string;
  acknowledgement: string;
  locale: string;
  light: boolean;
  may_stop: boolean;
  expires_at: string;
  /** When it arrived, milliseconds. */
  at: number;
  /** Whether the composer has held text since. */
  isTyped?: boolean;
}

/** One entry of storage: an event that waits to be sent, what became of an ask or conversation, or words. */
interface Note {
  at: number;
  event: { type: string; conversation_id: string; rating?: string };
  server?: string;
  person?: string;
  step?: string;
  rating: string;
}

/** A button that the host offers after a negative rating. */
interface Action {
  label: string;
  value: string;
}

interface Host extends HTMLElement {
  afterNegative?: Action[];
}

/** The elements of the shadow tree by their part. */
interface Parts {
  status: HTMLElement;
  opener: HTMLButtonElement;
  panel: HTMLElement;
  question: HTMLElement;
  close: HTMLButtonElement;
  options: HTMLElement;
  positive: HTMLButtonElement;
  neutral: HTMLButtonElement;
  negative: HTMLButtonElement;
  thanks: HTMLElement;
  actions: HTMLElement;
  why: HTMLButtonElement;
  label: HTMLLabelElement;
  text: HTMLElement;
  field: HTMLTextAreaElement;
  counter: HTMLElement;
  send: HTMLButtonElement;
  never: HTMLButtonElement;
  privacy: HTMLAnchorElement;
}
