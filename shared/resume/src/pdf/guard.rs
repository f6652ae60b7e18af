//! What is looked at before anything decodes a PDF: how much its streams inflate to. The decoder has no limit of its
//! own, and a file of ten megabytes can hold ten gigabytes.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::ReadError;
use crate::limits::{MAX_INFLATE_DEPTH, MAX_INFLATED_BYTES};

const STREAM: &[u8] = b"stream";
/// How much is inflated at a time.
const STEP_BYTES: usize = 64 << 10;
/// How much of what came out is kept, to see whether it is compressed again.
const KEPT_BYTES: usize = 1 << 20;

/// Whether the file speaks of encryption.
pub(super) fn says_encrypted(bytes: &[u8]) -> bool {
    find(bytes, b"/Encrypt").is_some()
}

/// Refuses a file whose streams inflate to more than is read, or that uses a compression that cannot be measured here.
pub(super) fn check(bytes: &[u8]) -> Result<(), ReadError> {
    // No program has written it for twenty years, and it inflates as much as any bomb.
    if find(bytes, b"/LZW").is_some() {
        return Err(ReadError::TooComplex);
    }
    let mut left = MAX_INFLATED_BYTES;
    let mut rest = bytes;
    while let Some(at) = find(rest, STREAM) {
        // The word ends the streams too, before which there is nothing to inflate.
        let body = rest[at + STREAM.len()..].trim_ascii_start();
        measure(body, MAX_INFLATE_DEPTH, &mut left)?;
        rest = &rest[at + STREAM.len()..];
    }
    Ok(())
}

/// Counts what the bytes inflate to, and what that inflates to.
fn measure(bytes: &[u8], depth: usize, left: &mut u64) -> Result<(), ReadError> {
    let is_zlib = bytes.len() > 2
        && bytes[0] & 0x0f == 8
        && (u16::from(bytes[0]) << 8 | u16::from(bytes[1])).is_multiple_of(31);
    if !is_zlib {
        return Ok(());
    }
    let kept = count(ZlibDecoder::new(bytes), left)?;
    // A decoder may go on where a checksum or a header is wrong.
    let raw = if kept.is_empty() { count(DeflateDecoder::new(&bytes[2..]), left)? } else { kept };
    if depth > 1 { measure(&raw, depth - 1, left) } else { Ok(()) }
}

fn count(mut decoder: impl Read, left: &mut u64) -> Result<Vec<u8>, ReadError> {
    let mut kept = Vec::new();
    let mut step = vec![0; STEP_BYTES];
    while let Ok(read @ 1..) = decoder.read(&mut step) {
        *left = left.checked_sub(read as u64).ok_or(ReadError::TooComplex)?;
        if kept.len() < KEPT_BYTES {
            kept.extend_from_slice(&step[..read]);
        }
    }
    Ok(kept)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn file(stream: &[u8]) -> Vec<u8> {
        [b"%PDF-1.7\n1 0 obj <</Filter/FlateDecode>> stream\n", stream, b"\nendstream endobj"].concat()
    }

    #[test]
    fn a_stream_that_inflates_to_more_than_the_limit_is_refused() {
        let zeros = vec![0; (MAX_INFLATED_BYTES / 4) as usize];
        let one = deflated(&zeros);
        assert_eq!(check(&file(&one)), Ok(()));
        let four = [file(&one), file(&one), file(&one), file(&one)].concat();
        assert_eq!(check(&four), Ok(()));
        let five = [four, file(&one)].concat();
        assert_eq!(check(&five), Err(ReadError::TooComplex));
    }

    #[test]
    fn a_bomb_inside_a_stream_is_seen() {
        let bomb = deflated(&vec![0; (MAX_INFLATED_BYTES + 1) as usize]);
        assert_eq!(check(&file(&deflated(&bomb))), Err(ReadError::TooComplex));
    }

    #[test]
    fn the_old_compression_is_refused() {
        assert_eq!(check(b"%PDF-1.4 <</Filter/LZWDecode>>"), Err(ReadError::TooComplex));
    }
}
