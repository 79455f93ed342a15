// The time left to take something back, by the second. Without this file the bar says the minutes.
const bar = document.querySelector(".undo");
const end = performance.now() + bar.dataset.seconds * 1000;
const rest = bar.querySelector("[data-rest]");
const line = bar.querySelector("progress");
const whole = line.value / bar.dataset.seconds;

function tick() {
  const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
  rest.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  line.value = seconds * whole;
  if (seconds === 0) bar.remove();
  else setTimeout(tick, 1000);
}

tick();
