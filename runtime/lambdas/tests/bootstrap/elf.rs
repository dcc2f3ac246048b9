//! The built binary's ELF headers → it needs nothing of the machine it runs on.

use std::path::Path;

use object::elf::{DT_NEEDED, FileHeader64, PT_DYNAMIC, PT_INTERP};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, elf};

use crate::binary;

/// What a binary needs of the machine, one line each: a loader, libraries, versions of GLIBC.
fn needs(path: &Path) -> Vec<String> {
    let data = std::fs::read(path).unwrap();
    let data = data.as_slice();
    let header = FileHeader64::<Endianness>::parse(data).unwrap();
    let endian = header.endian().unwrap();
    let mut found = Vec::new();
    for segment in header.program_headers(endian, data).unwrap() {
        if segment.p_type(endian) == PT_INTERP {
            let name = segment.interpreter(endian, data).unwrap().unwrap_or_default();
            found.push(format!("loader {}", String::from_utf8_lossy(name)));
        }
        if segment.p_type(endian) == PT_DYNAMIC {
            let entries = segment.dynamic(endian, data).unwrap().unwrap_or_default();
            let libraries = entries.iter().filter(|d| d.tag(endian) == DT_NEEDED);
            found.extend(libraries.map(|_| "a shared library".to_owned()));
        }
    }
    let sections = header.sections(endian, data).unwrap();
    for section in sections.iter() {
        let Some((mut files, link)) = section.gnu_verneed(endian, data).unwrap() else { continue };
        let strings = sections.strings(endian, data, link).unwrap();
        while let Some((_, mut versions)) = files.next().unwrap() {
            while let Some(version) = versions.next().unwrap() {
                let name = version.name(endian, strings).unwrap();
                found.push(format!("version {}", String::from_utf8_lossy(name)));
            }
        }
    }
    found
}

fn machine(path: &Path) -> elf::Machine {
    let data = std::fs::read(path).unwrap();
    let header = FileHeader64::<Endianness>::parse(data.as_slice()).unwrap();
    header.e_machine(header.endian().unwrap())
}

#[test]
fn the_bootstrap_needs_no_loader_no_library_and_no_glibc() {
    assert_eq!(needs(binary::bootstrap()), Vec::<String>::new());
}

#[test]
fn the_other_architecture_is_built_by_rust_alone_and_needs_nothing_either() {
    let (other, expected) = match std::env::consts::ARCH {
        "x86_64" => ("aarch64", elf::EM_AARCH64),
        _ => ("x86_64", elf::EM_X86_64),
    };
    let path = binary::build(other);
    assert_eq!((machine(&path), needs(&path)), (expected, Vec::new()));
}

/// This test program itself is linked dynamically on a GNU system, so the check above can be seen to fail.
#[test]
#[cfg(target_env = "gnu")]
fn a_dynamic_program_is_told_from_a_static_one() {
    let found = needs(&std::env::current_exe().unwrap());
    for need in ["loader ", "a shared library", "version GLIBC_2."] {
        assert!(found.iter().any(|line| line.starts_with(need)), "{need}: {found:?}");
    }
}

/// The limit of a direct upload is 50 MB (Lambda quotas); a small binary starts faster.
#[test]
fn the_bootstrap_stays_small() {
    let bytes = std::fs::metadata(binary::bootstrap()).unwrap().len();
    assert!(bytes < 5_000_000, "{bytes} bytes");
}
