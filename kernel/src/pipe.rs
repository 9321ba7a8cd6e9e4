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
    use super::*;
    use shared::{KernelCommand, KernelEvent};

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
}
