//! `saola db sign`.

use std::path::PathBuf;

use clap::Args;
use saola::evidence::{Certificate, PrivateKey, Signer, date, sign};
use saola::write_new_file;

use crate::failure::{Failure, Kind};
use crate::trust::{read_certificates, read_text, signature_path};
use crate::{clock, database, terminal};

/// What is signed, and by whom.
#[derive(Args)]
pub(crate) struct SignOptions {
    /// The reference database.
    pub(crate) file: PathBuf,
    /// Private key on the curve P-256, PEM (PKCS#8 or SEC 1).
    #[arg(long, value_name = "KEY.pem")]
    pub(crate) key: PathBuf,
    /// Certificate of the key, PEM; further certificates in the file go into the chain.
    #[arg(long, value_name = "CERTIFICATE.pem")]
    pub(crate) cert: PathBuf,
    /// Certificates between it and the authority that verifiers trust, PEM.
    #[arg(long, value_name = "CHAIN.pem")]
    pub(crate) chain: Option<PathBuf>,
    /// The signature to write; it must not be there. The database's name with `.p7s` unless given.
    #[arg(short, long, value_name = "FILE.p7s")]
    pub(crate) output: Option<PathBuf>,
}

pub(crate) fn run(options: &SignOptions, quiet: bool) -> Result<(), Failure> {
    let release = database::open_checked(Some(&options.file))?;
    let key = read_key(options)?;
    let certificates = read_chain(options)?;
    let Some((certificate, chain)) = certificates.split_first() else {
        return Err(Failure::new(Kind::Failed, "there is no certificate", "give one with --cert"));
    };
    let signer = Signer { certificate, chain, sign: &|message: &[u8]| key.sign(message) };
    let now = clock::seconds();
    let signature = sign(&release.file_digest(), &signer, now).map_err(|error| {
        let hint = "key, certificate and chain must belong together, be valid today and be meant for signing";
        Failure::new(Kind::Failed, error, hint)
    })?;
    let output = options.output.clone().unwrap_or_else(|| signature_path(&options.file));
    write_new_file(&output, &signature)?;
    if !quiet {
        let (file, output) = (options.file.display(), output.display());
        let holder = certificate.holder();
        terminal::say(&format!("{output}: signed by {} on {}; no time stamp", holder.subject, date(now)));
        terminal::say(&format!("root {}, SHA-256 of {file} {}", release.root(), release.file_digest()));
        terminal::say(&format!("anyone can check it: saola db verify {file} --trust CA.pem"));
    }
    Ok(())
}

fn read_key(options: &SignOptions) -> Result<PrivateKey, Failure> {
    PrivateKey::from_pem(&read_text(&options.key)?).map_err(|error| {
        let message = format!("{}: {error}", options.key.display());
        Failure::new(Kind::Failed, message, "`saola key new` makes a key for trying out")
    })
}

/// The signer's certificate first.
fn read_chain(options: &SignOptions) -> Result<Vec<Certificate>, Failure> {
    let mut certificates = read_certificates(&options.cert)?;
    if let Some(chain) = &options.chain {
        certificates.extend(read_certificates(chain)?);
    }
    Ok(certificates)
}
