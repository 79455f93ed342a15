// The time until registration opens, by the second. Without this file the page says it in days, hours and minutes.
const language = document.documentElement.lang || "en";
const shown = document.querySelector("[data-opening]");
const end = performance.now() + shown.dataset.opening * 1000;
const SECONDS = { day: 86400, hour: 3600, minute: 60, second: 1 };

function words(seconds) {
  let rest = seconds;
  const found = [];
  for (const [unit, size] of Object.entries(SECONDS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || unit === "second") {
      const text = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
      found.push(language.startsWith("ja") ? text.replace(" ", "") : text);
    }
  }
  // Seconds are of use in the last hour only.
  return found.slice(0, seconds < SECONDS.hour ? 3 : 2).join(" ");
}

function tick() {
  const seconds = Math.ceil((end - performance.now()) / 1000);
  if (seconds > 0) {
    shown.textContent = words(seconds);
    setTimeout(tick, 1000 - (Date.now() % 1000));
  } else if ("reloads" in shown.dataset) {
    // Pages that were kept for a second are gone by then, and not everyone comes in the same moment.
    setTimeout(() => location.reload(), 1000 + Math.random() * 2000);
  }
}

tick();
