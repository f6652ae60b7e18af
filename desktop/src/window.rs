//! The window around the engine: commands in, events out, and where the window was.

use serde_json::Value;
use tauri::ipc::{Invoke, InvokeBody};
use tauri::{AppHandle, Emitter as _, Manager as _, RunEvent, Runtime, WebviewWindow, Window, WindowEvent};
use tokio::sync::broadcast::error::RecvError;

use crate::engine::{Engine, ask};
use crate::session::WindowPlace;

/// The window that opens first.
const MAIN: &str = "main";

/// Hands a command of the window to the engine. Every command of the contract is one entry of [`Engine::ask`].
pub fn handle<R: Runtime>(invoke: Invoke<R>) -> bool {
    let name = invoke.message.command().to_owned();
    let arguments = match invoke.message.payload() {
        InvokeBody::Json(value) => value.clone(),
        InvokeBody::Raw(_) => Value::Null,
    };
    let engine = invoke.message.webview_ref().state::<Engine>().inner().clone();
    let resolver = invoke.resolver;
    tauri::async_runtime::spawn(async move {
        match engine.ask(&name, arguments).await {
            Ok(answer) => resolver.resolve(answer),
            Err(problem) => {
                tracing::info!(command = %name, code = %problem.code, "refused");
                resolver.reject(ask::shown(&problem));
            }
        }
    });
    true
}

/// Passes what the engine tells on to every window.
pub fn forward_events<R: Runtime>(app: AppHandle<R>, engine: &Engine) {
    let mut events = engine.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                // A window that fell behind reads everything again.
                Err(RecvError::Lagged(_)) => Engine::everything_changed(),
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = app.emit(event.name(), event.payload()) {
                tracing::warn!(%error, "an event did not reach the window");
            }
        }
    });
}

/// Puts the window back where it was.
pub fn place<R: Runtime>(app: &AppHandle<R>, engine: &Engine) {
    let window: Option<WebviewWindow<R>> = app.get_webview_window(MAIN);
    let (Some(window), Some(place)) = (window, engine.home().window()) else { return };
    let size = tauri::LogicalSize::new(place.width, place.height);
    let placed = if place.maximized { window.maximize() } else { window.set_size(size) };
    if let Err(error) = placed {
        tracing::info!(%error, "the window stays where it is");
    }
}

/// Remembers where a window is when it closes.
pub fn remember<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    if !matches!(event, WindowEvent::CloseRequested { .. }) || window.label() != MAIN {
        return;
    }
    let (Ok(size), Ok(scale), Ok(maximized)) =
        (window.inner_size(), window.scale_factor(), window.is_maximized())
    else {
        return;
    };
    let size = size.to_logical::<f64>(scale);
    let place = WindowPlace { width: size.width, height: size.height, maximized };
    if let Err(problem) = window.state::<Engine>().home().set_window(&place) {
        tracing::warn!(code = %problem.code, "the window's place is not remembered");
    }
}

/// Ends the engine in good order with the last window.
pub fn ended<R: Runtime>(app: &AppHandle<R>, event: &RunEvent) {
    if matches!(event, RunEvent::Exit) {
        let engine = app.state::<Engine>().inner().clone();
        tauri::async_runtime::block_on(async move { engine.shut_down().await });
    }
}
