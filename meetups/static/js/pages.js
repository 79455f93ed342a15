// Small conveniences. Every page works without this file, and this file makes no decisions.

// A form is sent once: a second click changes nothing. After the back button it can be sent again.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  // The button is marked after the browser has read its name and value.
  setTimeout(() => event.submitter?.setAttribute("aria-busy", "true"));
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-dialog], [data-close], [data-copy], [data-share]");
  if (!target) return;
  // A link to a page with a question opens the same question as a dialog, if the page has one.
  const dialog = target.dataset.dialog && document.getElementById(target.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if ("close" in target.dataset && target.closest("dialog")) {
    event.preventDefault();
    target.closest("dialog").close();
  }
  const source = target.dataset.copy && document.getElementById(target.dataset.copy);
  if (source) copy(source, target);
  // Who closes the sheet of the system has shared nothing, and that is no error.
  const { share: url, title } = target.dataset;
  if (url) navigator.share({ url, title }).catch(() => {});
});

// Who has to wait for their turn need not sit and click: the form is sent again after these seconds.
for (const notice of document.querySelectorAll("[data-try-again]")) {
  const form = notice.parentElement.querySelector("form.form");
  if (form) setTimeout(() => form.requestSubmit(), notice.dataset.tryAgain * 1000);
}

// A public form only previews its text with htmx, which weighs more than all other scripts: it comes when a field is entered.
const htmxLater = document.querySelector("meta[name=htmx-later]");
if (htmxLater) {
  const load = () => document.head.append(Object.assign(document.createElement("script"), { src: htmxLater.content }));
  document.addEventListener("focusin", load, { once: true });
}

async function copy(source, button) {
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    return; // The text is selected, so the reader can copy it by hand.
  }
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 2000);
}

// The end follows the start after this many minutes, until the organizer sets it.
// <input type="time" data-follows="id of the start" data-minutes="120">, or two of type datetime-local.
function follow(end) {
  const start = document.getElementById(end.dataset.follows);
  if (!start) return;
  let own = end.value && end.value !== later(start.value, end);
  end.addEventListener("input", () => (own = end.value !== ""));
  start.addEventListener("input", () => {
    if (!own && start.value) end.value = later(start.value, end);
  });
}

function later(value, end) {
  const minutes = Number(end.dataset.minutes || 120);
  const clock = end.type === "time";
  const at = new Date(clock ? `2000-01-01T${value}Z` : `${value}Z`);
  if (Number.isNaN(at.getTime())) return "";
  at.setUTCMinutes(at.getUTCMinutes() + minutes);
  return clock ? at.toISOString().slice(11, 16) : at.toISOString().slice(0, 16);
}

// Two choices that go together: <select data-pulls="id of the other" data-pairs='{"this value": "that value"}'>. A choice that the reader
// made (data-own) stays, except for the value that both have or neither has: data-bound.
function pull(select) {
  const other = document.getElementById(select.dataset.pulls);
  if (!other) return;
  const pairs = JSON.parse(select.dataset.pairs);
  const { bound } = select.dataset;
  select.addEventListener("change", () => {
    select.dataset.own = "";
    const apart = (select.value === bound) !== (other.value === bound);
    if (apart || !("own" in other.dataset)) other.value = pairs[select.value] ?? other.value;
  });
}

// One checkbox for all: <input type="checkbox" data-all="name of the boxes">; [data-count="name"] shows how many are ticked.
function all(box) {
  const boxes = () => [...(box.form ?? document).querySelectorAll(`input[name="${box.dataset.all}"]`)];
  const show = () => {
    const ticked = boxes().filter((each) => each.checked).length;
    box.checked = ticked > 0 && ticked === boxes().length;
    box.indeterminate = ticked > 0 && !box.checked;
    for (const count of document.querySelectorAll(`[data-count="${box.dataset.all}"]`)) count.textContent = ticked;
  };
  box.addEventListener("change", () => {
    for (const each of boxes()) each.checked = box.checked;
    show();
  });
  document.addEventListener("change", (event) => event.target.name === box.dataset.all && show());
  box.form?.addEventListener("reset", () => setTimeout(show));
  show();
}

