//! Signatures on releases, made and checked here and by OpenSSL.

use std::process::{Command, Output};

use saola::evidence::{PrivateKey, Signer, TestIdentity, digest_of, sign};

use crate::support::{Place, project};

const SIGN: [&str; 7] = ["cms", "-sign", "-cades", "-binary", "-outform", "DER", "-in"];

/// A place with a release, a question and a TEST identity in the folder `me`.
fn place() -> Place {
    let place = Place::with_petrel();
    for suffix in ["saola", "reliability.json"] {
        let from = project(&format!("reference-db/saola-starter.{suffix}"));
        fs_err::copy(from, place.path(&format!("r.{suffix}"))).unwrap();
    }
    place.succeeds(&["--quiet", "key", "new", "--name", "A. Curator", "--out", "me"]);
    place
}

fn sign_with(place: &Place, key: &str, certificate: &str, more: &[&str]) {
    let arguments = ["--quiet", "db", "sign", "r.saola", "--key", key, "--cert", certificate];
    place.succeeds(&[&arguments[..], more].concat());
}

fn has_openssl() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    if !found {
        #[expect(clippy::print_stderr, reason = "what is skipped is said")]
        {
            eprintln!("skipped: openssl is not installed");
        }
    }
    found
}

fn openssl(place: &Place, arguments: &[&str]) -> Output {
    Command::new("openssl").args(arguments).current_dir(place.path("")).output().unwrap()
}

