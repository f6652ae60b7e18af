//! A workspace's logo: a small picture, judged by its bytes. It is kept as it came: nothing here decodes it.

use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zumodra_shared::kernel::{Code, Problem};

use super::model::Tenant;
use super::store;
use crate::app::App;
use crate::error::Result;

/// Bytes of the largest logo: every career page has it, and is to stay below 100 kB with it.
pub const MAX_LOGO_BYTES: usize = 60 << 10;
/// Pixels of the longest side.
pub const MAX_SIDE: u32 = 4_096;
/// Digits of the hash that are part of an address.
const VERSION_DIGITS: usize = 16;

/// The kinds of pictures that are taken. An SVG is a program, and none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl LogoKind {
    const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::Webp];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
        }
    }

    /// The end of such a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Serialize for LogoKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.media_type())
    }
}

/// What a picture may be where it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The field that is named when it is not taken.
    pub field: &'static str,
    /// Bytes of the largest one.
    pub max_bytes: usize,
}

const LOGO: Allowed = Allowed { field: "careers_logo", max_bytes: MAX_LOGO_BYTES };

/// A logo or another picture, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logo {
    /// SHA-256 in lower-case hexadecimal.
    pub hash: String,
    /// What it is.
    #[serde(rename = "media_type")]
    pub kind: LogoKind,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Logo {
    /// The part of its address that changes with it.
    #[must_use]
    pub fn version(&self) -> &str {
        self.hash.get(..VERSION_DIGITS).unwrap_or(&self.hash)
    }

    /// Judges a picture.
    ///
    /// # Errors
    /// [`Code::TooLarge`] and [`Code::UnsupportedFile`], each with what would be taken.
    pub fn of(bytes: &[u8], allowed: Allowed) -> Result<Self, Problem> {
        let refused =
            |code, detail: String| Problem::new(code).detail(detail.clone()).field(allowed.field, detail);
        if bytes.len() > allowed.max_bytes {
            let detail = format!("This picture may have up to {} kB.", allowed.max_bytes >> 10);
            return Err(refused(Code::TooLarge, detail));
        }
        let kind = match imagesize::image_type(bytes) {
            Ok(imagesize::ImageType::Png) => LogoKind::Png,
            Ok(imagesize::ImageType::Jpeg) => LogoKind::Jpeg,
            Ok(imagesize::ImageType::Webp) => LogoKind::Webp,
            _ => return Err(refused(Code::UnsupportedFile, "Send a PNG, JPEG or WebP picture.".to_owned())),
        };
        let broken = || refused(Code::UnsupportedFile, "This picture is damaged.".to_owned());
        let size = imagesize::blob_size(bytes).map_err(|_| broken())?;
        let side = |pixels: usize| u32::try_from(pixels).ok().filter(|side| *side > 0).ok_or_else(broken);
        let (width, height) = (side(size.width)?, side(size.height)?);
        if width.max(height) > MAX_SIDE {
            let detail = format!("This picture may have up to {MAX_SIDE} pixels on a side.");
            return Err(refused(Code::UnsupportedFile, detail));
        }
        let hash = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { hash, kind, width, height })
    }
}

/// Gives a workspace a logo.
///
/// # Errors
/// For what is no picture that is taken.
pub async fn put(app: &App, tenant: &Tenant, bytes: Bytes) -> Result<Logo> {
    let logo = Logo::of(&bytes, LOGO)?;
    let mut tx = app.db().public().await?;
    store::write_logo(&mut tx, tenant.id, &logo, &bytes, app.now()).await?;
    tx.commit().await?;
    forget(app, tenant);
    Ok(logo)
}

/// Takes a workspace's logo away.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove(app: &App, tenant: &Tenant) -> Result<()> {
    let mut tx = app.db().public().await?;
    store::remove_logo(&mut tx, tenant.id).await?;
    tx.commit().await?;
    forget(app, tenant);
    Ok(())
}

/// The bytes of a logo.
///
/// # Errors
/// [`Code::NotFound`] when it is not the workspace's any more.
pub async fn bytes(app: &App, tenant: &Tenant, logo: &Logo) -> Result<Vec<u8>> {
    let mut tx = app.db().public().await?;
    let bytes = store::logo_bytes(&mut tx, tenant.id, &logo.hash).await?;
    tx.commit().await?;
    bytes.ok_or_else(|| Code::NotFound.into())
}

fn forget(app: &App, tenant: &Tenant) {
    app.tenants().forget(tenant.id);
    app.sessions().forget_tenant(tenant.id);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a picture of that size, which is all that is read.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_logo_is_a_picture_of_sensible_size() {
        let logo = Logo::of(&png(320, 80), LOGO).expect("a picture");
        assert_eq!((logo.kind, logo.width, logo.height), (LogoKind::Png, 320, 80));
        assert!(Logo::of(&png(MAX_SIDE, 1), LOGO).is_ok());
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let mut large = png(10, 10);
        large.resize(MAX_LOGO_BYTES, 0);
        assert!(Logo::of(&large, LOGO).is_ok());
        large.push(0);
        for (bytes, code) in [
            (png(MAX_SIDE + 1, 1), Code::UnsupportedFile),
            (png(0, 10), Code::UnsupportedFile),
            (svg, Code::UnsupportedFile),
            (b"GIF89a".to_vec(), Code::UnsupportedFile),
            (Vec::new(), Code::UnsupportedFile),
            (png(1, 1)[..12].to_vec(), Code::UnsupportedFile),
            (large, Code::TooLarge),
        ] {
            assert_eq!(Logo::of(&bytes, LOGO).expect_err("refused").code, code, "{bytes:?}");
        }
    }
}