// "Your time", only if the reader's clock differs from the event's. Beside a period, or a moment with an empty data-until; for a moment with
// data-moment at the end of its sentence.
function own(time) {
  const start = new Date(time.dateTime);
  const end = new Date(time.dataset.until || time.dateTime);
  const offset = time.dateTime.match(/([+-])(\d\d):(\d\d)$/);
  if (!offset || Number.isNaN(end.getTime())) return;
  const there = (offset[1] === "-" ? -1 : 1) * (offset[2] * 60 + Number(offset[3]));
  if (there === -start.getTimezoneOffset()) return;
  const { lang, dataset } = document.documentElement;
  const note = document.createElement("small");
  note.className = "your-time soft";
  // In full where the event says it first; elsewhere as short as it can be: no day that is the same there.
  const inFull = time.closest(".event-head");
  const dayThere = Number(time.dateTime.slice(8, 10));
  const withDay = inFull || start.getDate() !== dayThere;
  const text = lang === "ja" ? inJapanese(start, end, withDay) : inEnglish(start, end, withDay);
  note.textContent = inFull ? `${dataset.yourTime}${lang === "ja" ? "" : " "}${text}` : `(${text})`;
  note.title = dataset.yourTime;
  if ("until" in time.dataset) time.after(" ", note);
  else (time.closest("p, li, dd, td") ?? time.parentElement).append(" ", note);
}

const CLOCK = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const DAY = { month: "short", day: "numeric", weekday: "short" };

function inEnglish(start, end, withDay) {
  const format = new Intl.DateTimeFormat("en", withDay ? { ...DAY, ...CLOCK } : CLOCK);
  return start < end ? format.formatRange(start, end) : format.format(start);
}

// Same format as on the pages, 11月26日(木) 17:34〜19:00: browsers have a different format.
function inJapanese(start, end, withDay) {
  const day = (at) => `${at.getMonth() + 1}月${at.getDate()}日(${"日月火水木金土"[at.getDay()]}) `;
  const clock = (at) => `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
  const until = start.toDateString() === end.toDateString() ? "" : day(end);
  const zone = new Intl.DateTimeFormat("ja", CLOCK).formatToParts(end).find((part) => part.type === "timeZoneName");
  const rest = start < end ? `〜${until}${clock(end)}` : "";
  return `${withDay ? day(start) : ""}${clock(start)}${rest} ${zone?.value ?? ""}`;
}

function wake(root) {
  root.querySelectorAll("[data-follows]").forEach(follow);
  root.querySelectorAll("[data-pulls]").forEach(pull);
  root.querySelectorAll("[data-all]").forEach(all);
  root.querySelectorAll("button[data-copy][hidden]").forEach((button) => (button.hidden = false));
  if (navigator.share) root.querySelectorAll("[data-share][hidden]").forEach((button) => (button.hidden = false));
}

wake(document);
document.querySelectorAll("body:not(.desk) :is(time[data-until], time[data-moment])").forEach(own);

// When a field last took the focus back. A second tap that comes a moment later is meant for what stood there before.
let refocused = -Infinity;
document.addEventListener("mousedown", (event) => {
  if (event.timeStamp - refocused < 600) event.preventDefault();
});

let scrolled = 0;
document.addEventListener("htmx:before:swap", () => (scrolled = scrollY));

// Content from htmx gets the same conveniences. An error summary takes the focus, as on a new page.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.target instanceof Element ? event.target : document;
  wake(target);
  target.querySelector(".error-summary")?.focus();
  // A field that came again takes the focus where the reader is: nothing scrolls.
  const again = document.querySelector("[data-again]");
  if (again) {
    delete again.dataset.again;
    again.focus({ preventScroll: true });
    scrollTo({ top: scrolled, behavior: "instant" });
    refocused = performance.now();
  }
});
