// What a form that saves by itself (data-autosave) needs besides htmx: the address of the draft, a word where saving fails, and a
// last save when the page is left. Without this file the form still saves.
const box = document.querySelector("[data-autosave]");
const form = document.getElementById("event-form");
const failed = document.getElementById("not-saved");
let unsaved = false;

form.addEventListener("input", () => (unsaved = true));
form.addEventListener("submit", () => (unsaved = false));

// A save that waited for the one before it sends what stands in the form by then.
box.addEventListener("htmx:before:request", (event) => {
  unsaved = false;
  event.detail.ctx.request.body = new URLSearchParams(new FormData(form));
});

box.addEventListener("htmx:before:response", (event) => {
  const { ok } = event.detail.ctx.response.raw;
  say(!ok);
  if (!ok) event.preventDefault();
});

box.addEventListener("htmx:error", () => say(true));

box.addEventListener("htmx:after:swap", () => {
  const address = box.querySelector("[data-address]")?.dataset.address;
  if (address) history.replaceState(history.state, "", address);
});

failed.querySelector("button").addEventListener("click", () => form.dispatchEvent(new Event("input")));

addEventListener("pagehide", () => {
  // Without a chosen file, which a beacon has no room for.
  if (unsaved && "beacon" in box.dataset) navigator.sendBeacon(box.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
});

function say(isFailed) {
  failed.hidden = !isFailed;
  box.hidden = isFailed;
  if (isFailed) unsaved = true;
}
