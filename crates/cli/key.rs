//! `saola key`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saola::evidence::{PrivateKey, TestIdentity};
use saola::{OutputError, check_new_folder, write_new_file, write_new_file_with};

use crate::failure::{Failure, Kind};
use crate::{clock, terminal};

const DAYS: u32 = 365;

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a private key and a TEST certificate, for which nobody vouches.
    New(NewKeyOptions),
}

#[derive(Args)]
pub(crate) struct NewKeyOptions {
    /// Name of the holder.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Write key.pem and certificate.pem into this new folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

pub(crate) fn run(command: &KeyCommand, quiet: bool) -> Result<(), Failure> {
    let KeyCommand::New(options) = command;
    let key = random_key()?;
    let identity = TestIdentity {
        common_name: &options.name,
        serial: random()?,
        not_before: clock::seconds(),
        days: DAYS,
    };
    let certificate = identity
        .certificate(&key)
        .map_err(|error| Failure::new(Kind::Failed, error, "give a shorter, plain name with --name"))?;
    let text = key.to_pem().map_err(|error| Failure::new(Kind::Failed, error, ""))?;

    check_new_folder(&options.out)?;
    make_private_folder(&options.out)?;
    write_private_file(&options.out.join("key.pem"), &text)?;
    write_new_file(&options.out.join("certificate.pem"), certificate.to_pem().as_bytes())?;
    if !quiet {
        let folder = options.out.display();
        terminal::say(&format!(
            "{folder}: key.pem (keep it secret) and certificate.pem, valid for {DAYS} days"
        ));
        let holder = certificate.holder();
        terminal::say(&format!("this is a TEST certificate, for which nobody vouches: {}", holder.subject));
        terminal::say(&format!("its SHA-256 is {}", holder.certificate_sha256));
    }
    Ok(())
}

fn random_key() -> Result<PrivateKey, Failure> {
    loop {
        if let Some(key) = PrivateKey::from_random(&random()?) {
            return Ok(key);
        }
    }
}

/// From the operating system.
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Failure> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::new(Kind::Failed, format!("no random numbers: {error}"), "the operating system gives none")
    })?;
    Ok(bytes)
}

/// A file that its owner alone may read, from its first byte on.
fn write_private_file(path: &Path, text: &str) -> Result<(), OutputError> {
    write_new_file_with(path, |file| {
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(file.write_all(text.as_bytes())?)
    })
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    if !folder.is_dir() {
        std::fs::DirBuilder::new().mode(0o700).create(folder)?;
    }
    Ok(())
}

/// What is written into the folder inherits that only the current user may read it.
#[cfg(windows)]
fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        fs_err::create_dir(folder)?;
    }
    let user = std::env::var("USERNAME").unwrap_or_default();
    let mut icacls = std::process::Command::new("icacls");
    icacls.arg(folder).args(["/inheritance:r", "/grant:r"]).arg(format!("{user}:(OI)(CI)F"));
    if !icacls.output()?.status.success() {
        let message = format!("{}: its access cannot be restricted to you", folder.display());
        return Err(Failure::new(
            Kind::Failed,
            message,
            "choose a folder on a disk with access rights (NTFS)",
        ));
    }
    Ok(())
}

#[cfg(not(any(unix, windows)))]
fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        fs_err::create_dir(folder)?;
    }
    Ok(())
}
