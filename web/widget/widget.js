// Afterword's <afterword-rating>; how to use it: docs/howto/widget.md. CSS variables:
// --afterword-text, -accent, -line, -surface, -radius, -font, -size; and ::part().

// Until the server's words in the user's language are known; their names are the server's.
/** @type {Words} */
const ENGLISH = {
  question: 'How did this session go?',
  options: [
    { value: 'positive', label: 'helpful' },
    { value: 'neutral', label: 'okay' },
    { value: 'negative', label: 'not what I needed' },
  ],
  reason_question: 'Anything we could have done better?',
  acknowledgement: "Thanks — we'll use that to improve.",
  opener: 'Rate this session',
  close: 'Close',
  send: 'Send',
  never: "Don't ask me again",
  privacy: 'Privacy',
  too_long: 'At most 30 words',
};

// Colours come from the page's own text, so that they fit light, dark and branded pages.
const STYLE = `
:host { display: block; color: var(--afterword-text, var(--ink, inherit));
  font: var(--afterword-font, inherit); font-size: var(--afterword-size, .875em);
  --edge: 1px solid var(--afterword-line, color-mix(in srgb, currentColor 22%, transparent)) }
:host([theme=light]) { --ink: #1d1d20; --paper: #fff }
:host([theme=dark]) { --ink: #f1f1f4; --paper: #1d1d20 }
:host([hidden]), [hidden] { display: none !important }
[part=status] { position: absolute; clip-path: inset(50%) }
div, label { display: flex; flex-wrap: wrap; align-items: center; gap: .4em; flex: 100% }
[part=panel] { padding: .5em; border: var(--edge); border-radius: var(--afterword-radius, 1em);
  background: var(--afterword-surface, var(--paper)); max-height: max(45vh, 100vh - 20em); overflow: auto }
[part=question] { flex: 75%; font-weight: 500 }
[part=question], [part=thanks], [part=text], [part=counter] { padding-inline: .5em; text-wrap: balance }
button, textarea { all: unset; box-sizing: border-box; min-height: 2.3em; padding: .3em .9em; text-align: center;
  border: var(--edge); border-radius: 1.6em; cursor: pointer; overflow-wrap: anywhere }
button:hover { border-color: currentColor }
:focus-visible { outline: 2px solid var(--afterword-accent, currentColor) }
[part~=option] { flex: auto }
[part~=pressed] { color: var(--afterword-accent, inherit); border-color: currentColor;
  background: color-mix(in srgb, currentColor 9%, transparent) }
[part~=pressed]::before { content: '✓ ' / '' }
[part=why], textarea { flex: 100%; text-align: start; cursor: text; field-sizing: content; white-space: pre-wrap; max-height: 5em }
[part=privacy] { margin-inline-end: auto }
[part=close], [part=opener], [part=never] { border-color: transparent }
[part=close] { margin-inline-start: auto; font-size: 1.2em; padding: 0 .6em; min-height: 1.9em }
[part=opener], [part=never], a { font-size: .93em; opacity: .8; padding-inline: .5em; color: inherit }
@media (pointer: coarse) { button, textarea { min-height: 44px !important; min-width: 44px } }
`;

const SECOND = 1000;
const VALUES = ['positive', 'neutral', 'negative'];

// As in domain/words.py: where writing has no spaces, two letters are a word. The ranges of such signs, each bound
// as its distance from the one before.
let sign = 0;
const UNSPACED = `[${'2rl 1b 2 1 d 6 6nz 2 q 8 f 3 6 2d 7 2 2 2h 2 3 6p f e9 533 1t g73 hkx e7 vb 1l ytt an fip 2t4v'
  .split(' ')
  .map((step, place) => (place % 2 ? '-' : '') + String.fromCodePoint((sign += parseInt(step, 36))))
  .join('')}]`;
const MARK = '\\p{M}\\xad\\u200c\\u200d';
const PIECE = `[\\p{L}\\p{N}][\\p{L}\\p{N}${MARK}]*`;

export const countWords = (text = '') => {
  let words = 0;
  const count = (pattern = '', among = '') => among.match(RegExp(pattern, 'gu'))?.length ?? 0;
  const rest = text.replace(RegExp(`${UNSPACED}(${UNSPACED}|[${MARK}])*`, 'gu'), run => {
    words += Math.ceil(count(UNSPACED, run) / 2);
    return ' ';
  });
  return words + count(`${PIECE}(['’-]${PIECE})*`, rest);
};

