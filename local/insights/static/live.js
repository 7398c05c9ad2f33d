// Fetches the page again every three seconds and puts the new content in place, unless someone is reading a part of it.

const EVERY_MS = 3000;

function isBusy(main) {
  return document.hidden || !getSelection().isCollapsed || main.querySelector(":focus-visible, circle:hover") !== null;
}

async function refresh() {
  const main = document.querySelector("main");
  if (isBusy(main)) return;
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  for (const shown of main.querySelectorAll("details[id]")) {
    const next = fresh.querySelector(`#${CSS.escape(shown.id)}`);
    if (next) next.open = shown.open;
  }
  if (!fresh.isEqualNode(main)) main.replaceWith(fresh);
}

// away for a moment: the page stays as it is and is asked for again
setInterval(() => refresh().catch(() => undefined), EVERY_MS);
