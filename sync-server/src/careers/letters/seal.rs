//! The seal on a signed letter: a PAdES signature of baseline level B-B (ETSI EN 319 142-1) by the installation's own key.
//!
//! The key is in the data folder beside the others; its certificate is made of it at every start, the same each time. It is
//! signed by itself: who checks a letter takes the certificate from the installation, where it is public.

use std::time::Duration;

use ades::DigestAlgorithm;
use ades::pades;
use ades::signer::SoftSigner;
use anyhow::Context as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use sha2::{Digest as _, Sha256};
use x509_cert::builder::{Builder as _, CertificateBuilder, Profile};
use x509_cert::der::asn1::GeneralizedTime;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{DateTime, Decode as _, Encode as _, EncodePem as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity};

/// From when and until when the certificate is good: it is the same at every start, so these are days and no time spans.
const NOT_BEFORE: (u16, u8, u8) = (2026, 1, 1);
const NOT_AFTER: (u16, u8, u8) = (2056, 1, 1);
/// Bytes of a serial number.
const SERIAL_BYTES: usize = 16;
/// Characters of a name in a certificate (RFC 5280, ub-common-name).
const MAX_COMMON_NAME: usize = 64;

/// Seals letters.
pub struct Seal {
    key: SigningKey,
    certificate: Vec<u8>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

impl Seal {
    /// The seal of an installation: of its secret and of the host that it is reached at.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn of(seed: &[u8; 32], host: &str) -> anyhow::Result<Self> {
        let mut seed = *seed;
        let key = loop {
            // One in 2³² texts of this length is no key of the curve P-256.
            match SigningKey::from_slice(&seed) {
                Ok(key) => break key,
                Err(_) => seed = Sha256::digest(seed).into(),
            }
        };
        let certificate = certificate(&key, host).context("make the certificate of the seal")?;
        Ok(Self { key, certificate })
    }

    /// The certificate as PEM (RFC 7468).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pem(&self) -> anyhow::Result<String> {
        let certificate = x509_cert::Certificate::from_der(&self.certificate)?;
        Ok(certificate.to_pem(LineEnding::LF)?)
    }

    /// Seals a PDF. Its bytes stay as they are; the seal is added behind them.
    ///
    /// # Errors
    /// When it is no PDF that can be sealed.
    pub fn seal(&self, pdf: &[u8]) -> anyhow::Result<Vec<u8>> {
        let signer = SoftSigner::from_ec_parts(self.key.clone(), &self.certificate, DigestAlgorithm::Sha256)?;
        Ok(pades::sign(pdf, &signer)?)
    }
}

/// The certificate of a key, signed by itself. ECDSA of RFC 6979 gives the same signature each time.
fn certificate(key: &SigningKey, host: &str) -> anyhow::Result<Vec<u8>> {
    let public = SubjectPublicKeyInfoOwned::from_der(key.verifying_key().to_public_key_der()?.as_bytes())?;
    let serial = Sha256::digest(public.to_der()?);
    let serial = SerialNumber::new(&serial[..SERIAL_BYTES])?;
    let day = |(year, month, day)| -> anyhow::Result<Time> {
        let time: Duration = DateTime::new(year, month, day, 0, 0, 0)?.unix_duration();
        Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(time)?))
    };
    let validity = Validity { not_before: day(NOT_BEFORE)?, not_after: day(NOT_AFTER)? };
    let plain = |c: &char| c.is_ascii_alphanumeric() || ".-".contains(*c);
    let host: String = host.chars().filter(plain).take(MAX_COMMON_NAME).collect();
    let subject: Name = format!("CN={host},O=Zumodra,OU=Document seal").parse()?;
    let profile = Profile::Leaf {
        issuer: subject.clone(),
        enable_key_agreement: false,
        enable_key_encipherment: false,
        include_subject_key_identifier: true,
    };
    let builder = CertificateBuilder::new(profile, serial, validity, subject, public, key)?;
    Ok(builder.build::<DerSignature>()?.to_der()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_of_a_key_is_the_same_at_every_start() {
        let made = || Seal::of(&[7; 32], "zumodra.example").expect("a seal").certificate;
        assert_eq!(made(), made());
        let pem = Seal::of(&[7; 32], "a,CN=b\nc").expect("a seal").pem().expect("PEM");
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    }

    #[test]
    fn what_is_no_pdf_is_not_sealed() {
        let seal = Seal::of(&[7; 32], "zumodra.example").expect("a seal");
        for bytes in [b"".as_slice(), b"%PDF-1.7\n", b"hello"] {
            assert!(seal.seal(bytes).is_err());
        }
    }
}