/** What goes wrong in here is never the host's concern. @template T @param {() => T} work */
const attempt = work => {
  try {
    return work();
  } catch {}
};

// Notes: what is unsent, what was answered, words of other languages. A key each, so that tabs never overwrite one
// another; in memory where storage is refused or full.
const PREFIX = 'afterword:';
/** @type {Record<string, string>} */
const memory = {};

const save = (id = '', note = {}) => {
  const text = JSON.stringify({ at: Date.now(), ...note });
  attempt(() => (localStorage[PREFIX + id] = text)) ?? (memory[PREFIX + id] = text);
};

const drop = (key = '') => {
  delete memory[key];
  attempt(() => delete localStorage[key]);
};

/** What is kept, in the order of ids; what is older than a week (7 days settle a session) goes. */
const notes = () => {
  const stored = attempt(() => Object.keys(localStorage)) ?? [];
  /** @type {Record<string, Note>} */
  const kept = {};
  for (const key of [...Object.keys(memory), ...stored].sort()) {
    if (!key.startsWith(PREFIX)) continue;
    const note = attempt(() => JSON.parse(memory[key] ?? localStorage[key]));
    if (note?.at > Date.now() - 604800 * SECOND) kept[key.slice(PREFIX.length)] = note;
    else drop(key);
  }
  return kept;
};

/** Under which the words of a locale are kept. */
const wordsOf = (locale = '') => `~${locale.split(/[-_]/)[0].toLowerCase()}`;

let last = 0;
/** In order, and made once: what is sent twice counts once. */
const newId = () => {
  last = Math.max(Date.now(), last + 1);
  return last.toString(36) + Math.random().toString(36).slice(1);
};

/** Whose form is open: two asks never show at once. @type {unknown} */
let showing;
/** @type {Set<(event: Event) => void>} */
const live = new Set();
for (const type of ['input', 'visibilitychange', 'online']) {
  addEventListener(type, event => live.forEach(wake => wake(event)), true);
}
const sheet = attempt(() => new CSSStyleSheet());
sheet?.replaceSync(STYLE);

