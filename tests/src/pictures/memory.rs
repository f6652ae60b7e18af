//! What processes cost: their proportional share of the memory, so that what several share is counted once.

use std::path::Path;

/// The processes that are beneath a process, with itself.
#[must_use]
pub fn family(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = processes().into_iter().filter_map(|id| Some((id, parent(id)?))).collect();
    let mut found = vec![root];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        let children: Vec<u32> = parents
            .iter()
            .filter(|(id, of)| *of == parent && !found.contains(id))
            .map(|(id, _)| *id)
            .collect();
        found.extend(children);
        at += 1;
    }
    found
}

/// The PostgreSQL processes of the cluster that lies beneath a folder.
#[must_use]
pub fn database(folder: &Path) -> Vec<u32> {
    let folder = folder.to_string_lossy().into_owned();
    let is_ours = |id: &u32| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        is_program(*id, "postgres") && String::from_utf8_lossy(&line).contains(&folder)
    };
    let mut found: Vec<u32> = processes().into_iter().filter(is_ours).flat_map(family).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a process runs a program of this name.
#[must_use]
pub fn is_program(id: u32, name: &str) -> bool {
    std::fs::read_link(format!("/proc/{id}/exe"))
        .is_ok_and(|program| program.file_name().is_some_and(|file| file == name))
}

/// The share of the processes together, in MB. A process that ended meanwhile counts nothing.
#[must_use]
pub fn share_mb(ids: &[u32]) -> f64 {
    let kilobytes: u64 = ids.iter().filter_map(|id| share_kb(*id)).sum();
    kilobytes as f64 / 1024.0
}

fn share_kb(id: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok()).collect()
}

/// The parent stands after the name, which is in parentheses and may itself hold some.
fn parent(id: u32) -> Option<u32> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_of_its_own_family_and_costs_something() {
        let me = std::process::id();
        assert_eq!(family(me)[0], me);
        assert!(share_mb(&[me]) > 0.1);
        assert!(parent(me).is_some_and(|parent| parent != me));
    }
}
