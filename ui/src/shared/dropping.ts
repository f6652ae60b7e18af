// Files that are dropped on a part of the window.

import type { Attachment } from "svelte/attachments";

/** The look of a part over which files are held. */
export const DROP_LOOK = "data-over:outline-2 data-over:outline-accent";

/** Takes the files that are dropped on an element, while it takes some. */
export function dropZone(takes: () => boolean, take: (files: FileList | undefined) => void): Attachment<HTMLElement> {
  return (element) => {
    const over = (is: boolean): void => {
      element.toggleAttribute("data-over", is);
    };
    const dragover = (event: DragEvent): void => {
      if (takes()) {
        event.preventDefault();
        over(true);
      }
    };
    const dragleave = (): void => over(false);
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      over(false);
      if (takes()) {
        take(event.dataTransfer?.files);
      }
    };
    element.addEventListener("dragover", dragover);
    element.addEventListener("dragleave", dragleave);
    element.addEventListener("drop", drop);
    return () => {
      element.removeEventListener("dragover", dragover);
      element.removeEventListener("dragleave", dragleave);
      element.removeEventListener("drop", drop);
    };
  };
}
