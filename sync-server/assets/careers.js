// What the pages do better with a script. Without it everything works too.
"use strict";

{
  // The largest résumé, in bytes. The server has the last word.
  const MAX_FILE_BYTES = 10 * 1024 * 1024;
  const form = document.querySelector("form.apply");
  const file = form?.querySelector('input[type="file"]');
  const button = form?.querySelector('button[type="submit"]');

  const showFileError = (message) => {
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
  const isTooLarge = () => [...(file?.files ?? [])].some((chosen) => chosen.size > MAX_FILE_BYTES);

  file?.addEventListener("change", () => showFileError(isTooLarge() ? form.dataset.tooLarge : ""));
  form?.addEventListener("submit", (event) => {
    // A second press must not send the form twice, and a file that is refused need not travel.
    if (button.getAttribute("aria-disabled") === "true" || isTooLarge()) {
      event.preventDefault();
      if (isTooLarge()) file.focus();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.textContent;
    button.textContent = form.dataset.sending;
  });
  // Coming back to the page from the next one finds the form ready again.
  addEventListener("pageshow", () => {
    if (button?.dataset.label) {
      button.removeAttribute("aria-disabled");
      button.textContent = button.dataset.label;
    }
  });
  document.getElementById("errors")?.focus();
}
