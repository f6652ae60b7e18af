//! A hello that travels with the WebSocket's opening handshake, in two headers: the token where every token travels (RFC
//! 6750, section 2.1), and the frame without it in a header of ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::wire::{ClientFrame, decode, encode};
use crate::kernel::limits::MAX_HELLO_HEADER_BYTES;

/// The header of the opening handshake in which a replica may say its hello already, and in which the server says that it
/// took it.
pub const HELLO_HEADER: &str = "zumodra-sync";

/// What comes before the token in the header `Authorization`.
const BEARER: &str = "Bearer ";

/// The two headers of a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// The value of `Authorization`.
    pub authorization: String,
    /// The value of [`HELLO_HEADER`].
    pub hello: String,
}

/// The headers of a frame; none for what is no hello or is too long for a header.
#[must_use]
pub fn headers(frame: &[u8]) -> Option<Headers> {
    let Ok(ClientFrame::Hello(mut hello)) = decode(frame) else { return None };
    let token = std::mem::take(&mut hello.token);
    let frame = encode(&ClientFrame::Hello(hello));
    (frame.len() + token.len() <= MAX_HELLO_HEADER_BYTES)
        .then(|| Headers { authorization: format!("{BEARER}{token}"), hello: URL_SAFE_NO_PAD.encode(frame) })
}

/// The frame that some headers say; none for what is too long or no base64. Whether it is a hello with a good token is
/// judged as that of every frame.
#[must_use]
pub fn frame(authorization: &str, hello: &str) -> Option<Vec<u8>> {
    if hello.len() + authorization.len() > MAX_HELLO_HEADER_BYTES * 4 / 3 {
        return None;
    }
    let frame = URL_SAFE_NO_PAD.decode(hello).ok()?;
    let token = authorization.strip_prefix(BEARER).unwrap_or_default();
    match decode(&frame) {
        Ok(ClientFrame::Hello(mut said)) if said.token.is_empty() => {
            token.clone_into(&mut said.token);
            Some(encode(&ClientFrame::Hello(said)))
        }
        _ => Some(frame),
    }
}
