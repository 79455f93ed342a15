// Pictures in the text of an event: dropped or pasted onto the text, and put where the cursor is. Without this file they are chosen,
// and come at the end of the text.
const section = document.getElementById("pictures");
const form = document.getElementById("event-form");
const file = document.getElementById("id_picture");
const words = document.getElementById("id_picture_alt");
const add = section.querySelector("[data-add-picture]");
const texts = ["id_description", "id_other_description"].map((id) => document.getElementById(id));

if (section.dataset.edit && location.pathname !== section.dataset.edit) {
  history.replaceState(history.state, "", section.dataset.edit + location.hash);
}

for (const text of texts) {
  for (const type of ["blur", "keyup", "mouseup"]) text.addEventListener(type, () => remember(text));
  text.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  text.addEventListener("drop", (event) => take(event, event.dataTransfer, text));
  text.addEventListener("paste", (event) => take(event, event.clipboardData, text));
}
section.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
section.addEventListener("drop", (event) => take(event, event.dataTransfer));

add.addEventListener("click", (event) => {
  file.required = words.required = true;
  const isWhole = file.reportValidity() && words.reportValidity();
  file.required = words.required = false;
  if (!isWhole) event.preventDefault();
});

// Who chose a picture and presses another button meant to have it.
form.addEventListener("submit", (event) => {
  if (!file.files.length || event.submitter === add || event.submitter?.formAction.includes("/removal/")) return;
  event.preventDefault();
  // A form sends nothing from within its own sending.
  setTimeout(() => add.click());
});

function remember(text) {
  document.getElementById("id_picture_in").value = text.name;
  document.getElementById("id_picture_at").value = text.selectionEnd;
}

function take(event, data, text) {
  if (!data.files.length) return;
  event.preventDefault();
  if (text) remember(text);
  file.files = data.files;
  section.scrollIntoView({ block: "center" });
  words.focus({ preventScroll: true });
}
