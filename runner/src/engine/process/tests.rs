//! What kernels say, whatever it is: user code finds the descriptor, and may write anything to it.

use bytes::{BufMut, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use shared::{KernelEvent, LapEvent, Nanos, Span, Stream};
use tokio_util::codec::Decoder;

use super::*;
use crate::damage::damaged;

/// What comes in these pieces, until it can't be read on; and the largest buffer that it took.
fn read(bytes: &[u8], piece: usize) -> (Vec<Result<KernelEvent, Silence>>, usize) {
    let (mut codec, mut buffer) = (codec(), BytesMut::new());
    let (mut heard, mut most) = (Vec::new(), 0);
    for piece in bytes.chunks(piece.max(1)) {
        buffer.put_slice(piece);
        loop {
            let frame = codec.decode(&mut buffer);
            most = most.max(buffer.capacity());
            match frame.transpose() {
                None => break,
                Some(frame) => {
                    let event = decode(frame);
                    let is_last = event.is_err();
                    heard.push(event);
                    if is_last {
                        return (heard, most);
                    }
                }
            }
        }
    }
    (heard, most)
}

fn framed(event: &KernelEvent) -> Vec<u8> {
    let value = postcard::to_allocvec(event).unwrap();
    [&(value.len() as u32).to_le_bytes(), value.as_slice()].concat()
}

fn event() -> impl Strategy<Value = KernelEvent> {
    let text = (any::<Option<u32>>(), any::<Option<u32>>(), ".{0,200}").prop_map(|(worker, task, text)| {
        KernelEvent::Lap(LapEvent::Output { worker, task, stream: Stream::Stdout, text })
    });
    let span = (any::<u32>(), any::<u64>(), any::<u64>()).prop_map(|(task, start, end)| Span {
        task,
        start: Nanos(start),
        end: Nanos(end),
        cpu: Nanos(end),
    });
    let spans = (any::<u32>(), vec(span, 0..20))
        .prop_map(|(worker, spans)| KernelEvent::Lap(LapEvent::Spans { worker, spans }));
    prop_oneof![text, spans, ".*".prop_map(|protocol| KernelEvent::Ready { protocol })]
}

/// Frames of events that were damaged on their way.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    damaged(vec(event(), 1..8).prop_map(|events| events.iter().flat_map(framed).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_said_is_heard_however_it_is_cut(events in vec(event(), 0..8), piece in 1_usize..400) {
        let bytes: Vec<u8> = events.iter().flat_map(framed).collect();
        let heard: Vec<KernelEvent> = read(&bytes, piece).0.into_iter().map(Result::unwrap).collect();
        prop_assert_eq!(heard, events);
    }

    #[test]
    fn any_bytes_are_heard_or_end_the_hearing(bytes in vec(any::<u8>(), 0..2000), piece in 1_usize..400) {
        let (heard, most) = read(&bytes, piece);
        prop_assert!(most <= LONGEST_FRAME + 2 * READ_BYTES, "{} bytes are held", most);
        prop_assert!(heard.iter().rev().skip(1).all(Result::is_ok));
    }

    #[test]
    fn spoilt_frames_are_heard_or_end_the_hearing(bytes in spoilt(), piece in 1_usize..400) {
        let (heard, most) = read(&bytes, piece);
        prop_assert!(most <= LONGEST_FRAME + 2 * READ_BYTES, "{} bytes are held", most);
        prop_assert!(heard.iter().rev().skip(1).all(Result::is_ok));
    }

    #[test]
    fn any_bytes_are_a_message_of_a_page_or_none(bytes in vec(any::<u8>(), 0..600)) {
        if let Ok(message) = postcard::from_bytes::<shared::ClientMessage>(&bytes) {
            let again = postcard::to_allocvec(&message).unwrap();
            prop_assert_eq!(postcard::from_bytes::<shared::ClientMessage>(&again).unwrap(), message);
        }
    }
}

#[test]
fn a_length_that_nothing_has_is_refused_at_once() {
    for length in [LONGEST_FRAME as u32 + 1, u32::MAX] {
        let (heard, most) = read(&[length.to_le_bytes().as_slice(), b"rubbish"].concat(), 3);
        assert!(matches!(heard.as_slice(), [Err(Silence::Garbled)]), "{heard:?}");
        assert!(most < 1024, "{most} bytes are held");
    }
    // Counts of items are believed only as far as there are items.
    for variant in 0..8 {
        let bytes = [[variant].as_slice(), &[255; 9], &[1], &[7; 40]].concat();
        let _ = postcard::from_bytes::<shared::ClientMessage>(&bytes);
        let _ = postcard::from_bytes::<KernelEvent>(&bytes);
    }
}
