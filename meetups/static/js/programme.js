// The organizer orders the programme by dragging a line at its grip. The buttons beside it do the same without this file.
// The order is sent once, when the line is dropped, with the form that the list names.

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || drag || event.button > 0) return;
  event.preventDefault();
  const line = grip.closest("li");
  const list = line.parentElement;
  drag = { pointer: event.pointerId, line, list, before: [...list.children], y: event.clientY };
  // Every move comes here, wherever the finger goes. The list captures the pointer, because the line itself changes its place.
  list.setPointerCapture(event.pointerId);
  line.classList.add("dragged");
  list.classList.add("dragging");
  drag.scroll = setInterval(scrollAtEdges, 16);
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drag?.pointer) return;
  drag.y = event.clientY;
  place();
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== drag?.pointer) return;
  const { line, list, before } = end();
  if (before.every((each, number) => each === list.children[number])) return;
  const form = document.getElementById(list.dataset.order);
  form.elements.moved.value = line.dataset.subject;
  // Nothing else can be moved before the answer arrives: such a move would start from an old order.
  list.inert = true;
  form.requestSubmit();
});

document.addEventListener("pointercancel", (event) => event.pointerId === drag?.pointer && putBack(end()));
document.addEventListener("keydown", (event) => event.key === "Escape" && drag && putBack(end()));

// The line stands before the first of the others whose middle is below the finger.
function place() {
  const { line, list, y } = drag;
  const below = [...list.children].find((each) => {
    const box = each.getBoundingClientRect();
    return each !== line && y < box.top + box.height / 2;
  });
  if (line.nextElementSibling !== (below ?? null)) list.insertBefore(line, below ?? null);
}

function scrollAtEdges() {
  const edge = 64;
  const step = drag.y < edge ? -8 : drag.y > innerHeight - edge ? 8 : 0;
  if (!step) return;
  scrollBy(0, step);
  place();
}

function end() {
  const ended = drag;
  drag = null;
  clearInterval(ended.scroll);
  ended.line.classList.remove("dragged");
  ended.list.classList.remove("dragging");
  return ended;
}

function putBack({ list, before }) {
  list.append(...before);
}

// An order that could not be sent is also undone on the screen.
const notSent = () => {
  const list = document.querySelector("[data-order][inert]");
  if (!list) return;
  const seen = document.getElementById(list.dataset.order).elements.seen.value.split(" ");
  list.append(...seen.map((subject) => document.getElementById(subject)));
  list.inert = false;
};
document.addEventListener("htmx:error", notSent);
document.addEventListener("htmx:response:error", (event) => event.detail.ctx.response.status >= 500 && notSent());

// The focus stays on the pressed button. At the first or last place that button is disabled, so its neighbour gets the focus.
let pressed = "";

document.addEventListener("submit", (event) => {
  pressed = event.submitter?.id ?? "";
});

document.addEventListener("htmx:after:swap", () => {
  if (!pressed) return;
  const button = document.getElementById(pressed);
  pressed = "";
  const there = button?.disabled ? button.parentElement.querySelector("button:not(:disabled)") : button;
  there?.focus({ preventScroll: true });
});
