// Keeps the conversations in the browser's local storage, one entry for each, so that several tabs can share them.
// The server gets all of them with each event and answers with what the event changed; that is merged here.
(() => {
  const PREFIX = "pinpoint:";
  const TAB = "pinpoint-open"; // in the session storage: which conversation this tab has open
  const limits = JSON.parse(document.getElementById("pp-data").textContent);

  // A browser may block storage: then the page keeps its conversations itself, for as long as it is open.
  const storage = (name) => {
    try {
      const found = window[name];
      found.getItem(TAB);
      return found;
    } catch {
      const items = new Map();
      return {
        get length() { return items.size; },
        key: (n) => [...items.keys()][n],
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, text) => items.set(key, text),
        removeItem: (key) => items.delete(key),
      };
    }
  };
  const store = storage("localStorage");
  const session = storage("sessionStorage");

  // What this script has not written is no conversation: it is neither shown nor deleted.
  const read = (key) => {
    try {
      const text = store.getItem(key);
      const found = JSON.parse(text);
      return PREFIX + found.id === key && Array.isArray(found.turns) ? { key, size: text.length, found } : null;
    } catch {
      return null;
    }
  };
  const entries = () => Array.from({ length: store.length }, (_, n) => store.key(n))
    .filter((key) => key?.startsWith(PREFIX))
    .map(read)
    .filter(Boolean)
    .sort((a, b) => b.found.created - a.found.created);

  let current = session.getItem(TAB) ?? entries()[0]?.found.id ?? ""; // a new tab: the newest
  const open = (id) => {
    current = id;
    try {
      session.setItem(TAB, id);
    } catch {
      // no room: it is known until the page is left
    }
  };
  open(current);
  const book = () => ({ current, conversations: entries().map(({ found }) => found) });

  // Turns that another tab added or changed stay as they are in the store; only what this event changed is put in.
  const merged = (stored, { conversation, seen, changed }) => {
    if (!stored) return seen.length ? null : conversation; // deleted in another tab while this one worked
    const older = new Map(stored.turns.map((turn) => [turn.id, turn]));
    const turns = conversation.turns.map((turn) => (changed.includes(turn.id) ? turn : older.get(turn.id) || turn));
    const named = new Set([...seen, ...turns.map((turn) => turn.id)]);
    return { ...conversation, turns: [...turns, ...stored.turns.filter((turn) => !named.has(turn.id))] };
  };

  const write = (conversation) => {
    const key = PREFIX + conversation.id;
    const text = JSON.stringify(conversation);
    for (;;) {
      try {
        store.setItem(key, text);
        return;
      } catch {
        const oldest = entries().filter((other) => other.key !== key).pop();
        if (!oldest) return;
        store.removeItem(oldest.key);
      }
    }
  };
  const prune = () => {
    const kept = entries();
    let total = kept.reduce((sum, { size }) => sum + size, 0);
    let count = kept.length;
    for (const { key, size } of kept.reverse()) {
      if (count <= limits.conversations && total <= limits.characters) return;
      if (key === PREFIX + current) continue;
      store.removeItem(key);
      total -= size;
      count -= 1;
    }
  };

  const hand = () => {
    const box = document.querySelector("#pp-store textarea, #pp-store input");
    if (!box) return;
    box.value = JSON.stringify(book());
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const refresh = () => {
    hand();
    setTimeout(() => document.querySelector("#pp-refresh")?.click(), 0);
  };

  let last = "";
  const take = () => {
    const encoded = document.querySelector("#pp-kept .pp-kept")?.textContent || "";
    if (!encoded || encoded === last) return;
    last = encoded;
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const message = JSON.parse(new TextDecoder().decode(bytes));
    open(message.current);
    for (const id of message.delete) store.removeItem(PREFIX + id);
    for (const change of message.put) {
      const conversation = merged(read(PREFIX + change.conversation.id)?.found, change);
      if (conversation) write(conversation);
    }
    prune();
    if (entries().length === message.listed) hand();
    else refresh();
  };

  // Gradio has not started yet: the page opens with what is kept.
  for (const part of window.gradio_config?.components || []) {
    if (part.props?.elem_id === "pp-store") part.props.value = JSON.stringify(book());
  }
  const waiting = new MutationObserver(() => {
    const kept = document.querySelector("#pp-kept");
    if (!kept) return;
    waiting.disconnect();
    new MutationObserver(take).observe(kept, { childList: true, subtree: true, characterData: true });
    take();
  });
  waiting.observe(document.body, { childList: true, subtree: true });

  let soon = 0;
  addEventListener("storage", (event) => {
    if (event.key !== null && !event.key.startsWith(PREFIX)) return;
    clearTimeout(soon);
    soon = setTimeout(refresh, 50);
  });
})();
