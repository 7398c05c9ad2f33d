// Draws every card with the official renderer, newest first, and looks for new ones every two seconds.

const LOOK_EVERY_MS = 2000;
const posts = document.getElementById("posts");
const empty = document.getElementById("empty");
const blank = document.getElementById("post");

// The little Markdown that Teams knows in a text block. Everything is escaped before anything is marked up.
function toHtml(text) {
  const escaped = text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const inline = escaped
    .replace(/\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>')
    .replace(/\*\*([^*\n]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[\s(])[_*]([^_*\n]+)[_*](?=[\s).,;:!?]|$)/gm, "$1<em>$2</em>");
  const listed = inline.replace(/(?:^- .*(?:\n|$))+/gm, (block) => `<ul>${block.trimEnd().replace(/^- (.*)\n?/gm, "<li>$1</li>")}</ul>`);
  return `<p>${listed.replace(/\n{2,}/g, "</p><p>").replace(/\n/g, "<br>")}</p>`;
}

function draw(content, hostConfig) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) window.open(action.url, "_blank", "noopener,noreferrer");
  };
  card.parse(content);
  return card.render();
}

function unreadable(reason) {
  const note = document.createElement("p");
  note.className = "unreadable";
  note.textContent = reason;
  return note;
}

function toArticle(posted, hostConfig) {
  const article = blank.content.cloneNode(true);
  const time = article.querySelector("time");
  time.dateTime = posted.received_at;
  time.textContent = new Date(posted.received_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  article.querySelector(".size").textContent = `${(posted.size / 1024).toFixed(1)} of 28 KB`;
  const place = article.querySelector(".card");
  place.classList.toggle("full", posted.card.msteams?.width?.toLowerCase() === "full");
  place.append(draw(posted.card, hostConfig) ?? unreadable("The renderer shows nothing for this card."));
  return article;
}

async function look(after, hostConfig) {
  const answer = await fetch(`/cards.json?after=${after}`);
  const fresh = await answer.json();
  empty.hidden ||= fresh.length > 0;
  posts.prepend(...fresh.map((posted) => toArticle(posted, hostConfig)));
  return fresh.length ? fresh[0].id : after;
}

async function follow() {
  if (!window.AdaptiveCards) {
    empty.replaceWith(unreadable("The renderer is missing: npm install brings it."));
    return;
  }
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = toHtml(text);
    result.didProcess = true;
  };
  const hostConfig = await (await fetch("/static/host-config.json")).json();
  let last = 0;
  for (;;) {
    last = await look(last, hostConfig).catch(() => last); // away for a moment: look again
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS));
  }
}

follow();
