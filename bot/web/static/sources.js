// Source page: copies citations, and says when the paragraph asked for has changed or moved since it was cited.
(() => {
  const article = document.querySelector("article.source");
  if (!article) return;

  const citation = (section, form) => {
    const text = section.querySelector(".text").textContent;
    const file = article.dataset.file;
    const number = section.id.slice(1);
    const link = section.dataset.link;
    if (form === "plain") return `“${text}” (${file}, ¶${number}) ${link}`;
    const escaped = (value) => value.replace(/[\\`*_{}[\]()<>#+!|~&$-]/g, "\\$&");
    const quote = escaped(text).split("\n").map((line) => `> ${line}`).join("\n");
    const label = escaped(`${file}, ¶${number}`);
    return `${quote}\n>\n> — ${link ? `[${label}](${link})` : label}`;
  };

  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  article.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    await copy(citation(button.closest("section"), button.dataset.form));
    const label = button.textContent;
    button.textContent = article.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 1500);
  });

  const cited = new URLSearchParams(location.search).get("h");
  const notice = article.querySelector(".changed");
  const check = () => {
    const section = document.getElementById(location.hash.slice(1));
    if (!cited || !section) return;
    const changed = section.dataset.hash !== cited;
    notice.hidden = !changed;
    notice.textContent = changed ? article.dataset.changed : "";
    const now = changed && [...article.querySelectorAll("section")].find((other) => other.dataset.hash === cited);
    if (now) {
      const link = Object.assign(document.createElement("a"), { href: `#${now.id}`, textContent: now.id.slice(1) });
      notice.replaceChildren(`${article.dataset.moved} `, link, ".");
    }
    if (changed) section.querySelector(".body").prepend(notice); // the page opens here and not at its top
  };
  check();
  addEventListener("hashchange", check);
})();