/** @param {Host} host */
const createRating = host => {
  const root = host.attachShadow({ mode: 'open' });
  /** @type {Map<string, Ask>} Granted, not shown. */
  const pending = new Map();
  /** @type {Ask | undefined} In the form. */
  let ask;
  /** @type {Ask | undefined} Left unanswered: whoever opens the form before typing answers it. */
  let left;
  /** @type {AbortController | undefined} */
  let stream;
  let form = '', why = '', rating = '', about = '', drawn = '', link = '', token = '';
  let isRenewed = false, isSending = false, isStopped = false, isTold = false;
  let timer = 0, tries = 0, seenAt = 0, typedAt = 0, foldAt = 0, heardAt = 0, retryAt = 0;

  const get = (name = '') => host.getAttribute(name) ?? '';
  const here = () => get('conversation');
  const server = () => get('server').replace(/\/$/, '');
  const locale = () =>
    get('locale') ||
    /** @type {HTMLElement | null} */ (host.closest('[lang]'))?.lang ||
    navigator.language;
  const isVisible = () => document.visibilityState === 'visible';
  const claims = () =>
    attempt(() => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))) ??
    {};

  const tell = (name = '', told = {}) => {
    const detail = { conversation_id: about, ask_id: ask?.ask_id, ...told };
    return host.dispatchEvent(
      new CustomEvent(`afterword-${name}`, {
        detail,
        bubbles: true,
        composed: true,
        cancelable: true,
      }),
    );
  };

  /** Keep an event until it is sent. @param {Ask} [one] */
  const note = (event = {}, one = ask) =>
    save(newId(), {
      server: server(),
      person: claims().sub,
      event: { conversation_id: one?.conversation_id ?? about, ask_id: one?.ask_id, ...event },
    });

  /** @param {Ask} [one] */
  const step = (how = '', one = ask) => {
    const known = one && notes()[one.ask_id]?.step;
    const isNext =
      how === 'never' ? known !== 'never' : !known || (known === 'shown' && how !== 'shown');
    if (!one || !isNext) return;
    note({ type: 'ask', step: how }, one);
    save(one.ask_id, { step: how });
  };

  /** @param {Ask} [one] */
  const begin = (one, shape = 'open') => {
    left = shape || rating ? undefined : ask;
    pending.delete(one?.ask_id ?? '');
    ask = one;
    about = one?.conversation_id ?? here();
    const known = notes()[`=${about}`];
    rating = !one && known?.at > Date.now() - 600 * SECOND ? known.rating : ''; // the change window
    form = about && shape;
    why = '';
    foldAt = 0;
    if (showing === host) showing = 0;
    soon();
  };
  const shut = () => begin(undefined, '');

  const leave = (how = '') => {
    if (!rating) step(how);
    if (how !== 'withdrawn') tell('dismissed', { step: how });
    if (how !== 'dismissed' || rating || !ask?.may_stop) return shut();
    fold('never');
  };

  /** Become one quiet line for a while. */
  const fold = (shape = 'thanks') => {
    form = shape;
    foldAt = Date.now() + 8 * SECOND;
    if (showing === host) showing = 0;
    soon();
  };

  const give = (value = '', reason = '') => {
    const isBack = value === rating && !reason;
    const known = rating && notes()[`=${about}`]; // the change window runs from the first one
    rating = isBack ? '' : value;
    note(isBack ? { type: 'undo' } : { type: 'rating', rating, reason: reason || undefined });
    save(`=${about}`, { ...known, rating });
    if (ask) save(ask.ask_id, { step: 'rated' });
    why = reason && 'sent';
    foldAt = rating ? Date.now() + 12 * SECOND : 0;
    tell('rated', { rating, reason });
  };

  /**
   * Keep what the server made of a rating, and show what stands where it was refused.
   * @param {Note['event']} event
   */
  const settle = (event, code = '') => {
    const id = event.conversation_id;
    if (!code) return save(`!${id}`, { rating: event.rating });
    const stood = (/^rating/.test(code) && notes()[`!${id}`]?.rating) || '';
    save(`=${id}`, { rating: stood });
    if (id !== about) return;
    rating = stood;
    why = 'refused';
    foldAt = 0;
    if (form !== 'open') shut();
    tell('rated', { rating });
  };

  const sendReason = () => {
    const reason = parts.field.value.trim();
    if (countWords(reason) > 30) return;
    why = parts.field.value = '';
    if (reason) give(rating, reason);
  };

  /** @param {Ask} [one] */
  const fits = one => one?.trigger === 'return_visit' || one?.conversation_id === here();
  const open = () => form === 'open' || begin([...pending.values(), left].find(fits));

  /** @param {Ask} one */
  const offer = one => {
    const id = one.ask_id;
    if ((notes()[id]?.step ?? 'shown') !== 'shown' || pending.has(id) || ask?.ask_id === id) return;
    if (form === 'open' && !ask && !rating && one.conversation_id === about) ask = one;
    else pending.set(id, { ...one, at: Date.now() });
  };

  const hear = (block = '') => {
    const told = JSON.parse(block.match(/^data:(.*)/m)?.[1] ?? '');
    const id = told.ask_id;
    if (told.opener) {
      isTold = true;
      return save(wordsOf(told.locale), told);
    }
    if (told.question) return offer(told);
    pending.delete(id);
    save(id, { step: told.state });
    if (ask?.ask_id === id && !rating) shut();
  };

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  const call = async (path, init) => {
    token ||= (await (await fetch(get('token-url'), { mode: 'same-origin' })).json()).token;
    const key = get('publishable-key');
    const headers = {
      Authorization: `Bearer ${key}`,
      'Afterword-Token': token,
      'Content-Type': 'application/json',
    };
    const { method } = init;
    const response = await fetch(
      server() + path + (method ? '' : `?${new URLSearchParams({ key, token, locale: locale() })}`),
      method ? { ...init, headers, keepalive: true } : init,
    );
    const { ok, status } = response;
    if (status === 401 && !isRenewed && get('token-url')) {
      isRenewed = true;
      token = '';
      return call(path, init);
    }
    isStopped = status === 401 || status === 403;
    if (ok) isRenewed = false;
    // What is refused for good is not sent again.
    if (ok || /T4(00|13|22)|E4(0[049]|13|22)/.test(`${method}${status}`)) return response;
    throw response;
  };

  /** Try again later where work fails. @param {() => Promise<unknown>} work */
  const persist = async work => {
    try {
      await work();
    } catch (error) {
      if (/** @type {Error} */ (error).name === 'AbortError') return;
      const wait = Number(/** @type {Response} */ (error).headers?.get('Retry-After'));
      retryAt =
        Date.now() +
        Math.max(wait || 0, Math.min(60, 2 ** tries++) * (0.5 + Math.random())) * SECOND;
    }
    soon();
  };

  const listen = async () => {
    const { signal } = (stream = new AbortController());
    heardAt = Date.now();
    await persist(async () => {
      const { body } = await call('/v1/asks', { signal });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let chunk; (chunk = await reader?.read())?.value; soon()) {
        heardAt = Date.now();
        tries = 0;
        const blocks = (text + chunk.value).split(/\r?\n\r?\n/);
        text = blocks.pop() ?? '';
        blocks.forEach(block => attempt(() => hear(block)));
      }
      throw text;
    });
    isTold = true; // or never will be: then it is English
    if (!signal.aborted) stream = undefined;
  };

  const unsent = () => {
    const { sub, cid } = claims();
    return Object.entries(notes()).filter(
      ([, { event, server: to, person = sub }]) =>
        event &&
        to === server() &&
        person === sub &&
        (cid ?? event.conversation_id) === event.conversation_id,
    );
  };

  const sendAll = async () => {
    let late = false;
    for (const [id, { event, at }] of unsent()) {
      const isBack = event.type === 'undo';
      const response = await call(
        isBack
          ? `/v1/conversations/${encodeURIComponent(event.conversation_id)}/rating`
          : '/v1/events',
        {
          method: isBack ? 'DELETE' : 'POST',
          body: isBack ? null : JSON.stringify({ events: [{ id, ...event }] }),
          signal: AbortSignal.timeout(20 * SECOND),
        },
      );
      const told = await response.json().catch(() => 0);
      const code = response.ok ? told.rejected?.[0]?.code : told.code || 'refused';
      // What the host's backend tells of the conversation may be a moment behind.
      const isEarly = /unknown_conv|nothing_to/.test(code) && at > Date.now() - 3600 * SECOND;
      late ||= isEarly;
      if (isEarly) continue;
      drop(PREFIX + id);
      if (event.type !== 'ask') settle(event, code);
      attempt(() => told.asks.forEach(offer));
    }
    if (late) throw late;
    tries = 0;
  };

  const send = async () => {
    isSending = true;
    await persist(async () => navigator.locks?.request(PREFIX, sendAll) ?? sendAll());
    isSending = false;
  };

  const composer = () => get('composer') || 'textarea,[contenteditable]';
  const composed = () => {
    const field = /** @type {HTMLInputElement | null} */ (
      attempt(() => document.querySelector(composer()))
    );
    return (field?.value ?? field?.textContent)?.trim();
  };

  /** @param {Event} event */
  const wake = event =>
    attempt(() => {
      const path = /** @type {Element[]} */ (event.composedPath());
      if (event.type === 'online') retryAt = 0;
      if (seenAt) seenAt = Date.now();
      if (event.type !== 'input') return soon();
      if (path.includes(host) || !path.some(node => node.matches?.(composer()))) return;
      typedAt = Date.now();
      pending.forEach(one => (one.isTyped = !!composed()));
      if (form) leave('withdrawn');
      left = ask; // none by now
    });

  /** Bring everything to where it should be now, and come again when that changes. */
  const turn = () => {
    const now = Date.now();
    let next = Infinity;
    const due = (at = 0) => {
      if (at > now) next = Math.min(next, at);
      return at <= now;
    };

    const setting = ['server', 'publishable-key', 'token', 'token-url'].map(get).join() + locale();
    if (link !== setting) {
      link = setting;
      token = get('token');
      isStopped = isRenewed = isTold = false;
      retryAt = tries = heardAt = 0;
    }
    const isHere = host.isConnected && isVisible();
    const can =
      !isStopped &&
      navigator.onLine &&
      get('server') &&
      get('publishable-key') &&
      (token || get('token-url'));
    if (stream && !(can && isHere && !due(heardAt + 45 * SECOND))) stream = void stream.abort();
    if (can && isHere && !stream && due(retryAt)) listen();
    if (!host.isConnected) {
      if (showing === host) showing = 0;
      return live.delete(wake);
    }
    live.add(wake);

    const isBusy = host.hasAttribute('busy') && get('busy') !== 'false';
    if (form === 'open' && (ask ? !fits(ask) || (isBusy && !rating) : about !== here())) {
      if (ask && !rating) pending.set(ask.ask_id, ask);
      shut();
    }
    for (const [id, one] of pending) {
      const text = composed();
      const isSent = one.isTyped && !text; // the user went on
      if (isSent) step('withdrawn', one);
      if (isSent || Date.parse(one.expires_at) <= now) pending.delete(id);
      else if (isHere && fits(one)) {
        const quietAt =
          Math.max(typedAt, /^(exp|clos)/.test(one.trigger) ? one.at : 0) + 1.5 * SECOND;
        if (isBusy || text || showing || !due(quietAt)) due(now + SECOND / 2);
        else if (pending.delete(id) && tell('ask', one)) begin(one);
      }
    }
    if (form === 'open') showing = host;
    if (ask && !rating && seenAt && isHere && due(seenAt + SECOND)) step('shown');
    if (can && !isSending && unsent().length && due(retryAt)) send();
    if (foldAt && due(foldAt)) {
      if (form !== 'open') shut();
      else if (root.querySelector(':focus-visible')) due((foldAt = now + 5 * SECOND));
      else fold();
    }
    draw();
    if (next < Infinity) soon(next - now);
  };

  const soon = (wait = 0) => {
    clearTimeout(timer);
    timer = setTimeout(() => attempt(turn), wait);
  };

  const draw = () => {
    const count = countWords(parts.field.value);
    const tag = ask?.locale || locale();
    const known = notes()[wordsOf(tag)];
    /** @type {Words} */
    const words = { ...ENGLISH, ...known, ...ask };
    const isWaiting = stream && !isTold && !known && wordsOf(tag) !== '~en';
    const look = JSON.stringify([
      host.outerHTML,
      host.afterNegative,
      form,
      why,
      rating,
      words,
      count,
      isStopped,
      isWaiting,
    ]);
    if (drawn === look) return;
    drawn = look;
    const had = root.activeElement;
    // What was scrolled to its end stays there: the last message is not pushed out of sight.
    const ends = [
      host.previousElementSibling,
      host.parentElement,
      document.scrollingElement,
    ].filter(
      node =>
        node &&
        (node.scrollTop || /auto|scroll/.test(getComputedStyle(node).overflowY)) &&
        node.scrollTop + node.clientHeight > node.scrollHeight - 9,
    );

    const isOpen = form === 'open';
    const isWriting = why === 'open';
    const isLong = count > 30;
    const isThanked = rating && why !== 'refused';
    /** @type {Record<string, string>} */
    const said = {
      question: words.question,
      thanks: words.acknowledgement,
      why: words.reason_question,
      text: words.reason_question,
      counter: isLong ? words.too_long : `${count} / 30`,
      opener: form ? words.acknowledgement : words.opener,
      send: words.send,
      never: words.never,
      privacy: words.privacy,
    };
    said.status = isOpen ? said[isLong ? 'counter' : isThanked ? 'thanks' : 'question'] : '';
    for (const { value, label } of words.options) said[value] = label;
    for (const name in said) parts[/** @type {'status'} */ (name)].textContent = said[name];
    parts.privacy.href = get('privacy-url');
    /** @type {Record<string, boolean>} */
    const hidden = {
      opener: isOpen || form === 'never' || isStopped || !!isWaiting || !here(),
      never: form !== 'never',
      panel: !isOpen,
      thanks: !isThanked,
      actions: rating !== 'negative',
      why: !rating || !!why || !!ask?.light,
      label: !isWriting,
      send: !isWriting,
      counter: !isWriting || count < 25,
      privacy: !rating || !get('privacy-url') || !/^http/.test(parts.privacy.protocol),
    };
    for (const name in hidden) parts[/** @type {'status'} */ (name)].hidden = hidden[name];
    parts.actions.replaceChildren(
      ...(host.afterNegative ?? [])
        .slice(0, 2)
        .map(({ label, value }) => make('action button', { value }, label)),
    );
    parts.close.ariaLabel = words.close;
    parts.options.ariaLabel = words.question;
    parts.field.ariaInvalid = `${isLong}`;
    for (const option of /** @type {Iterable<HTMLButtonElement>} */ (parts.options.children)) {
      const isPressed = option.value === rating;
      option.ariaPressed = `${isPressed}`;
      option.part.toggle('pressed', isPressed);
    }
    for (const node of /** @type {Iterable<HTMLElement>} */ (root.children)) {
      node.lang = ask || known ? tag.replace('_', '-') : 'en';
      node.dir = /^(ar|fa|he|ur)/.test(node.lang) ? 'rtl' : 'ltr';
    }

    ends.forEach(node => node?.scrollTo(0, node.scrollHeight));
    if (had && !had.checkVisibility()) {
      const option = /** @type {HTMLElement} */ (
        root.querySelector('[part~=pressed]') ?? parts.options.firstChild
      );
      [parts.field, had === parts.field ? parts.why : option, option, parts.opener, parts.never]
        .find(one => one.checkVisibility())
        ?.focus({ preventScroll: true });
    }
  };

  /** @type {Record<string, (value: string) => void>} */
  const acts = {
    opener: open,
    option: value => give(value),
    close: () => leave('dismissed'),
    never: () => leave('never'),
    why() {
      why = 'open';
      draw();
      parts.field.focus(); // the user has just asked for it
    },
    send: sendReason,
    action: value => tell('action', { value }),
  };

  /** @param {any} event What the user does in here. */
  const act = event =>
    attempt(() => {
      const { type, target, key } = event;
      if (type !== 'click' && target === parts.field) event.stopPropagation(); // the host has shortcuts
      if (type === 'click')
        acts[target.closest('button')?.part[0]]?.(target.closest('button').value);
      if (type === 'keydown' && target === parts.field) {
        if (key === 'Escape') why = '';
        if (key === 'Enter' && !event.isComposing) {
          event.preventDefault();
          sendReason();
        }
      }
      turn();
    });

  const parts = /** @type {Parts} */ ({});
  /** @param {string} name @param {(string | Node)[]} children */
  const make = (name, properties = {}, ...children) => {
    const [part, tag = 'div', id = part] = name.split(' ');
    const element = Object.assign(document.createElement(tag), { part }, properties);
    element.append(...children);
    parts[/** @type {'status'} */ (id)] = element;
    return element;
  };
  root.append(
    make('status', { role: 'status' }),
    make('opener button'),
    make('never button'),
    make(
      'panel',
      {},
      make('question'),
      make('close button', {}, '×'),
      make(
        'options',
        { role: 'group' },
        ...VALUES.map(value => make(`option button ${value}`, { value })),
      ),
      make('thanks'),
      make('actions'),
      make('why button'),
      make(
        'label label',
        {},
        make('text span'),
        make('field textarea', { rows: 1, maxLength: 600, enterKeyHint: 'send' }),
      ),
      make('privacy a', { target: '_blank' }),
      make('counter span'),
      make('send button'),
    ),
  );
  draw();
  root.adoptedStyleSheets = [/** @type {CSSStyleSheet} */ (sheet)]; // no element without it
  for (const type of ['click', 'input', 'keydown', 'keypress', 'keyup'])
    root.addEventListener(type, act);
  new IntersectionObserver(
    ([entry]) => {
      seenAt = entry.intersectionRatio >= 0.5 ? Date.now() : 0;
      soon();
    },
    { threshold: 0.5 },
  ).observe(parts.panel);
  new MutationObserver(() => soon()).observe(host, { attributes: true });

  host.afterNegative ??= [];
  Object.assign(host, {
    open,
    end: open,
    rate(value = '', reason = '') {
      if (!VALUES.includes(value) || countWords(reason) > 30) return false;
      open();
      if (form && (value !== rating || reason)) give(value, reason);
      shut();
      return true;
    },
  });
  return soon;
};

class AfterwordRating extends HTMLElement {
  #soon = createRating(/** @type {Host} */ (/** @type {unknown} */ (this)));
  connectedCallback() {
    this.#soon();
  }
  disconnectedCallback() {
    this.#soon();
  }
}
if (sheet && !customElements.get('afterword-rating'))
  customElements.define('afterword-rating', AfterwordRating);
