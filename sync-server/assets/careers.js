// What the pages do better with a script. Without it everything works too.
"use strict";

const { search } = (() => {
  // SHA-256 (FIPS 180-4) of one short text after another: the browser's own is made for few long ones.
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n += 1) {
    if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
  }
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
  const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const SLICE_MS = 12;
  const words = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  // One block of 64 bytes.
  const block = (state, bytes, at) => {
    for (let i = 0; i < 16; i += 1) {
      const p = at + i * 4;
      words[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = words[i - 15], y = words[i - 2];
      const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    const next = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i += 1) state[i] = (state[i] + next[i]) | 0;
  };

  // The first 32 bits of the hash of some bytes.
  const head = (bytes) => {
    const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    new DataView(padded.buffer).setUint32(padded.length - 4, bytes.length * 8);
    const state = Int32Array.from(START);
    for (let at = 0; at < padded.length; at += 64) block(state, padded, at);
    return state[0];
  };

  // The first number that proves it; none when it is not wanted any more.
  const search = async (start, bits, isWanted) => {
    const encoder = new TextEncoder();
    for (let number = 0; isWanted(); ) {
      const until = performance.now() + SLICE_MS;
      do {
        if (Math.clz32(head(encoder.encode(start + number))) >= bits) return String(number);
        number += 1;
      } while (performance.now() < until);
      await new Promise((resume) => setTimeout(resume));
    }
    return "";
  };
  return { search };
})();

{
  // The largest file, in bytes. The server has the last word.
  const MAX_FILE_BYTES = 10 * 1024 * 1024;
  const form = document.querySelector("form.apply");
  const files = [...(form?.querySelectorAll('input[type="file"]') ?? [])];
  const button = form?.querySelector("button.send") ?? form?.querySelector('button[type="submit"]');
  const reader = form?.querySelector(".read button");

  const showFileError = (file, message) => {
    const field = file.closest(".field");
    field.querySelector(".error")?.remove();
    field.classList.toggle("wrong", message !== "");
    file.toggleAttribute("aria-invalid", message !== "");
    const described = [`${file.id}-hint`];
    if (message !== "") {
      const error = document.createElement("p");
      error.className = "error";
      error.id = `${file.id}-error`;
      error.setAttribute("role", "alert");
      error.textContent = message;
      file.before(error);
      file.setAttribute("aria-invalid", "true");
      described.unshift(error.id);
    }
    file.setAttribute("aria-describedby", described.join(" "));
  };
  const isTooLarge = (file) => [...file.files].some((chosen) => chosen.size > MAX_FILE_BYTES);

  // While too many forms arrive, each brings a proof of work: a number that makes the hash of the form and the address
  // begin with enough zero bits. It is looked for as soon as the address is there, in slices that leave the page free.
  const bits = Number(form?.dataset.proofBits ?? 0);
  const email = form?.querySelector('input[name="email"]');
  let proving = null;
  const prove = () => {
    const start = `${form.elements.token.value}:${email.value.trim().toLowerCase()}:`;
    if (proving?.start !== start) {
      proving = { start };
      proving.done = search(start, bits, () => proving.start === start);
    }
    return proving.done;
  };
  if (bits > 0) {
    email.addEventListener("change", prove);
    if (email.value !== "") prove();
  }

  const buttons = [button, reader].filter(Boolean);
  const busy = (pressed, text) => {
    for (const each of buttons) each.setAttribute("aria-disabled", "true");
    pressed.dataset.label ??= pressed.textContent;
    pressed.textContent = text;
  };
  for (const file of files) {
    file.addEventListener("change", () => showFileError(file, isTooLarge(file) ? form.dataset.tooLarge : ""));
  }
  form?.addEventListener("submit", (event) => {
    // A second press must not send the form twice, and a file that is refused need not travel.
    const tooLarge = files.find(isTooLarge);
    if (button.getAttribute("aria-disabled") === "true" || tooLarge !== undefined) {
      event.preventDefault();
      tooLarge?.focus();
      return;
    }
    if (reader !== null && event.submitter === reader) {
      busy(reader, form.dataset.reading);
      return;
    }
    if (bits > 0) {
      event.preventDefault();
      busy(button, form.dataset.checking);
      prove().then((number) => {
        form.elements.proof.value = number;
        button.textContent = form.dataset.sending;
        form.submit();
      });
      return;
    }
    busy(button, form.dataset.sending);
  });
  // Coming back to the page from the next one finds the form ready again.
  addEventListener("pageshow", () => {
    for (const each of buttons) {
      each.removeAttribute("aria-disabled");
      each.textContent = each.dataset.label ?? each.textContent;
    }
  });
  (document.getElementById("errors") ?? document.getElementById("note"))?.focus();
}

// In a frame of another site the page says how high it is, so that nothing has to be scrolled twice.
if (document.body.classList.contains("embed") && parent !== window) {
  const tell = () => parent.postMessage({ zumodraHeight: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(document.body);
  addEventListener("load", tell);
}
