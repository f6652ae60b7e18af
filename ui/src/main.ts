import "./app.css";
import { mount } from "svelte";
import { useBackend } from "./backend/engine";
import App from "./views/App.svelte";

/** The real engine, or the in-memory one when the window runs in a plain browser for looking at it. */
async function start(): Promise<void> {
  if (import.meta.env.MODE === "fake") {
    const { createFake, scenario } = await import("./backend/fake");
    useBackend(createFake(scenario(new URL(location.href).searchParams)));
  } else {
    const { tauri } = await import("./backend/tauri");
    useBackend(tauri);
  }
  const target = document.getElementById("app");
  if (target) {
    mount(App, { target });
  }
}

void start();
