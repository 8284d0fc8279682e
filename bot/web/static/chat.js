// The chat page's own behaviour: citation cards, the source panel, copying and downloads. Gradio does the rest.
// Text from documents and answers only ever becomes text nodes here.
(() => {
  const { words, translates } = JSON.parse(document.getElementById("pp-data").textContent);
  const narrow = matchMedia("(max-width: 900px)");

  // On a narrow screen the sidebar would lie over the chat, so it starts closed. This runs before Gradio starts.
  if (narrow.matches) {
    for (const part of window.gradio_config?.components || []) if (part.type === "sidebar") part.props.open = false;
  }

  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const languageName = (tag) => words[`language.${tag}`] || tag;

  // Where a link points: the file's page, the paragraph, and the quoted characters.
  const target = (href) => {
    const url = new URL(href, location.origin);
    const quote = /^(\d+)-(\d+)$/.exec(url.searchParams.get("q") || "");
    url.searchParams.delete("q");
    return {
      page: url.pathname + url.search,
      permalink: url.pathname + url.search + url.hash,
      paragraph: url.hash.slice(1),
      cited: url.searchParams.get("h"),
      quote: quote && [Number(quote[1]), Number(quote[2])],
      file: decodeURIComponent(url.pathname.replace(/^.*?\/sources\//, "")),
    };
  };

  // ---- Card over a citation ----
  const card = make("div", { id: "pp-hover", role: "tooltip", hidden: true });
  document.body.append(card);
  let over = null;

  const fillCard = (anchor) => {
    if (anchor.classList.contains("pp-bad")) {
      anchor.dataset.why ||= anchor.title;
      anchor.removeAttribute("title");
      card.replaceChildren(make("p", { textContent: anchor.dataset.why }));
      return true;
    }
    const href = anchor.getAttribute("href");
    const source = [...anchor.closest(".pp-answer").querySelectorAll("a.pp-card")]
      .find((other) => other.getAttribute("href") === href);
    if (!source) return false;
    const quote = source.querySelector(".pp-quote");
    card.replaceChildren(
      make("div", { className: "pp-hover-place" }, ...[...source.querySelectorAll(".pp-place, .pp-language")].map((node) => node.cloneNode(true))),
      make("blockquote", { textContent: quote.textContent, lang: quote.lang, dir: "auto" }),
    );
    return true;
  };
  const showCard = (anchor) => {
    if (!fillCard(anchor)) return;
    over = anchor;
    card.hidden = false;
    placeCard();
    anchor.setAttribute("aria-describedby", "pp-hover");
  };
  const placeCard = () => {
    const box = over.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const above = box.top - size.height - 8;
    card.style.left = `${Math.max(12, Math.min(box.left - 24, innerWidth - size.width - 12))}px`;
    card.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  const hideCard = () => {
    card.hidden = true;
    over?.removeAttribute("aria-describedby");
    over = null;
  };
  const marked = (event) => event.target.closest?.(".pp-chip, .pp-bad");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const anchor = marked(event);
    if (anchor && anchor !== over) showCard(anchor);
    if (!anchor && over) hideCard();
  });
  document.addEventListener("focusin", (event) => { marked(event) ? showCard(marked(event)) : hideCard(); });
  document.addEventListener("scroll", () => { if (over) over.isConnected ? placeCard() : hideCard(); }, true);

  // ---- Source panel ----
  const close = make("button", { type: "button", className: "pp-close", ariaLabel: words["panel.close"], title: words["panel.close"] });
  close.append(make("span", { ariaHidden: "true", textContent: "×" }));
  const title = make("h2", { tabIndex: -1 });
  const meta = make("p", { className: "pp-meta" });
  const notice = make("p", { className: "pp-notice", hidden: true });
  const body = make("div", { className: "pp-paragraphs", tabIndex: 0, role: "region", ariaLabel: words["panel.title"] });
  const panel = make("aside", { id: "pp-panel", hidden: true, ariaLabel: words["panel.title"] },
    make("header", {}, make("div", {}, title, meta), close), notice, body);
  const shade = make("div", { id: "pp-shade", hidden: true });
  document.body.append(shade, panel);
  let opener = null;
  let asked = 0;

  const closePanel = () => {
    asked += 1;
    panel.hidden = shade.hidden = true;
    document.body.classList.remove("pp-panel-open");
    document.querySelectorAll(".pp-current").forEach((node) => node.classList.remove("pp-current"));
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  };
  close.addEventListener("click", closePanel);
  shade.addEventListener("click", closePanel);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (over) hideCard();
    else if (!panel.hidden) closePanel();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !narrow.matches) return;
    const stops = [...panel.querySelectorAll("a[href], button, [tabindex='0']")];
    const [first, last] = [stops[0], stops[stops.length - 1]];
    if (event.shiftKey && document.activeElement === first) { last.focus(); event.preventDefault(); }
    else if (!event.shiftKey && document.activeElement === last) { first.focus(); event.preventDefault(); }
  });

  // Offsets count Unicode characters, strings here count UTF-16 units.
  const highlight = (node, [start, end]) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const pieces = [];
    while (walker.nextNode()) pieces.push(walker.currentNode);
    let at = 0;
    for (const piece of pieces) {
      const characters = [...piece.data];
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, characters.length)];
      const text = (...range) => characters.slice(...range).join("");
      if (from < to) piece.replaceWith(text(0, from), make("mark", { textContent: text(from, to) }), text(to));
      at += characters.length;
    }
  };

  // ---- A translation beside a quote: from a model, so it becomes a text node and is labelled for what it is ----
  const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
  const shown = (text) => text.replace(INVISIBLE, (found) => `⟨U+${found.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
  const translations = new Map();

  const askTranslation = async (where, language) => {
    const body = { file: where.file, paragraph: Number(where.paragraph.slice(1)), start: where.quote[0], end: where.quote[1], language };
    const uploaded = /^\/conversations\/([^/]+)\//.exec(where.page);
    if (uploaded) body.conversation = decodeURIComponent(uploaded[1]);
    const response = await fetch("/translations", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(response.status);
    return response.json();
  };

  const addTranslation = async (section, where, language) => {
    const label = make("p", { className: "pp-translation-label", textContent: words["panel.translating"] });
    const aside = make("aside", { className: "pp-translation pp-busy" }, label);
    aside.setAttribute("aria-live", "polite");
    section.querySelector(".text").after(aside);
    const key = `${where.page} ${where.paragraph} ${where.quote} ${language}`;
    if (!translations.has(key)) translations.set(key, askTranslation(where, language));
    try {
      const found = await translations.get(key);
      label.textContent = words["panel.translation"].replace("{model}", found.model);
      aside.append(make("p", { className: "pp-translation-text", lang: found.language, dir: "auto", textContent: shown(found.text) }));
      if (found.differs) aside.append(make("p", { className: "pp-translation-differs", textContent: words["panel.translation_differs"] }));
    } catch {
      translations.delete(key);
      label.textContent = words["panel.translation_failed"];
    }
    aside.classList.remove("pp-busy");
  };

  const say = (text) => { notice.textContent = text; notice.hidden = !text; };

  const openPanel = async (anchor) => {
    const where = target(anchor.href);
    const questionLanguage = anchor.closest(".pp-answer")?.lang || "";
    const mine = ++asked;
    opener = anchor;
    document.querySelectorAll(".pp-current").forEach((node) => node.classList.remove("pp-current"));
    anchor.classList.add("pp-current");
    hideCard();
    title.replaceChildren(make("bdi", { textContent: where.file }));
    meta.textContent = words["panel.loading"];
    say("");
    body.replaceChildren();
    panel.hidden = false;
    shade.hidden = !narrow.matches;
    document.body.classList.add("pp-panel-open");
    title.focus({ preventScroll: true });
    let article = null;
    try {
      const response = await fetch(where.page);
      if (response.ok) article = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("article.source");
    } catch { /* said below */ }
    if (mine !== asked) return;
    if (!article) {
      meta.textContent = "";
      say(words["panel.failed"]);
      return;
    }
    const sections = [...article.querySelectorAll("section.paragraph")].map((section) => document.importNode(section, true));
    sections.forEach((section) => {
      section.querySelector(".actions")?.remove();
      section.querySelector(".number").href = `${where.page}#${section.id}`;
      section.dataset.paragraph = section.id;
      section.removeAttribute("id");
    });
    const wanted = sections.find((section) => section.dataset.paragraph === where.paragraph);
    const language = wanted?.querySelector(".text").lang || article.dataset.language;
    meta.replaceChildren(languageName(language));
    if (wanted) meta.append(` · ${words["answer.para"].replace("{number}", where.paragraph.slice(1))}`);
    const lasting = !where.page.startsWith("/conversations/"); // an uploaded file goes with its conversation
    if (lasting) meta.append(" · ", make("a", { href: where.permalink, textContent: words["panel.permalink"] }));
    const primary = (tag) => tag.toLowerCase().split("-")[0];
    const foreign = questionLanguage && questionLanguage !== "und" && language !== "und" && primary(language) !== primary(questionLanguage);
    const changed = wanted && where.cited && wanted.dataset.hash !== where.cited;
    if (changed) say(words["sources.changed"]);
    else if (foreign) say(words["panel.other_language"].replace("{language}", languageName(language)));
    body.replaceChildren(...sections);
    if (wanted) {
      wanted.classList.add("pp-cited");
      if (where.quote) highlight(wanted.querySelector(".text"), where.quote);
      if (where.quote && translates && foreign && !changed) addTranslation(wanted, where, questionLanguage);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const to = wanted.offsetTop - body.clientHeight / 3 + Math.min(wanted.offsetHeight, body.clientHeight / 2) / 2;
      body.scrollTo({ top: to, behavior: still ? "auto" : "smooth" });
    }
  };

  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a.pp-chip, a.pp-card, a.pp-open");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPanel(anchor);
  });

  // ---- Copying an answer ----
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = make("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  const plain = (answer) => {
    const text = answer.querySelector(".pp-text").cloneNode(true);
    text.querySelectorAll(".pp-chip .pp-sr").forEach((node) => node.remove()); // what a mark says of its sentence stays
    text.querySelectorAll("div").forEach((node) => node.after("\n"));
    text.querySelectorAll(".pp-chip").forEach((node) => node.replaceWith(` [${node.textContent}]`));
    text.querySelectorAll("br").forEach((node) => node.replaceWith("\n"));
    const cards = [...answer.querySelectorAll(".pp-sources a.pp-card")].map((node) => {
      const pick = (selector) => node.querySelector(selector)?.textContent.trim() || "";
      const number = pick(".pp-n");
      return `${number ? `[${number}] ` : ""}${pick(".pp-file")} ${pick(".pp-para")}: “${pick(".pp-quote")}”`;
    });
    return [text.textContent.trim(), ...cards].join("\n");
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.pp-copy");
    if (!button) return;
    await copy(plain(button.closest(".pp-answer")));
    button.textContent = words["chat.copied"];
    setTimeout(() => { button.textContent = words["chat.copy"]; }, 1500);
  });

  // ---- Deleting and clearing ask to be pressed again: the button says so for a while ----
  const ASKING = "#pp-delete, #pp-chat .top-panel button";
  const told = make("div", { className: "pp-sr", role: "status" });
  document.body.append(told);
  const calm = (button) => {
    if (!button.dataset.sure) return;
    delete button.dataset.sure;
    button.removeAttribute("aria-label");
    if (button.title) button.ariaLabel = button.title;
    told.textContent = "";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(ASKING);
    if (!button) return;
    if (button.dataset.sure && event.detail < 2) { calm(button); return; } // the second half of a double click is no answer
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.dataset.sure) return;
    button.dataset.sure = told.textContent = words[button.id === "pp-delete" ? "chat.sure_delete" : "chat.sure_clear"];
    button.ariaLabel = button.dataset.sure;
    button.addEventListener("blur", () => calm(button), { once: true });
    setTimeout(() => calm(button), 6000);
  }, true);

  document.addEventListener("keydown", (event) => { if (event.repeat && event.target.matches?.(ASKING)) event.preventDefault(); }, true);

  // ---- Editing a question: Enter asks it, Escape leaves it as it was ----
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("#pp-chat .edit-textarea") || event.isComposing || event.shiftKey) return;
    const [submit, cancel] = event.target.closest(".user-row").querySelectorAll(".message-buttons button");
    const button = { Enter: submit, Escape: cancel }[event.key];
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  }, true);

  // ---- Labels that Gradio has in English only; and a message needs none, since its text is read better without ----
  const LABELS = {
    "Toggle Sidebar": "chat.menu", "chatbot conversation": "chat.label", "Multimedia input field": "chat.question",
    "Upload a file": "label.upload", "Uploaded files": "label.dropped", "Remove file": "label.remove",
    "Submit": "label.ask", "Stop": "label.stop",
  };
  const relabel = (node) => {
    if (node.dataset.testid === "bot") node.removeAttribute("aria-label");
    else {
      const label = words[node.dataset.testid === "user" ? "chat.question" : LABELS[node.ariaLabel]];
      if (label && label !== node.ariaLabel) node.setAttribute("aria-label", label);
    }
  };
  new MutationObserver((changes) => {
    for (const { target, type, addedNodes } of changes) {
      if (type === "attributes") { if (target.ariaLabel) relabel(target); continue; }
      for (const node of addedNodes) {
        if (!node.querySelectorAll) continue;
        if (node.ariaLabel) relabel(node);
        node.querySelectorAll("[aria-label]").forEach(relabel);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });

  // ---- Files in the question box: Gradio shows an icon for each, this adds their names ----
  let dropped = [];
  const noteFiles = (files) => { dropped.push(...[...files].map((file) => file.name)); };
  document.addEventListener("change", (event) => { if (event.target.matches("#pp-box input[type=file]")) noteFiles(event.target.files); }, true);
  document.addEventListener("drop", (event) => { if (event.target.closest?.("#pp-box")) noteFiles(event.dataTransfer.files); }, true);
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("#pp-box .delete-button")?.closest(".thumbnail-wrapper");
    if (item) dropped.splice([...document.querySelectorAll("#pp-box .thumbnail-wrapper")].indexOf(item), 1);
  }, true);
  let many = 0;
  new MutationObserver(() => {
    const items = [...document.querySelectorAll("#pp-box .thumbnail-wrapper")];
    if (items.length === many) return;
    many = items.length;
    if (!many) dropped = [];
    items.forEach((item, at) => {
      const name = many === dropped.length ? dropped[at] : ""; // where one was refused it is not known which
      item.firstElementChild.dataset.name = name;
      if (name) item.setAttribute("aria-label", name);
    });
  }).observe(document.body, { childList: true, subtree: true });

  // ---- Exports: fetch the file as soon as its link appears ----
  let fetched = "";
  new MutationObserver(() => {
    const link = document.querySelector("a.pp-download");
    if (!link || link.href === fetched) return;
    fetched = link.href;
    make("a", { href: link.href, download: "" }).click();
  }).observe(document.body, { childList: true, subtree: true });
})();
