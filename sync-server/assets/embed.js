// Shows a workspace's open positions where this script stands:
//   <script src="https://acme.example.com/careers/embed.js" data-team="Sales" data-lang="en" async></script>
// The list is a page of its own in a frame: it sees nothing of the page around it, and asks nothing of any other host.
"use strict";

{
  const NAMES = ["lang", "q", "team", "city", "remote", "type", "level", "skill", "salary", "near", "km", "sort", "source"];
  // Higher than any list of one page, so that a wrong height never fills a site.
  const MAX_HEIGHT = 20000;
  const script = document.currentScript;
  const address = new URL("embed/", script.src);
  for (const name of NAMES) {
    if (script.dataset[name]) address.searchParams.set(name, script.dataset[name]);
  }
  // What led to the list is the site around it, if it says nothing else.
  if (!script.dataset.source) address.searchParams.set("source", location.hostname);
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = script.dataset.title ?? (script.dataset.lang === "fr" ? "Postes ouverts" : "Open positions");
  frame.loading = "lazy";
  frame.style.cssText = "display:block;width:100%;height:30rem;border:0";
  addEventListener("message", (event) => {
    const height = event.data?.zumodraHeight;
    if (event.source === frame.contentWindow && event.origin === address.origin && Number.isFinite(height)) {
      frame.style.height = `${Math.min(Math.max(height, 0), MAX_HEIGHT)}px`;
    }
  });
  script.after(frame);
}
