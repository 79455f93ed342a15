// The row of an event's pages on a phone: the page that is open scrolls into view.
const row = document.querySelector(".event-groups");
const here = row?.querySelector("[aria-current]");
if (here && row.scrollWidth > row.clientWidth) {
  row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
