// Computes a draw of meetup-lottery/1 again in the reader's browser, from its manifest and its value alone.
// LOTTERY.md is the specification. This code never asks the server for the result.

const ascii = new TextEncoder();
const hex = (buffer) => Array.from(new Uint8Array(buffer), (octet) => octet.toString(16).padStart(2, "0")).join("");
const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

/**
 * The whole draw.
 * @param {Uint8Array | string} manifest as it was published, byte by byte
 * @param {string} value
 * @returns {Promise<{sha256: string, places: {rank: number, entryId: string, seat: boolean}[]}>} in the order of the draw; ranks count from 1
 */
export async function check(manifest, value) {
  const bytes = typeof manifest === "string" ? ascii.encode(manifest) : manifest;
  const digest = hex(await sha256(bytes));
  const seed = await sha256(ascii.encode(`meetup-lottery/1|${digest}|${value}`));
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  let left = Number(lines[3].split(" ")[1]);
  const nominated = Number(lines[4].split(" ")[1]);
  const entries = lines.slice(5).map((line) => {
    const [entryId, size, weight] = line.split(" ");
    return { entryId, size: Number(size), weight: Number(weight) };
  });

  const others = await Promise.all(
    entries.slice(nominated).map(async (entry) => {
      const chances = Array.from({ length: entry.weight }, (_, j) => ascii.encode(`${entry.entryId}/${j + 1}`));
      const scores = await Promise.all(chances.map(async (chance) => hex(await crypto.subtle.sign("HMAC", key, chance))));
      return { ...entry, score: scores.sort()[0] };
    }),
  );
  others.sort((a, b) => compare(a.score, b.score) || compare(a.entryId, b.entryId));

  const places = [...entries.slice(0, nominated), ...others].map(({ entryId, size }, index) => {
    const seat = size <= left;
    if (seat) left -= size;
    return { rank: index + 1, entryId, seat };
  });
  return { sha256: digest, places };
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// On the page of a draw: computes it on a click, and compares the result with the page.

for (const box of document.querySelectorAll("[data-lottery-check]")) {
  const button = box.querySelector("button");
  // Browsers compute hashes only on secure pages; for other pages there is the script to download.
  if (!button || !globalThis.crypto?.subtle) continue;
  button.hidden = false;
  button.addEventListener("click", () => compareWithPage(box, button));
}

async function compareWithPage(box, button) {
  const outcome = box.querySelector("[data-outcome]");
  const { manifest, value, sha256: published, mine } = box.dataset;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(manifest, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const found = await check(new Uint8Array(await answer.arrayBuffer()), value);
    const shown = [...document.querySelectorAll("[data-entry]")].map((line) => `${line.dataset.entry} ${line.dataset.seat}`);
    const computed = found.places.map(({ entryId, seat }) => `${entryId} ${seat ? "1" : ""}`);
    const same = found.sha256 === published && shown.join("\n") === computed.join("\n");
    const rank = found.places.find(({ entryId }) => entryId === mine)?.rank;
    say(outcome, same ? "certain" : "act", same ? outcome.dataset.same : outcome.dataset.differs, {
      count: shown.length,
      rank,
    });
  } catch {
    say(outcome, "waiting", outcome.dataset.failed, {});
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function say(outcome, tone, text, facts) {
  outcome.dataset.tone = tone;
  outcome.textContent = text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  outcome.hidden = false;
}