fn openssl_succeeds(place: &Place, arguments: &[&str]) {
    let output = openssl(place, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn openssl_accepts(place: &Place, signature: &str, file: &str, trust: &str) -> bool {
    let arguments =
        ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-out", "out", "-in", signature];
    openssl(place, &[&arguments[..], &["-content", file, "-CAfile", trust]].concat()).status.success()
}

/// A key and a certificate request for `name`, and its certificate by `issuer` with these extensions.
fn certify(place: &Place, name: &str, issuer: &str, extensions: &str) {
    let subject = format!("/O=Fictitious Agency/CN={name}");
    let (key, request, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", &key];
    if issuer == name {
        let own = ["req", "-x509", "-days", "30", "-subj", &subject, "-out", &certificate];
        return openssl_succeeds(place, &[&own[..], &new_key].concat());
    }
    openssl_succeeds(place, &[&["req", "-subj", &subject, "-out", &request][..], &new_key].concat());
    place.write("extensions", extensions);
    let (issuer_key, issuer_certificate) = (format!("{issuer}.key"), format!("{issuer}.pem"));
    let arguments =
        ["x509", "-req", "-days", "20", "-set_serial", "7", "-extfile", "extensions", "-in", &request];
    let by = ["-CA", &issuer_certificate, "-CAkey", &issuer_key, "-out", &certificate];
    openssl_succeeds(place, &[&arguments[..], &by].concat());
}

const AUTHORITY: &str =
    "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n";
const PERSON: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n";

/// An authority `root`, one below it, `middle`, and a person `leaf`.
fn two_levels(place: &Place) {
    certify(place, "root", "root", "");
    certify(place, "middle", "root", AUTHORITY);
    certify(place, "leaf", "middle", PERSON);
}

fn verified(place: &Place, trust: &str, signature: &str) -> String {
    place.succeeds(&["db", "verify", "r.saola", "--trust", trust, "--signature", signature])
}

fn refused(place: &Place, trust: &str, signature: &str, words: &[&str]) {
    place.fails(3, &["db", "verify", "r.saola", "--trust", trust, "--signature", signature], words);
}

#[test]
fn a_new_key_says_that_it_is_a_test_and_overwrites_nothing() {
    let place = Place::new();
    let finished = place.run(&["key", "new", "--name", "A. Curator", "--out", "me"]);
    assert!(finished.code == 0 && finished.stderr.contains("TEST certificate"), "{}", finished.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs_err::metadata(place.path("me/key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    place.fails(1, &["key", "new", "--name", "B", "--out", "me"], &["me", "nothing is overwritten"]);
    place.fails(1, &["key", "new", "--name", "", "--out", "you"], &["1 to 64 characters"]);
}

#[test]
fn own_signatures_are_shown_in_every_form() {
    let place = place();
    sign_with(&place, "me/key.pem", "me/certificate.pem", &[]);
    let text = place.succeeds(&["db", "verify", "r.saola", "--trust", "me/certificate.pem"]);
    assert!(text.contains("release signed by CN=A. Curator") && text.contains("TEST CERTIFICATE"), "{text}");
    let again = ["db", "sign", "r.saola", "--key", "me/key.pem", "--cert", "me/certificate.pem"];
    place.fails(1, &again, &["r.saola.p7s", "nothing is overwritten"]);

    let identify = ["petrel.fasta", "--db", "r.saola", "--trust", "me/certificate.pem"];
    let report = place.identify(&[&identify[..], &["--out", "case"]].concat());
    let signature = &report["run"]["release_signature"];
    assert_eq!(signature["status"], "good");
    assert!(signature["signer"].as_str().unwrap().starts_with("CN=A. Curator"));
    let page = place.read("case/report.html");
    assert!(page.contains("release signed by CN=A. Curator") && !page.contains("WARNING"));
    let table = place.succeeds(&[&["identify"], &identify[..]].concat());
    assert!(table.contains("signature  release signed by CN=A. Curator"), "{table}");
}

/// Trust changes what is said of the release, never the result.
#[test]
fn unsigned_and_foreign_releases_are_used_with_a_warning() {
    let place = place();
    place.succeeds(&["--quiet", "key", "new", "--name", "Stranger", "--out", "stranger"]);
    let trusted = ["petrel.fasta", "--db", "r.saola", "--trust", "me/certificate.pem"];
    let unasked = place.identify(&["petrel.fasta", "--db", "r.saola"]);
    let unsigned = place.identify(&[&trusted[..], &["--out", "unsigned"]].concat());
    sign_with(&place, "stranger/key.pem", "stranger/certificate.pem", &[]);
    let foreign = place.identify(&[&trusted[..], &["--out", "foreign"]].concat());
    let built_in = place.identify(&["petrel.fasta", "--trust", "me/certificate.pem", "--out", "built-in"]);
    let cases = [
        (&unasked, "not_checked", "no trust file was given"),
        (&unsigned, "not_signed", "release not signed"),
        (&foreign, "unknown", "does not vouch for the signer"),
        (&built_in, "not_signed", "the built-in release is not signed"),
    ];
    for (report, status, words) in cases {
        let signature = &report["run"]["release_signature"];
        assert_eq!(signature["status"], status);
        assert!(signature["statement"].as_str().unwrap().contains(words), "{signature}");
        assert_eq!(report["result"], unasked["result"]);
    }
    for folder in ["unsigned", "foreign", "built-in"] {
        assert!(
            place.read(&format!("{folder}/report.html")).contains("WARNING. Reference release:"),
            "{folder}"
        );
    }
    let table = place.succeeds(&[&["identify"], &trusted[..]].concat());
    assert!(table.contains("signature  WARNING: "), "{table}");
    for trust in ["me/certificate.pem", "petrel.fasta"] {
        let code = if trust == "petrel.fasta" { 1 } else { 3 };
        place.fails(code, &["db", "verify", "r.saola", "--trust", trust], &[]);
    }
    place.fails(3, &["db", "verify", "--trust", "me/certificate.pem"], &["built-in release is not signed"]);
}

#[test]
fn a_release_with_a_wrong_signature_is_not_used() {
    let place = place();
    let trust = ["--trust", "me/certificate.pem"];
    let identify = [&["identify", "petrel.fasta", "--db", "r.saola", "--out", "case"], &trust[..]].concat();
    place.write("r.saola.p7s", "no signature");
    place.fails(4, &identify, &["does not verify", "not a CMS signature"]);
    fs_err::remove_file(place.path("r.saola.p7s")).unwrap();
    sign_with(&place, "me/key.pem", "me/certificate.pem", &[]);
    place.fails(4, &[&identify[..], &["--valid-on", "2099-01-01"]].concat(), &["expired"]);
    // The signature of another file.
    let key = PrivateKey::from_pem(&place.read("me/key.pem")).unwrap();
    let certificate =
        saola::evidence::Certificate::read_pem(&place.read("me/certificate.pem")).unwrap().remove(0);
    let signer = Signer { certificate: &certificate, chain: &[], sign: &|message: &[u8]| key.sign(message) };
    let now = fs_err::metadata(place.path("me/key.pem")).unwrap().modified().unwrap();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 1;
    place.write("r.saola.p7s", sign(&digest_of(&b"another"[..]).unwrap(), &signer, now).unwrap());
    place.fails(4, &identify, &["another SHA-256"]);
    refused(&place, "me/certificate.pem", "r.saola.p7s", &["another SHA-256"]);
}

#[test]
fn an_expired_certificate_is_refused() {
    let place = place();
    let key = PrivateKey::from_random(&[9; 32]).unwrap();
    // 30 days from 2020-01-01.
    let identity = TestIdentity { common_name: "Past", serial: [9; 16], not_before: 1_577_836_800, days: 30 };
    let certificate = identity.certificate(&key).unwrap();
    let signer = Signer { certificate: &certificate, chain: &[], sign: &|message: &[u8]| key.sign(message) };
    let content = digest_of(fs_err::File::open(place.path("r.saola")).unwrap()).unwrap();
    place.write("past.p7s", sign(&content, &signer, 1_577_923_200).unwrap());
    place.write("past.pem", certificate.to_pem());
    place.write("past.key", key.to_pem().unwrap());
    refused(&place, "past.pem", "past.p7s", &["expired on 2020-01-31"]);
    let on = ["db", "verify", "r.saola", "--trust", "past.pem", "--signature", "past.p7s", "--valid-on"];
    let text = place.succeeds(&[&on[..], &["2020-01-15"]].concat());
    assert!(text.contains("certificates valid at 2020-01-15T23:59:59Z"), "{text}");
    let sign = ["db", "sign", "r.saola", "--key", "past.key", "--cert", "past.pem"];
    place.fails(1, &sign, &["would not verify", "expired"]);
}

#[test]
fn openssl_accepts_our_signatures() {
    if !has_openssl() {
        return;
    }
    let place = place();
    sign_with(&place, "me/key.pem", "me/certificate.pem", &[]);
    assert!(openssl_accepts(&place, "r.saola.p7s", "r.saola", "me/certificate.pem"));
    two_levels(&place);
    sign_with(&place, "leaf.key", "leaf.pem", &["--chain", "middle.pem", "-o", "ours.p7s"]);
    assert!(openssl_accepts(&place, "ours.p7s", "r.saola", "root.pem"));
    assert!(!openssl_accepts(&place, "ours.p7s", "petrel.fasta", "root.pem"));
    assert!(!openssl_accepts(&place, "ours.p7s", "r.saola", "me/certificate.pem"));
    assert!(verified(&place, "root.pem", "ours.p7s").contains("verified against CN=root"));
}

#[test]
fn we_accept_openssl_signatures_and_refuse_what_is_wrong() {
    if !has_openssl() {
        return;
    }
    let place = place();
    two_levels(&place);
    let by = |key: &str, certificate: &str, file: &str, output: &str| {
        let who = [
            "-signer",
            certificate,
            "-inkey",
            key,
            "-certfile",
            "middle.pem",
            "-md",
            "sha256",
            "-out",
            output,
        ];
        openssl_succeeds(&place, &[&SIGN[..], &[file], &who].concat());
    };
    by("leaf.key", "leaf.pem", "r.saola", "theirs.p7s");
    let text = verified(&place, "root.pem", "theirs.p7s");
    assert!(
        text.contains("release signed by CN=leaf,O=Fictitious Agency, verified against CN=root"),
        "{text}"
    );
    verified(&place, "middle.pem", "theirs.p7s");

    refused(&place, "me/certificate.pem", "theirs.p7s", &["does not vouch"]);
    by("leaf.key", "leaf.pem", "petrel.fasta", "petrel.p7s");
    refused(&place, "root.pem", "petrel.p7s", &["another SHA-256"]);
    certify(&place, "sealed", "middle", "keyUsage=critical,keyEncipherment\n");
    place.fails(
        1,
        &["db", "sign", "r.saola", "--key", "sealed.key", "--cert", "sealed.pem", "--chain", "middle.pem"],
        &["not for digital signatures"],
    );
    place.fails(
        1,
        &["db", "sign", "r.saola", "--key", "root.key", "--cert", "leaf.pem"],
        &["not made by the key"],
    );
    // The digest of another file, put where the digest of this one was signed.
    let digest = |file: &str| *digest_of(fs_err::File::open(place.path(file)).unwrap()).unwrap().as_bytes();
    let mut forged = fs_err::read(place.path("theirs.p7s")).unwrap();
    let at = forged.windows(32).position(|window| window == digest("r.saola")).unwrap();
    forged[at] ^= 1;
    place.write("forged.p7s", &forged);
    refused(&place, "root.pem", "forged.p7s", &["another SHA-256"]);
    forged[at..at + 32].copy_from_slice(&digest("petrel.fasta"));
    place.write("petrel.fasta.p7s", &forged);
    assert!(!openssl_accepts(&place, "petrel.fasta.p7s", "petrel.fasta", "root.pem"));
    // One byte of the release: it is damaged before anybody asks who signed it.
    let mut release = fs_err::read(place.path("r.saola")).unwrap();
    let last = release.len() - 1;
    release[last] ^= 1;
    place.write("r.saola", &release);
    place.fails(4, &["db", "verify", "r.saola", "--trust", "root.pem"], &["damaged"]);
}

/// What a chain must not do: an authority that is none, one too many, a name that only looks right.
#[test]
fn we_refuse_wrong_chains_and_kinds() {
    if !has_openssl() {
        return;
    }
    let place = place();
    two_levels(&place);
    let by = |name: &str, more: &[&str], output: &str| {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let who = ["r.saola", "-signer", &certificate, "-inkey", &key, "-out", output];
        openssl_succeeds(&place, &[&SIGN[..], &who, more].concat());
    };
    certify(&place, "child", "leaf", PERSON);
    place.write("both.pem", place.read("middle.pem") + &place.read("leaf.pem"));
    by("child", &["-certfile", "both.pem", "-md", "sha256"], "child.p7s");
    refused(&place, "root.pem", "child.p7s", &["leaf", "not an authority's"]);

    certify(&place, "below", "middle", AUTHORITY);
    certify(&place, "deep", "below", PERSON);
    place.write("both.pem", place.read("middle.pem") + &place.read("below.pem"));
    by("deep", &["-certfile", "both.pem", "-md", "sha256"], "deep.p7s");
    refused(&place, "root.pem", "deep.p7s", &["does not allow so long a chain"]);

    let critical = format!("{PERSON}1.2.3.4=critical,ASN1:NULL\n");
    certify(&place, "strange", "middle", &critical);
    by("strange", &["-certfile", "middle.pem", "-md", "sha256"], "strange.p7s");
    refused(&place, "root.pem", "strange.p7s", &["1.2.3.4", "does not understand"]);

    by("leaf", &["-md", "sha512", "-certfile", "middle.pem"], "sha512.p7s");
    refused(&place, "root.pem", "sha512.p7s", &["algorithm not supported"]);
    let own = ["petrel.fasta", "-signer", "leaf.pem", "-inkey", "leaf.key", "-nodetach", "-out", "whole.p7s"];
    openssl_succeeds(&place, &[&SIGN[..], &own, &["-md", "sha256"]].concat());
    refused(&place, "root.pem", "whole.p7s", &["not detached"]);
    by("leaf", &["-md", "sha256"], "short.p7s");
    refused(&place, "root.pem", "short.p7s", &["no certificate of CN=middle"]);
    let two = ["-signer", "middle.pem", "-inkey", "middle.key", "-md", "sha256"];
    by("leaf", &two, "two.p7s");
    refused(&place, "root.pem", "two.p7s", &["2 signers"]);
    let rsa = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "rsa.key", "-subj", "/CN=rsa", "-out",
        "rsa.pem",
    ];
    openssl_succeeds(&place, &rsa);
    by("rsa", &["-md", "sha256"], "rsa.p7s");
    refused(&place, "rsa.pem", "rsa.p7s", &["algorithm not supported"]);
}
