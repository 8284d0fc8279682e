"use strict";
const questions = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("list"), count = document.getElementById("count");
const more = document.getElementById("more");
const fields = ["text", "state", "kind", "language", "scope", "split"].map(id => document.getElementById("f-" + id));
const [text, state, kind, language, scope, split] = fields;
const STEP = 60;
let shown = STEP;

function el(tag, content, name) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  for (const part of [content].flat()) if (part !== undefined && part !== null && part !== "") node.append(part);
  return node;
}

function options(select, key) {
  for (const value of [...new Set(questions.map(q => q[key]))].sort()) select.append(new Option(value, value));
}

function stateOf(q) {
  if (q.failure) return ["✕", "bad", "crashed"];
  if (q.lost.length) return ["↓", "bad", "worse than the baseline"];
  if (q.problems.length) return ["✗", "warn", "wrong"];
  return q.gained.length ? ["↑", "good", "better than the baseline"] : ["✓", "good", "right"];
}

const STATES = {
  wrong: q => q.failure || q.problems.length, right: q => !q.failure && !q.problems.length,
  lost: q => q.lost.length, gained: q => q.gained.length, crashed: q => q.failure,
  answered: q => q.status === "answered", not_found: q => q.status === "not_found",
};

function matches(q) {
  if (state.value && !STATES[state.value](q)) return false;
  if (kind.value && q.kind !== kind.value || language.value && q.language !== language.value) return false;
  if (scope.value && q.scope !== scope.value || split.value && q.split !== split.value) return false;
  const wanted = text.value.trim().toLowerCase();
  return !wanted || [q.id, q.question, q.answer, ...q.problems, ...q.facts.map(f => f.statement)]
    .some(part => (part || "").toLowerCase().includes(wanted));
}

function marked(whole, start, end) {
  if (start === undefined || end <= start) return [whole];
  const letters = Array.from(whole);
  const cut = (a, b) => letters.slice(a, b).join("");
  return [cut(0, start), el("mark", cut(start, end)), cut(end)];
}

function section(parent, title, nodes) {
  if (nodes.length) parent.append(el("h4", title), ...nodes);
}

function paragraph(ref, source, span) {
  const place = el("span", `${ref.file} ¶ ${ref.paragraph}`, "place");
  if (!source) return el("p", [place, " ", el("span", "does not exist", "bad")]);
  return el("p", [place, el("span", ` ${source.language}  `, "soft"), ...marked(source.text, ...(span || []))]);
}

function details(q) {
  const inside = el("div", "", "inside");
  section(inside, "What went wrong", q.problems.map(p => el("p", p, "bad")));
  if (q.lost.length) section(inside, "Worse than the baseline in", [el("p", q.lost.join(", "), "bad")]);
  if (q.gained.length) section(inside, "Better than the baseline in", [el("p", q.gained.join(", "), "good")]);
  if (q.failure) section(inside, "Crash", [el("pre", q.failure)]);
  section(inside, "Conversation before", q.history.map(t => el("p", [el("span", t.role + ": ", "soft"), t.content])));
  if (q.standalone && q.standalone !== q.question) section(inside, "Understood as", [el("p", q.standalone)]);
  if (q.answer) section(inside, `Answer (${q.status}, confidence ${q.confidence.toFixed(3)})`, [el("p", q.answer)]);
  if (q.notice) section(inside, "Notice", [el("p", q.notice)]);
  section(inside, "Citations", q.citations.map(c => {
    const line = paragraph(c, q.sources[`${c.file}#${c.paragraph}`], [c.start, c.end]);
    line.prepend(`[${c.n}] `, el("span", c.gold ? "gold " : c.also ? "bearing " : "not gold ", c.gold ? "good" : "warn"));
    return line;
  }));
  section(inside, "Wanted", q.facts.flatMap(f => [
    el("p", [el("span", f.stated ? "✓ " : "✗ ", f.stated ? "good" : "bad"), f.statement,
      el("span", "  accepted: " + f.forms.join(" · "), "soft")]),
    ...f.gold.map(ref => paragraph(ref, q.sources[`${ref.file}#${ref.paragraph}`])),
  ]));
  if (q.expect) section(inside, "Expected", [el("p", q.expect)]);
  section(inside, "Retrieved", [el("div", q.retrieved.map(r =>
    el("span", `${r.file} ¶ ${r.paragraph}`, r.gold ? "good" : "soft")), "chips")]);
  section(inside, "Measures", [el("div", Object.entries(q.measures).map(([name, value]) =>
    el("span", `${name} ${value}`)), "chips")]);
  if (q.notes) section(inside, "Notes", [el("p", q.notes, "soft")]);
  return inside;
}

function card(q) {
  const [sign, colour, meaning] = stateOf(q);
  const mark = el("span", sign, "state " + colour);
  mark.title = meaning;
  mark.setAttribute("aria-label", meaning);
  const asked = el("span", q.question, "asked");
  asked.lang = q.language;
  asked.dir = "auto";
  const node = el("details", el("summary", [mark, asked, el("span", `${q.id} · ${q.kind} · ${q.language}`, "tags")]), "question");
  node.id = "q-" + q.id;
  node.addEventListener("toggle", () => { if (node.open && node.children.length === 1) node.append(details(q)); });
  return node;
}

function draw() {
  const found = questions.filter(matches);
  list.replaceChildren(...found.slice(0, shown).map(card));
  count.value = `${found.length} of ${questions.length}`;
  more.hidden = found.length <= shown;
}

options(kind, "kind"); options(language, "language"); options(scope, "scope"); options(split, "split");
for (const field of fields) field.addEventListener("input", () => { shown = STEP; draw(); });
more.addEventListener("click", () => { shown += STEP; draw(); });
function follow() {
  const id = decodeURIComponent(location.hash.slice(3));
  if (!questions.some(q => q.id === id)) return;
  text.value = id; draw();
  const node = document.getElementById("q-" + id);
  if (node) { node.open = true; node.scrollIntoView(); }
}
addEventListener("hashchange", follow);
draw(); follow();
