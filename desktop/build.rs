//! Reads the window's configuration from the top of the repository.

fn main() {
    // WebKit must not bind to the SQLCipher symbols that are linked into our binary.
    #[cfg(target_os = "linux")]
    println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    tauri_build::try_build(tauri_build::Attributes::new().config_path("../tauri.conf.json"))
        .expect("tauri.conf.json is valid");
}
