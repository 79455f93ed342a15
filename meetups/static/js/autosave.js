// What a form that saves by itself (data-autosave) needs besides htmx: the address of the draft, a word where saving fails, and a
// last save when the page is left. Without this file the form still saves.
const box = document.querySelector("[data-autosave]");
const form = document.getElementById("event-form");
const failed = document.getElementById("not-saved");
// How often something was typed: until now, before the save that is on its way, and before the last one that arrived.
let typed = 0;
let sent = 0;
let saved = 0;

form.addEventListener("input", () => (typed += 1));
form.addEventListener("submit", () => (saved = typed));

// A save that waited for the one before it sends what stands in the form by then.
box.addEventListener("htmx:before:request", (event) => {
  sent = typed;
  event.detail.ctx.request.body = new URLSearchParams(new FormData(form));
});

box.addEventListener("htmx:before:response", (event) => {
  const { ok } = event.detail.ctx.response.raw;
  say(!ok);
  if (ok) saved = sent;
  else event.preventDefault();
});

box.addEventListener("htmx:error", () => say(true));

box.addEventListener("htmx:after:swap", () => {
  const address = box.querySelector("[data-address]")?.dataset.address;
  if (address) history.replaceState(history.state, "", address);
});

failed.querySelector("button").addEventListener("click", () => form.dispatchEvent(new Event("input")));

addEventListener("pagehide", () => {
  // Without a chosen file, which a beacon has no room for.
  if (saved < typed && "beacon" in box.dataset) navigator.sendBeacon(box.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
});

function say(isFailed) {
  failed.hidden = !isFailed;
  box.hidden = isFailed;
}
