//! Sockets: listening, waiting for several, and descriptors that go from one process to another (SCM_RIGHTS, unix(7)).

use std::io;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
const WAITING: libc::c_int = 4096;
/// What goes with a descriptor.
pub type Note = [u8; 8];

/// What can happen on a descriptor that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// There is something to read, or somebody to accept.
    Readable,
    /// There is room to write.
    Writable,
}

/// Room for the one descriptor that is sent at a time, aligned as the system wants it.
#[repr(align(8))]
struct Control([u8; 64]);

/// Lets more connections wait for this listener than the standard library does.
pub fn let_many_wait(listener: &TcpListener) {
    // SAFETY: the descriptor is open; a socket that listens may be told to listen again. If it can't, fewer wait.
    unsafe { libc::listen(listener.as_raw_fd(), WAITING) };
}

/// Which of these can be used so, in their order; all not if the time is over.
pub fn wait_for_any(wanted: &[(RawFd, Wanted)], timeout: Option<Duration>) -> Vec<bool> {
    let poll = |&(fd, wanted): &(RawFd, Wanted)| {
        let events = match wanted {
            Wanted::Readable => libc::POLLIN,
            Wanted::Writable => libc::POLLOUT,
        };
        libc::pollfd { fd, events, revents: 0 }
    };
    let mut descriptors: Vec<libc::pollfd> = wanted.iter().map(poll).collect();
    let timeout = timeout.map_or(-1, |timeout| timeout.as_millis() as libc::c_int);
    // SAFETY: pointer and length are those of a live vector.
    unsafe { libc::poll(descriptors.as_mut_ptr(), descriptors.len() as libc::nfds_t, timeout) };
    descriptors.iter().map(|descriptor| descriptor.revents != 0).collect()
}

/// Sends a note and, if there is one, a descriptor, which stays open here.
///
/// # Errors
/// If it would have to wait, or nobody is at the other end.
pub fn send_note(socket: &UnixStream, mut note: Note, descriptor: Option<RawFd>) -> io::Result<()> {
    let mut control = Control([0; 64]);
    let mut part = libc::iovec { iov_base: note.as_mut_ptr().cast(), iov_len: note.len() };
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: all-zero is a valid message; its pointers are to live values, with their lengths. The control buffer is
    // aligned, and larger than one header with one descriptor.
    let sent = unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = &mut part;
        message.msg_iovlen = 1;
        if let Some(descriptor) = descriptor {
            message.msg_control = control.0.as_mut_ptr().cast();
            message.msg_controllen = libc::CMSG_SPACE(size_of::<RawFd>() as u32) as _;
            let header = libc::CMSG_FIRSTHDR(&message);
            (*header).cmsg_level = libc::SOL_SOCKET;
            (*header).cmsg_type = libc::SCM_RIGHTS;
            (*header).cmsg_len = libc::CMSG_LEN(size_of::<RawFd>() as u32) as _;
            libc::CMSG_DATA(header).cast::<RawFd>().write_unaligned(descriptor);
        }
        libc::sendmsg(socket.as_raw_fd(), &message, flags)
    };
    // So few bytes go at once or not at all.
    if sent == note.len() as isize { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The next note, with the descriptor that came with it: none at the end.
///
/// # Errors
/// If there is none now.
pub fn receive_note(socket: RawFd) -> io::Result<Option<(Note, Option<OwnedFd>)>> {
    let mut note: Note = [0; 8];
    let mut control = Control([0; 64]);
    let mut part = libc::iovec { iov_base: note.as_mut_ptr().cast(), iov_len: note.len() };
    let flags = libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
    // SAFETY: as in `send_note`; a descriptor that the system has written there is open, and owned by nobody else.
    unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = &mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.0.as_mut_ptr().cast();
        message.msg_controllen = libc::CMSG_SPACE(size_of::<RawFd>() as u32) as _;
        match libc::recvmsg(socket, &mut message, flags) {
            -1 => Err(io::Error::last_os_error()),
            count if count == note.len() as isize => {
                let header = libc::CMSG_FIRSTHDR(&message);
                let has_one = !header.is_null() && (*header).cmsg_type == libc::SCM_RIGHTS;
                let descriptor =
                    has_one.then(|| OwnedFd::from_raw_fd(libc::CMSG_DATA(header).cast::<RawFd>().read_unaligned()));
                Ok(Some((note, descriptor)))
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_descriptor_arrives_with_its_note() {
        let (near, far) = UnixStream::pair().unwrap();
        let (mut kept, given) = UnixStream::pair().unwrap();
        send_note(&near, *b"12345678", Some(given.as_raw_fd())).unwrap();
        drop(given);
        send_note(&near, *b"abcdefgh", None).unwrap();
        let (note, descriptor) = receive_note(far.as_raw_fd()).unwrap().unwrap();
        assert_eq!(&note, b"12345678");
        UnixStream::from(descriptor.unwrap()).write_all(b"here").unwrap();
        let mut read = [0; 4];
        kept.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"here");
        let (note, descriptor) = receive_note(far.as_raw_fd()).unwrap().unwrap();
        assert_eq!((&note, descriptor.is_none()), (b"abcdefgh", true));
        assert_eq!(receive_note(far.as_raw_fd()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(near);
        assert!(receive_note(far.as_raw_fd()).unwrap().is_none());
    }
}
