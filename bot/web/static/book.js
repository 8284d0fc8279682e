// Keeps the conversations in the browser's local storage, one entry for each, so that several tabs can share them.
// The server gets all of them with each event and answers with what the event changed; that is merged here.
(() => {
  const PREFIX = "pinpoint:";
  const TAB = "pinpoint-open"; // in the session storage: which conversation this tab has open
  const limits = JSON.parse(document.getElementById("pp-data").textContent);
  localStorage.removeItem("pinpoint-conversations"); // of an earlier version, which kept them all in one

  const read = (key) => {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return found && Array.isArray(found.turns) ? found : null;
    } catch {
      return null;
    }
  };
  const all = () => Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => read(key))
    .filter(Boolean)
    .sort((a, b) => b.created - a.created);
  const book = () => ({ current: sessionStorage.getItem(TAB), conversations: all() });
  if (sessionStorage.getItem(TAB) === null) sessionStorage.setItem(TAB, all()[0]?.id ?? ""); // a new tab: the newest

  // Turns that another tab added or changed stay as they are in the store; only what this event changed is put in.
  const merged = (stored, { conversation, seen, changed }) => {
    if (!stored) return seen.length ? null : conversation; // deleted in another tab while this one worked
    const older = new Map(stored.turns.map((turn) => [turn.id, turn]));
    const turns = conversation.turns.map((turn) => (changed.includes(turn.id) ? turn : older.get(turn.id) || turn));
    const named = new Set([...seen, ...turns.map((turn) => turn.id)]);
    return { ...conversation, turns: [...turns, ...stored.turns.filter((turn) => !named.has(turn.id))] };
  };

  const write = (conversation) => {
    const text = JSON.stringify(conversation);
    for (;;) {
      try {
        localStorage.setItem(PREFIX + conversation.id, text);
        return;
      } catch {
        const oldest = all().filter((other) => other.id !== conversation.id).pop();
        if (!oldest) return;
        localStorage.removeItem(PREFIX + oldest.id);
      }
    }
  };
  const prune = (current) => {
    const sizes = all().map(({ id }) => [id, localStorage.getItem(PREFIX + id).length]);
    let total = sizes.reduce((sum, [, size]) => sum + size, 0);
    let count = sizes.length;
    for (const [id, size] of sizes.reverse()) {
      if (count <= limits.conversations && total <= limits.characters) return;
      if (id === current) continue;
      localStorage.removeItem(PREFIX + id);
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
    sessionStorage.setItem(TAB, message.current);
    for (const id of message.delete) localStorage.removeItem(PREFIX + id);
    for (const change of message.put) {
      const conversation = merged(read(PREFIX + change.conversation.id), change);
      if (conversation) write(conversation);
    }
    prune(message.current);
    if (all().length === message.listed) hand();
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
