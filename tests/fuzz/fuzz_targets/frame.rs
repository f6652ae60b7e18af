//! Frames of both directions: what decodes is written and decoded again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zumodra_fuzz::contained;
use zumodra_shared::sync::wire::{ClientFrame, ServerFrame, decode, encode};

fuzz_target!(|bytes: &[u8]| contained(|| {
    if let Ok(frame) = decode::<ClientFrame>(bytes) {
        assert_eq!(decode::<ClientFrame>(&encode(&frame)), Ok(frame));
    }
    if let Ok(frame) = decode::<ServerFrame>(bytes) {
        assert_eq!(decode::<ServerFrame>(&encode(&frame)), Ok(frame));
    }
}));
