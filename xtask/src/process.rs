//! Starting other programs, and saying what is done.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Prints one heading.
pub fn say(text: &str) {
    println!("==> {text}");
}

/// One program that is about to be run.
pub struct Invocation {
    command: Command,
    shown: Vec<OsString>,
}

impl Invocation {
    /// Prepares a program in a folder, with no standard input.
    pub fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(folder).stdin(Stdio::null());
        forget_cargo_run(&mut command);
        Self { command, shown: vec![program.as_ref().to_owned()] }
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown.push(argument.as_ref().to_owned());
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(self, arguments: I) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Lets the program read what is typed.
    pub fn interactive(mut self) -> Self {
        self.command.stdin(Stdio::inherit());
        self
    }

    /// Runs the program and waits.
    ///
    /// # Errors
    /// Fails when the program cannot be started or ends with anything but 0.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| format!("start `{}`", self.line()))?;
        if !status.success() {
            bail!("`{}` failed: {status}", self.line());
        }
        Ok(())
    }

    /// Runs the program and gives its exit code; a program ended by a signal gives 1.
    ///
    /// # Errors
    /// Fails when the program cannot be started.
    pub fn code(mut self) -> Result<i32> {
        let status = self.command.status().with_context(|| format!("start `{}`", self.line()))?;
        Ok(status.code().unwrap_or(1))
    }

    /// Runs the program and gives what it printed, or nothing when it could not run or failed.
    pub fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Becomes the program: the process keeps its id, so signals reach the program itself.
    ///
    /// # Errors
    /// Fails when the program cannot be started; otherwise it does not return.
    pub fn replace(mut self) -> Result<()> {
        use std::os::unix::process::CommandExt as _;
        let error = self.command.exec();
        Err(error).with_context(|| format!("start `{}`", self.line()))
    }

    fn line(&self) -> String {
        let parts: Vec<_> = self.shown.iter().map(|part| part.to_string_lossy()).collect();
        parts.join(" ")
    }
}

/// Removes what `cargo run` set for this program alone. Some build scripts of our dependencies
/// watch these variables, and would run again each time a build is started from here.
fn forget_cargo_run(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_set_by_cargo_run) {
            command.env_remove(name);
        }
    }
}

fn is_set_by_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Looks for a program on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|found| found.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_an_error_that_names_it() {
        let error = Invocation::new("false", Path::new("/")).arg("--now").run().unwrap_err();
        assert!(error.to_string().contains("`false --now` failed"), "{error}");
    }

    #[test]
    fn the_exit_code_is_passed_on() {
        let code = Invocation::new("sh", Path::new("/")).args(["-c", "exit 7"]).code().unwrap();
        assert_eq!(code, 7);
    }

    #[test]
    fn only_the_variables_of_cargo_run_are_forgotten() {
        assert!(is_set_by_cargo_run("CARGO_PKG_NAME"));
        assert!(is_set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME"));
    }
}
