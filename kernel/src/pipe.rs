//! Frames: the length of what follows (u32, little-endian) and one value in postcard's encoding.

use std::io::{self, Read};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// No frame is longer: a length beyond it is a sign of confusion, not of data.
const MAX_FRAME_BYTES: usize = 1 << 30;
/// An item or a result with more bytes can't be sent: a frame holds a little more than it.
pub const MAX_VALUE_BYTES: usize = MAX_FRAME_BYTES - 4096;

/// A value as a frame.
///
/// # Errors
/// If the value can't be encoded, or is too long.
pub fn frame<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; 4]).map_err(io::Error::other)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} bytes is too long")));
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// The next frame's value.
///
/// # Errors
/// At the end of the stream, or if what comes is no such value.
pub fn read<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} bytes is too long")));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use shared::{Feed, KernelCommand, KernelEvent, LapRequest, Limits, Mode};

    use super::*;

    #[test]
    fn what_is_framed_is_read_back() {
        let ready = KernelEvent::Ready { protocol: "p".into() };
        let mut bytes = frame(&ready).unwrap();
        bytes.extend(frame(&KernelCommand::Cancel).unwrap());
        let mut stream = bytes.as_slice();
        assert_eq!(read::<KernelEvent>(&mut stream).unwrap(), ready);
        assert_eq!(read::<KernelCommand>(&mut stream).unwrap(), KernelCommand::Cancel);
        assert_eq!(read::<KernelCommand>(&mut stream).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_length_out_of_range_is_refused() {
        let error = read::<KernelCommand>(&mut [255u8; 8].as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_a_command_or_an_error(mut bytes in vec(any::<u8>(), 0..300), length in any::<Option<u16>>()) {
            // Lengths by chance are longer than what follows: half of them are made to fit.
            if let (Some(length), true) = (length, bytes.len() >= 4) {
                let length = usize::from(length) % (bytes.len() - 3);
                bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
            }
            let mut stream = bytes.as_slice();
            if let Ok(command) = read::<KernelCommand>(&mut stream) {
                let again = frame(&command).unwrap();
                prop_assert_eq!(read::<KernelCommand>(&mut again.as_slice()).unwrap(), command);
            }
        }

        #[test]
        fn what_is_told_is_heard_however_long(source in ".{0,300}", file in ".{0,40}", workers in any::<u32>(), check in any::<Option<String>>()) {
            let lap = LapRequest {
                source,
                file,
                mode: Mode::Threads,
                workers,
                feed: Feed::AtOnce,
                port: 0,
                needs_work: false,
                pictures: true,
                check,
                limits: Limits::default(),
            };
            let told = KernelCommand::Lap(lap);
            let mut bytes = frame(&told).unwrap();
            prop_assert_eq!(&read::<KernelCommand>(&mut bytes.as_slice()).unwrap(), &told);
            bytes.pop();
            prop_assert_eq!(read::<KernelCommand>(&mut bytes.as_slice()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
