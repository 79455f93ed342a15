// Fills the fields that two organizers changed with the saved version or with one's own. Without this file one types.
const { form } = document.querySelector("input[name=was]");
const saved = JSON.parse(form.elements.was.value);
const own = new FormData(form);

function fill(field, mine) {
  for (const [name, values] of Object.entries(saved[field] ?? {})) {
    const taken = mine ? own.getAll(name) : values;
    const named = form.elements[name];
    if (!named) continue;
    for (const input of named instanceof RadioNodeList ? named : [named]) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = taken.includes(input.value);
      else if (input.multiple) for (const option of input.options) option.selected = taken.includes(option.value);
      else input.value = taken[0] ?? "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

for (const start of form.querySelectorAll(".merge-start")) {
  start.hidden = false;
  start.addEventListener("click", ({ target }) => {
    const take = target.closest("[data-take]")?.dataset.take;
    if (take) for (const field of start.dataset.fields.trim().split(" ")) fill(field, take === "mine");
  });
}
