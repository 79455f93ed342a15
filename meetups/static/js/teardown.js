// The teardown list on a bad network: a tick is kept until the server has it. A hidden page does not ask for updates.
// Without this file the list works by sending forms.

const box = document.getElementById("teardown");
const offline = document.getElementById("teardown-offline");
const RETRY_MS = 4000;
const KEY = `unsent ${location.pathname}`;
const CHORE = ".tick[data-chore]";
const POLL = "[data-poll]";

// Number of the line → the helper's tick: "1" done, "0" open again.
const unsent = new Map(remembered());
const underWay = new Set();

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...unsent]));
  } catch {
    // Private windows of old browsers store nothing; the open page still keeps the ticks.
  }
}

function formOf(chore) {
  return box.querySelector(`.tick[data-chore="${chore}"]`);
}

// Marks the lines whose tick has not reached the server. Forgets lines that show the right state, or are gone.
function show() {
  for (const [chore, done] of unsent) if (formOf(chore)?.dataset.done !== done) unsent.delete(chore);
  for (const row of box.querySelectorAll(".chore")) {
    const note = row.querySelector(".chore-unsent");
    if (note) note.hidden = !unsent.has(row.id.replace("chore-", ""));
    row.toggleAttribute("data-unsent", note ? !note.hidden : false);
  }
  remember();
}

function sendAgain() {
  if (document.hidden || underWay.size) return;
  for (const chore of unsent.keys()) formOf(chore)?.requestSubmit();
}

function sourceOf(event) {
  return event.detail?.ctx?.sourceElement;
}

function failed(source) {
  offline.hidden = false;
  if (source?.matches(CHORE)) {
    unsent.set(source.dataset.chore, source.dataset.done);
    show();
  }
}

if (box) {
  document.addEventListener("htmx:before:request", (event) => {
    const source = sourceOf(event);
    if (source?.matches(POLL) && document.hidden) event.preventDefault();
    else if (source?.matches(CHORE)) underWay.add(source.dataset.chore);
  });

  document.addEventListener("htmx:before:response", (event) => {
    const source = sourceOf(event);
    if (!source?.matches(`${POLL}, ${CHORE}`)) return;
    const { status } = event.detail.ctx.response;
    if (status < 400) {
      offline.hidden = true;
      return;
    }
    // An error page does not belong in the list.
    event.preventDefault();
    if (status === 403 || status === 404) location.reload();
    else failed(source);
  });

  document.addEventListener("htmx:error", (event) => failed(sourceOf(event)));
  document.addEventListener("htmx:finally:request", (event) => underWay.delete(sourceOf(event)?.dataset?.chore));
  document.addEventListener("htmx:after:swap", show);

  const look = () => {
    if (document.hidden) return;
    sendAgain();
    box.querySelector(POLL)?.dispatchEvent(new Event("refresh"));
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("pageshow", (event) => event.persisted && look());
  setInterval(sendAgain, RETRY_MS);
  show();
}
