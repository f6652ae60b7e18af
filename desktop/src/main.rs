//! The desktop program: the engine in a window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use tauri::Manager as _;
use zumodra_desktop::engine::Engine;
use zumodra_desktop::{links, window};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Two TLS providers are linked: one has to be chosen before the first use.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a TLS provider was chosen before the program began")?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("ZUMODRA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,zumodra_desktop=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let engine = match tauri::async_runtime::block_on(Engine::start_for_person()) {
        Ok(engine) => engine,
        Err(problem) => {
            eprintln!("{}", problem.code.english());
            return Ok(ExitCode::FAILURE);
        }
    };
    let app = tauri::Builder::default()
        .manage(engine.clone())
        .plugin(links::plugin())
        .invoke_handler(window::handle)
        .on_window_event(window::remember)
        .setup(move |app| {
            window::forward_events(app.handle().clone(), &engine);
            window::place(app.handle(), &engine);
            Ok(())
        })
        .build(tauri::generate_context!("../tauri.conf.json"))?;
    debug_assert!(app.try_state::<Engine>().is_some());
    app.run(|app, event| window::ended(app, &event));
    Ok(ExitCode::SUCCESS)
}
